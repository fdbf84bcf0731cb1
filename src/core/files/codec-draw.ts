import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createCanvas, loadImage, type Canvas, type Image, type SKRSContext2D } from '@napi-rs/canvas';
import type { ComposeJob, ComposeLayer, Rect, ThumbnailJob, ThumbnailResult } from './codec.ts';
import { unfinishedName } from './codec-messages.ts';
import { magicLength, pictureType } from './picture-type.ts';
import { differenceHash, meanColor, sampleHeight, sampleWidth } from './picture-facts.ts';

/**
 * Drawing with Skia. Runs in the codec process only. Skia applies the EXIF orientation, takes the first frame of an animation and averages when
 * it scales down ("high" smoothing), all of which the tests hold it to. Everything here throws on unreadable pictures.
 */
const webpQuality = 82;
const jpegQuality = 95;
/** Blurs wider than this are drawn small and scaled up: the result is as smooth and the time does not grow with the radius. */
const widestDirectBlur = 8;

/** A thumbnail would take more than its `maxBytes`. */
export class TooLargeError extends Error {}

export async function makeThumbnails(job: ThumbnailJob): Promise<ThumbnailResult> {
  const image = await load(job.source);
  const { width, height } = image;
  const sample = scaled(image, sampleWidth, sampleHeight);
  const { data } = sample.getContext('2d').getImageData(0, 0, sampleWidth, sampleHeight);
  for (const { edge, path, maxBytes = Number.POSITIVE_INFINITY } of job.targets) {
    const scale = Math.min(1, edge / Math.max(width, height));
    const thumbnail = scaled(image, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    const content = await thumbnail.encode('webp', webpQuality);
    if (content.length > maxBytes) throw new TooLargeError();
    await writeWhole(path, content);
  }
  return { dominantColor: meanColor(data), hash: differenceHash(data), width, height };
}

export async function composePicture(job: ComposeJob): Promise<void> {
  const canvas = createCanvas(job.width, job.height);
  const context = canvas.getContext('2d');
  context.fillStyle = job.background;
  context.fillRect(0, 0, job.width, job.height);
  smooth(context);
  const loaded = new Map<string, Image>();
  for (const layer of job.layers) {
    const image = loaded.get(layer.source) ?? (await load(layer.source));
    loaded.set(layer.source, image);
    if (layer.blur > 0) drawBlurred(context, image, layer);
    else drawSharp(context, image, layer);
  }
  await writeWhole(
    job.target,
    /\.jpe?g$/i.test(job.target) ? await canvas.encode('jpeg', jpegQuality) : await canvas.encode('png'),
  );
}

function drawSharp(context: SKRSContext2D, image: Image, { from, to, brightness }: ComposeLayer): void {
  context.filter = brightness < 1 ? `brightness(${brightness})` : 'none';
  // The cubic that smooths would soften even a copy at the picture's own size.
  context.imageSmoothingEnabled = !isCopy(from, to);
  context.drawImage(image, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
  context.filter = 'none';
  context.imageSmoothingEnabled = true;
}

/** Pixel for pixel: neither scaled nor shifted by a part of a pixel. */
function isCopy(from: Rect, to: Rect): boolean {
  return (
    from.width === to.width &&
    from.height === to.height &&
    [from.x, from.y, to.x, to.y, to.width, to.height].every(Number.isInteger)
  );
}

/** Blurs inside the layer's rectangle only; its outermost pixels are continued outwards so that its edges do not fade. */
function drawBlurred(context: SKRSContext2D, image: Image, { from, to, blur, brightness }: ComposeLayer): void {
  const scale = Math.min(1, widestDirectBlur / blur);
  const width = Math.max(1, Math.round(to.width * scale));
  const height = Math.max(1, Math.round(to.height * scale));
  const margin = Math.ceil(blur * scale * 3) + 1;

  const padded = createCanvas(width + 2 * margin, height + 2 * margin);
  const pad = padded.getContext('2d');
  smooth(pad);
  pad.drawImage(image, from.x, from.y, from.width, from.height, margin, margin, width, height);
  pad.imageSmoothingEnabled = false;
  pad.drawImage(padded, margin, margin, 1, height, 0, margin, margin, height);
  pad.drawImage(padded, margin + width - 1, margin, 1, height, margin + width, margin, margin, height);
  pad.drawImage(padded, 0, margin, padded.width, 1, 0, 0, padded.width, margin);
  pad.drawImage(padded, 0, margin + height - 1, padded.width, 1, 0, margin + height, padded.width, margin);

  const blurred = createCanvas(padded.width, padded.height);
  const paint = blurred.getContext('2d');
  paint.filter = `blur(${blur * scale}px) brightness(${brightness})`;
  paint.drawImage(padded, 0, 0);
  context.drawImage(blurred, margin, margin, width, height, to.x, to.y, to.width, to.height);
}

/** Scaled to these pixels, averaging what falls together. */
export function scaled(image: Image, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  smooth(context);
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}

function smooth(context: SKRSContext2D): void {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
}

/** Only known formats reach the decoder: it would also take SVG, which may refer to other files. */
export async function load(file: string): Promise<Image> {
  const content = await readFile(file);
  if (pictureType(content.subarray(0, magicLength)) === null) throw new Error('not a picture');
  const image = await loadImage(content);
  if (image.width < 1 || image.height < 1) throw new Error('no pixels');
  return image;
}

async function writeWhole(target: string, content: Buffer): Promise<void> {
  const unfinished = unfinishedName(target);
  try {
    await writeFile(unfinished, content, { flush: true });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
