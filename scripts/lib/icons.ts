import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from './modern-node.mjs';

const resources = join(root, 'resources');

/** `npm run icons`: renders the SVG drawings in `resources/` to the PNG files that desktops want. */
export async function main(): Promise<number> {
  const icon = await readFile(join(resources, 'icon.svg'));
  for (const size of [32, 64, 128, 256, 512]) await render(icon, size, join(resources, `icon-${size}.png`));

  const tray = await readFile(join(resources, 'tray', 'tray.svg'), 'utf8');
  for (const [name, color] of [
    ['light', '#ffffff'], // on a dark panel
    ['dark', '#1c1c1e'], // on a light panel
  ] as const) {
    const drawing = Buffer.from(tray.replaceAll('currentColor', color));
    for (const size of [16, 22, 32]) await render(drawing, size, join(resources, 'tray', `${name}-${size}.png`));
  }
  // macOS colors a template image itself; Electron knows it by its name.
  const template = Buffer.from(tray.replaceAll('currentColor', '#000000'));
  await render(template, 16, join(resources, 'tray', 'trayTemplate.png'));
  await render(template, 32, join(resources, 'tray', 'trayTemplate@2x.png'));
  return 0;
}

async function render(svg: Buffer, size: number, path: string): Promise<void> {
  // Rendered large and reduced, which is smoother at 16 px than drawing it there.
  const large = await sharp(svg, { density: 72 * 8 })
    .resize(size * 4, size * 4, { fit: 'inside' })
    .png()
    .toBuffer();
  await writeFile(
    path,
    await sharp(large)
      .resize(size, size, { kernel: 'lanczos3' })
      .png({ compressionLevel: 9, palette: size > 32 })
      .toBuffer(),
  );
}
