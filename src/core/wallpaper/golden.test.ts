import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fits } from '../../shared/names.ts';
import { createComposedFolder } from './composed.ts';
import { boundingBox } from './compose.ts';
import { roomOf } from './displays/geometry.ts';
import { createPaint, type PaintPicture } from './paint.ts';
import { displayOf } from './testing/changes-world.ts';
import { drawingCodec } from './testing/pictures.ts';

/**
 * What each fit makes of a picture on three displays of different size, scale factor and position, one of them turned on its side, with a step and a gap
 * between them. Each golden image is a sheet: the three displays at their places, then the one picture over all of them, as desktops take it that know
 * no displays. `UPDATE_GOLDENS=1` writes the sheets anew; look at them before committing.
 */
const golden = path.join(import.meta.dirname, 'golden');

const displays = [
  displayOf('LARGE', { x: 0, y: 24, width: 192, height: 108, scaleFactor: 2, primary: true }),
  // Half the scale: its 80 x 60 pixels take twice the room.
  displayOf('SMALL', { x: 192, y: 0, width: 80, height: 60, scaleFactor: 1, area: { width: 160, height: 120 } }),
  displayOf('TURNED', { x: -68, y: -20, width: 60, height: 107, scaleFactor: 2 }),
];

const sizes = { landscape: { width: 240, height: 150 }, portrait: { width: 100, height: 180 } } as const;

/** A grid, a circle and four corners that nobody can mistake for one another. */
function drawing({ width, height }: { readonly width: number; readonly height: number }): Buffer {
  const lines = (length: number, line: (at: number) => string): string =>
    Array.from({ length: Math.floor(length / 20) }, (_none, n) => line((n + 1) * 20)).join('');
  const corner = (x: number, y: number, fill: string): string =>
    `<rect x="${x}" y="${y}" width="16" height="16" fill="${fill}"/>`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#24506e"/><stop offset="1" stop-color="#e9c46a"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <g stroke="#ffffff" stroke-opacity="0.5">${lines(width, (x) => `<path d="M${x} 0V${height}"/>`)}${lines(height, (y) => `<path d="M0 ${y}H${width}"/>`)}</g>
    <circle cx="${width / 2}" cy="${height / 2}" r="${Math.min(width, height) * 0.3}" fill="none" stroke="#ffffff" stroke-width="5"/>
    ${corner(0, 0, '#d62828')}${corner(width - 16, 0, '#2a9d8f')}${corner(0, height - 16, '#5a189a')}${corner(width - 16, height - 16, '#111111')}
  </svg>`);
}

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'kabegami-golden-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function pictureOf(shape: keyof typeof sizes): Promise<PaintPicture> {
  const source = path.join(folder, `${shape}.png`);
  writeFileSync(source, await sharp(drawing(sizes[shape])).png().toBuffer());
  return { source, ...sizes[shape], hash: shape, contentType: 'image/png' };
}

/** What the displays show and what a desktop of one picture gets, one below the other. */
async function sheet(shape: keyof typeof sizes, fit: (typeof fits)[number]): Promise<Buffer> {
  const paint = createPaint(createComposedFolder({ folder, codec: drawingCodec }));
  const pieces = await paint.pieces(await pictureOf(shape), displays, fit, { lossless: true });
  if (!pieces.ok) throw new Error(pieces.error.message);
  const whole = await paint.whole(pieces.value, displays, 'image/png');
  if (!whole.ok) throw new Error(whole.error.message);
  const rooms = displays.map((display) => ({ id: display.id, ...roomOf(display) }));
  const box = boundingBox(rooms);
  const overlays = await Promise.all(
    rooms.map(async ({ id, x, y, width, height }) => {
      const piece = pieces.value[id];
      if (piece === undefined) throw new Error(`Nothing was painted for ${id}.`);
      const input = await sharp(piece.file).resize(width, height, { fit: 'fill', kernel: 'nearest' }).toBuffer();
      return { input, left: x - box.x, top: y - box.y };
    }),
  );
  const below = await sharp(whole.value).toBuffer({ resolveWithObject: true });
  const width = Math.max(box.width, below.info.width);
  const height = box.height + 8 + below.info.height;
  return sharp({ create: { width, height, channels: 3, background: '#ff00ff' } })
    .composite([...overlays, { input: below.data, left: 0, top: box.height + 8 }])
    .png({ palette: false })
    .toBuffer();
}

/** The share of pixels that a person could tell apart: a newer codec may round otherwise. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map((image) => sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  if (a === undefined || b === undefined) throw new Error('Nothing to compare.');
  if (a.info.width !== b.info.width || a.info.height !== b.info.height) return 1;
  let apart = 0;
  for (let at = 0; at < a.data.length; at += 3) {
    const far = [0, 1, 2].some((channel) => Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0)) > 24);
    if (far) apart += 1;
  }
  return apart / (a.data.length / 3);
}

describe('three displays show', () => {
  const shapes = Object.keys(sizes) as readonly (keyof typeof sizes)[];
  it.each(fits.flatMap((fit) => shapes.map((shape) => [fit, shape] as const)))(
    '%s, a %s picture',
    async (fit, shape) => {
      const made = await sheet(shape, fit);
      const file = path.join(golden, `${fit}-${shape}.png`);
      if (process.env['UPDATE_GOLDENS'] === '1')
        writeFileSync(file, await sharp(made).png({ palette: true, colors: 256, dither: 0, effort: 10 }).toBuffer());
      expect(existsSync(file)).toBe(true);
      expect(await difference(made, await sharp(file).png().toBuffer())).toBeLessThan(0.005);
    },
  );

  it('each fit another way', async () => {
    const sheets = await Promise.all(fits.map((fit) => sheet('portrait', fit)));
    for (const [n, one] of sheets.entries())
      for (const other of sheets.slice(n + 1)) expect(await difference(one, other)).toBeGreaterThan(0.02);
  });
});
