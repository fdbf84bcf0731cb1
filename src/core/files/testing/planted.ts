import { createCanvas, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';
import sharp, { type Sharp } from 'sharp';
import { palettes, type Palette } from '../../../../e2e/servers/catalogue/palettes.ts';
import { between, createRandom, pick, type Random } from '../../../../e2e/servers/catalogue/random.ts';
import { scenes } from '../../../../e2e/servers/catalogue/scenes.ts';

/** A picture of its own, as pixels. Two of the same painter and palette are the hardest to tell apart. */
export interface Original {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: Buffer;
}

export interface Twin {
  readonly name: string;
  readonly content: Buffer;
}

interface Paper {
  readonly ctx: SKRSContext2D;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly random: Random;
  readonly time: number;
}

const colorsOf = ({ sky, far, near, accent }: Palette): readonly string[] => [...sky, far, near, accent];

/** What the services' catalogue does not draw: gradients, noise, patterns, shapes. */
const painters: readonly { readonly name: string; readonly paint: (paper: Paper) => void }[] = [
  // All that is left to chance in "horizon" is the size of its sun.
  ...scenes.filter(({ name }) => name !== 'horizon'),
  {
    name: 'gradient',
    paint({ ctx, width, height, palette, random }) {
      const angle = random() * Math.PI * 2;
      const reach = Math.hypot(width, height) / 2;
      const [x, y] = [Math.cos(angle) * reach, Math.sin(angle) * reach];
      const ramp = ctx.createLinearGradient(width / 2 - x, height / 2 - y, width / 2 + x, height / 2 + y);
      for (let stop = 0; stop <= 3; stop += 1) ramp.addColorStop(stop / 3, pick(random, colorsOf(palette)));
      ctx.fillStyle = ramp;
      ctx.fillRect(0, 0, width, height);
      for (let blob = 0; blob < 4; blob += 1) {
        const [at, down, radius] = [random() * width, random() * height, reach * between(random, 0.3, 0.9)];
        const glow = ctx.createRadialGradient(at, down, 0, at, down, radius);
        glow.addColorStop(0, pick(random, colorsOf(palette)));
        glow.addColorStop(1, 'transparent');
        ctx.fillStyle = glow;
        ctx.fillRect(0, 0, width, height);
      }
    },
  },
  {
    name: 'noise',
    paint(paper) {
      const { ctx, width, height, palette, random } = paper;
      ctx.fillStyle = palette.near;
      ctx.fillRect(0, 0, width, height);
      ctx.imageSmoothingEnabled = true;
      for (const cells of [4, 9, 20, 48, 110]) {
        const rows = Math.max(2, Math.round((cells * height) / width));
        const grain = createCanvas(cells, rows);
        const dots = grain.getContext('2d');
        for (let y = 0; y < rows; y += 1) {
          for (let x = 0; x < cells; x += 1) {
            dots.globalAlpha = random() * 0.6;
            dots.fillStyle = pick(random, colorsOf(palette));
            dots.fillRect(x, y, 1, 1);
          }
        }
        ctx.drawImage(grain, 0, 0, width, height);
      }
    },
  },
  {
    name: 'stripes',
    paint({ ctx, width, height, palette, random }) {
      ctx.fillStyle = palette.sky[0];
      ctx.fillRect(0, 0, width, height);
      ctx.translate(width / 2, height / 2);
      ctx.rotate(random() * Math.PI);
      const reach = Math.hypot(width, height);
      for (let at = -reach / 2; at < reach / 2;) {
        const wide = reach * between(random, 0.01, 0.07);
        ctx.fillStyle = pick(random, colorsOf(palette));
        ctx.fillRect(at, -reach / 2, wide, reach);
        at += wide;
      }
      ctx.resetTransform();
    },
  },
  {
    name: 'tiles',
    paint({ ctx, width, height, palette, random }) {
      const columns = 3 + Math.floor(random() * 12);
      const side = width / columns;
      for (let y = 0; y * side < height; y += 1) {
        for (let x = 0; x < columns; x += 1) {
          ctx.fillStyle = pick(random, colorsOf(palette));
          ctx.fillRect(x * side, y * side, side + 1, side + 1);
        }
      }
    },
  },
  {
    name: 'shapes',
    paint({ ctx, width, height, palette, random }) {
      ctx.fillStyle = palette.sky[1];
      ctx.fillRect(0, 0, width, height);
      for (let shape = 0; shape < 24; shape += 1) {
        ctx.fillStyle = pick(random, colorsOf(palette));
        ctx.globalAlpha = between(random, 0.4, 1);
        ctx.beginPath();
        for (let corner = 0; corner < 3 + Math.floor(random() * 3); corner += 1)
          ctx.lineTo(random() * width, random() * height);
        ctx.fill();
      }
      ctx.globalAlpha = 1;
    },
  },
  {
    name: 'drawing',
    paint({ ctx, width, height, palette, random }) {
      // Lines on paper: nearly all of it is one color.
      ctx.fillStyle = '#f4f1ea';
      ctx.fillRect(0, 0, width, height);
      ctx.strokeStyle = palette.near;
      for (let line = 0; line < 14; line += 1) {
        ctx.lineWidth = width * between(random, 0.002, 0.008);
        ctx.beginPath();
        ctx.moveTo(random() * width, random() * height);
        ctx.bezierCurveTo(
          random() * width,
          random() * height,
          random() * width,
          random() * height,
          random() * width,
          random() * height,
        );
        ctx.stroke();
      }
    },
  },
];

const sizes: readonly (readonly [number, number])[] = [
  [1280, 720],
  [1200, 800],
  [800, 1200],
  [1024, 1024],
  [1280, 800],
  [720, 1280],
];

/** The `n`-th original. Neighbours share painter and palette, so that what differs is the drawing alone. `scale` makes it smaller. */
export function original(n: number, scale = 1): Original {
  const random = createRandom(Math.imul(n + 1, 0x9e3779b1));
  // The first numbers of neighbouring seeds are close to one another.
  for (let draw = 0; draw < 7; draw += 1) random();
  const family = Math.floor(n / 4);
  const painter = painters[family % painters.length];
  const palette = palettes[Math.floor(family / painters.length) % palettes.length];
  const size = sizes[family % sizes.length];
  if (painter === undefined || palette === undefined || size === undefined)
    throw new Error('There is no such picture.');
  const [width, height] = [Math.round(size[0] * scale), Math.round(size[1] * scale)];
  const canvas = createCanvas(width, height);
  painter.paint({ ctx: canvas.getContext('2d'), width, height, palette, random, time: 0 });
  return { name: `${painter.name}-${n}`, width, height, pixels: pixelsOf(canvas) };
}

/** The same drawing with something that was not there: no duplicate. */
export function variant(from: Original, n: number): Original {
  const random = createRandom(n * 31 + 7);
  const canvas = createCanvas(from.width, from.height);
  const ctx = canvas.getContext('2d');
  const image = ctx.createImageData(from.width, from.height);
  image.data.set(from.pixels);
  ctx.putImageData(image, 0, 0);
  const radius = Math.min(from.width, from.height) * 0.09;
  const [x, y] = [between(random, 0.2, 0.8) * from.width, between(random, 0.2, 0.8) * from.height];
  const at = (Math.floor(y) * from.width + Math.floor(x)) * 4;
  const dark = (from.pixels[at] ?? 0) + (from.pixels[at + 1] ?? 0) + (from.pixels[at + 2] ?? 0) > 380;
  ctx.fillStyle = dark ? '#10131a' : '#f8f8f2';
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
  return { ...from, name: `${from.name}-variant`, pixels: pixelsOf(canvas) };
}

function pixelsOf(canvas: Canvas): Buffer {
  return Buffer.from(canvas.data());
}

/** The original as it was and its twins: scaled, recompressed, cropped by 2 %. */
export async function twins({ name, width, height, pixels }: Original, n: number): Promise<readonly Twin[]> {
  const random = createRandom(n * 104_729 + 3);
  const source = (): Sharp => sharp(pixels, { raw: { width, height, channels: 4 } }).removeAlpha();
  const scaled = (by: number): Sharp => source().resize(Math.round(width * by), Math.round(height * by));
  const cropped = (share: number): Sharp => {
    const [wide, tall] = [Math.round(width * (1 - share)), Math.round(height * (1 - share))];
    return source().extract({
      left: Math.floor(random() * (width - wide + 1)),
      top: Math.floor(random() * (height - tall + 1)),
      width: wide,
      height: tall,
    });
  };
  const made: readonly (readonly [string, Sharp])[] = [
    ['png', source().png()],
    ['jpeg90', source().jpeg({ quality: 90 })],
    ['jpeg50', source().jpeg({ quality: 50 + Math.floor(random() * 20) })],
    ['webp', source().webp({ quality: 75 })],
    ['quarter', scaled(0.25).jpeg({ quality: 85 })],
    ['half', scaled(0.5).png()],
    ['double', scaled(2).jpeg({ quality: 85 })],
    ['crop', cropped(0.02).jpeg({ quality: 90 })],
    [
      'crop-scaled',
      cropped(0.02)
        .resize(Math.round(width * 0.6))
        .webp({ quality: 80 }),
    ],
  ];
  const result: Twin[] = [];
  for (const [kind, image] of made) result.push({ name: `${name}.${kind}`, content: await image.toBuffer() });
  return result;
}
