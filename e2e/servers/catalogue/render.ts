import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';
import gifenc from 'gifenc';
import { palettes } from './palettes.ts';
import { createRandom } from './random.ts';
import { scenes } from './scenes.ts';
import type { PictureSpec } from './specs.ts';

export interface Rendered {
  readonly bytes: Buffer;
  /** `#rrggbb` */
  readonly dominantColor: string;
  /** 64 bits in 16 hex digits: whether each of 9×8 gray cells is darker than its right neighbour. */
  readonly hash: string;
}

/** Draws and encodes one picture. */
export function render(spec: PictureSpec): Rendered {
  const canvas = createCanvas(spec.width, spec.height);
  paint(canvas, spec, 0);
  const look = describe(canvas);
  return { bytes: encode(canvas, spec), ...look };
}

function paint(canvas: Canvas, spec: PictureSpec, time: number): void {
  const scene = scenes.find((candidate) => candidate.name === spec.scene);
  const palette = palettes[spec.palette];
  if (!scene || !palette) throw new Error(`Picture ${spec.index} has no such scene or palette.`);
  const random = createRandom(spec.index * 7919 + 17);
  scene.paint({ ctx: canvas.getContext('2d'), width: spec.width, height: spec.height, palette, random, time });
}

function encode(canvas: Canvas, spec: PictureSpec): Buffer {
  switch (spec.format) {
    case 'jpg':
      return canvas.toBuffer('image/jpeg', 86);
    case 'png':
      return canvas.toBuffer('image/png');
    case 'webp':
      return canvas.toBuffer('image/webp', 82);
    case 'gif':
      return encodeGif(canvas, spec);
  }
}

function encodeGif(canvas: Canvas, spec: PictureSpec): Buffer {
  const encoder = gifenc.GIFEncoder();
  const colors = spec.frames > 1 ? 64 : 128;
  for (let frame = 0; frame < spec.frames; frame += 1) {
    if (frame > 0) paint(canvas, spec, frame / spec.frames);
    const { data } = canvas.getContext('2d').getImageData(0, 0, spec.width, spec.height);
    const palette = gifenc.quantize(data, colors);
    encoder.writeFrame(gifenc.applyPalette(data, palette), spec.width, spec.height, { palette, delay: 120 });
  }
  encoder.finish();
  return Buffer.from(encoder.bytes());
}

function describe(canvas: Canvas): { readonly dominantColor: string; readonly hash: string } {
  const gray = shrink(canvas, 9, 8);
  let bits = '';
  for (let y = 0; y < 8; y += 1) {
    for (let x = 0; x < 8; x += 1) bits += luma(gray, y * 9 + x) < luma(gray, y * 9 + x + 1) ? '1' : '0';
  }
  return { dominantColor: dominant(shrink(canvas, 32, 32)), hash: BigInt(`0b${bits}`).toString(16).padStart(16, '0') };
}

/** Halves step by step, so that each cell is the mean of what it covers. */
function shrink(canvas: Canvas, width: number, height: number): Uint8ClampedArray {
  let source = canvas;
  while (source.width > width * 4 && source.height > height * 4) {
    const half = createCanvas(source.width >> 1, source.height >> 1);
    half.getContext('2d').drawImage(source, 0, 0, half.width, half.height);
    source = half;
  }
  const target = createCanvas(width, height);
  target.getContext('2d').drawImage(source, 0, 0, width, height);
  return target.getContext('2d').getImageData(0, 0, width, height).data;
}

function luma(data: Uint8ClampedArray, cell: number): number {
  return (data[cell * 4] ?? 0) * 0.299 + (data[cell * 4 + 1] ?? 0) * 0.587 + (data[cell * 4 + 2] ?? 0) * 0.114;
}

/** The mean of the fullest of 4×4×4 color bins. */
function dominant(data: Uint8ClampedArray): string {
  const bins = new Map<number, { count: number; red: number; green: number; blue: number }>();
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    const key = ((red >> 6) << 4) | ((green >> 6) << 2) | (blue >> 6);
    const bin = bins.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bins.set(key, {
      count: bin.count + 1,
      red: bin.red + red,
      green: bin.green + green,
      blue: bin.blue + blue,
    });
  }
  const [fullest] = [...bins.values()].sort((a, b) => b.count - a.count);
  if (!fullest) return '#000000';
  return `#${[fullest.red, fullest.green, fullest.blue]
    .map((sum) =>
      Math.round(sum / fullest.count)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
