import { hueOf } from './fake-data.ts';

/** A landscape as SVG, always the same for an index: a sky, a sun, hills one behind the other. */
export function landscape(index: number, width: number, height: number): string {
  let seed = index * 2654435761 + 12345;
  const random = (): number => {
    seed = (Math.imul(seed ^ (seed >>> 15), 2246822519) + 3266489917) >>> 0;
    return (seed % 10_000) / 10_000;
  };
  const hue = hueOf(index);
  const night = random() < 0.35;
  const sky = night
    ? [`hsl(${hue} 45% 12%)`, `hsl(${hue + 30} 40% 34%)`]
    : [`hsl(${hue} 60% 62%)`, `hsl(${hue + 40} 70% 84%)`];
  const sun = {
    x: width * (0.2 + random() * 0.6),
    y: height * (0.2 + random() * 0.3),
    r: Math.min(width, height) * (0.05 + random() * 0.08),
  };
  const layers = 4 + Math.floor(random() * 3);
  let hills = '';
  for (let layer = 0; layer < layers; layer += 1) {
    const depth = layer / layers;
    const base = height * (0.45 + depth * 0.5);
    let path = `M0 ${height}L0 ${base}`;
    const steps = 5;
    for (let step = 0; step < steps; step += 1) {
      const x = (width / steps) * (step + 1);
      const y = base + (random() - 0.5) * height * 0.22;
      path += `Q${x - width / steps / 2} ${y - height * 0.12 * random()} ${x} ${y}`;
    }
    const light = night ? 26 - depth * 20 : 66 - depth * 46;
    hills += `<path d="${path}L${width} ${height}Z" fill="hsl(${hue + depth * 25} ${35 + depth * 15}% ${light}%)"/>`;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#s)"/><circle cx="${sun.x}" cy="${sun.y}" r="${sun.r}" fill="hsl(${hue + 60} 90% ${night ? 88 : 94}%)"/>${hills}</svg>`;
}
