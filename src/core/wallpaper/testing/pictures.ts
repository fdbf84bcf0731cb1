import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { appError } from '../../../shared/errors.ts';
import type { AppliedWallpaper, Fit, Image, ImageId } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { plainImage } from '../../../shared/testing/image.ts';
import { composePicture } from '../../files/codec-draw.ts';
import type { Codec } from '../../files/codec.ts';
import type { Pictures } from '../../files/pictures.ts';
import { systemClock } from '../../clock.ts';
import type { FileRecord, ShownEntry } from '../../store/store.ts';
import type { Backend } from '../backend.ts';
import { createComposedFolder } from '../composed.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ListDisplays } from '../displays/displays.ts';
import { createOutsideFolder } from '../outside.ts';
import { createWallpaperService, type Wallpaper } from '../wallpaper.ts';

export const image = (id: ImageId, more: Partial<Image> = {}): Image =>
  plainImage(id, { width: 640, height: 480, ...more });

/** The real drawing code, in this process. */
export const drawingCodec: Pick<Codec, 'compose'> = {
  async compose(job, signal) {
    if (signal?.aborted) return fail(appError('cancelled', 'Cancelled.'));
    try {
      await composePicture(job);
      return ok(undefined);
    } catch (error) {
      return fail(appError('bad_picture', `Not drawn: ${String(error)}`));
    }
  },
};

/** A library of generated pictures: two-colored gradients, each unlike the others. */
export async function createTestPictures(folder: string, size = { width: 640, height: 480 }) {
  const images = new Map<ImageId, Image>();
  const files = new Map<ImageId, FileRecord & { readonly path: string }>();
  const colors = ['#c02030,#f0e060', '#2040c0,#60f0e0', '#107030,#e0a0f0', '#e07010,#101040'];
  for (const [index, pair] of colors.entries()) {
    const [from = '', to = ''] = pair.split(',');
    const id = `waifu-im:${index + 1}`;
    const path = join(folder, `picture-${index + 1}.png`);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/></svg>`;
    const content = await sharp(Buffer.from(svg)).png().toBuffer();
    writeFileSync(path, content);
    const hash = createHash('sha256').update(content).digest('hex');
    images.set(id, image(id, size));
    files.set(id, { hash, bytes: content.length, extension: 'png', ...size, path });
  }
  const pictures: Pick<Pictures, 'open'> = {
    open: ({ id }) => {
      const file = files.get(id);
      if (!file) return Promise.resolve(fail(appError('not_found', `There is no picture ${id}.`)));
      return Promise.resolve(ok({ path: file.path, contentType: 'image/png', bytes: file.bytes, hash: file.hash }));
    },
  };
  return { images, files, pictures };
}

/** The service, and one picture on some displays (null: all) as most tests want it. */
export type TestWallpaper = Wallpaper & {
  set(
    request: { readonly image: Image; readonly displays: readonly string[] | null; readonly fit: Fit },
    onProgress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>>;
};

/** The wallpaper service on a test library, with the backends of a real or a fake desktop. */
export async function createTestWallpaper(parts: {
  readonly folder: string;
  readonly backends: readonly Backend[];
  readonly desktop: DetectDesktop;
  readonly displays: ListDisplays;
  readonly codec?: Pick<Codec, 'compose'>;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly pictureSize?: { readonly width: number; readonly height: number };
}): Promise<{
  readonly wallpaper: TestWallpaper;
  /** What the scenes so far have put on displays. */
  readonly entries: readonly ShownEntry[];
  /** The last of them by display. */
  readonly current: () => Readonly<Record<string, ImageId | null>>;
  readonly image: (n: number) => Image;
  readonly composed: string;
}> {
  const { images, files, pictures } = await createTestPictures(parts.folder, parts.pictureSize);
  const composed = join(parts.folder, 'composed');
  const entries: ShownEntry[] = [];
  const wallpaper = createWallpaperService({
    pictures,
    files: { of: (id) => files.get(id) ?? null },
    outside: createOutsideFolder({ folder: join(parts.folder, 'outside'), now: () => Date.now() }),
    composed: createComposedFolder({ folder: composed, codec: parts.codec ?? drawingCodec }),
    backends: parts.backends,
    desktop: parts.desktop,
    displays: parts.displays,
    clock: { ...systemClock, ...(parts.sleep ? { sleep: parts.sleep } : {}) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const pick = (n: number): Image => {
    const found = images.get(`waifu-im:${n}`);
    if (!found) throw new Error(`There is no test picture ${n}.`);
    return found;
  };
  const set: TestWallpaper['set'] = async ({ image: chosen, displays, fit }, onProgress, signal) => {
    const listed = await wallpaper.displays(signal);
    const ids = displays ?? (listed.ok ? listed.value.map(({ id }) => id) : ['unknown']);
    const placements = ids.map((display) => ({ display, picture: { kind: 'image', image: chosen } as const, fit }));
    const shown = await wallpaper.show({ placements }, onProgress, signal);
    if (!shown.ok) return shown;
    entries.push(...shown.value.entries);
    const applied = shown.value.entries.map(({ name, backend, verified }) => ({ display: name, backend, verified }));
    return ok({ applied, images: [chosen.id] });
  };
  const current = () => Object.fromEntries(entries.map(({ name, image: id }) => [name, id]));
  return { wallpaper: { ...wallpaper, set }, entries, current, image: pick, composed };
}

/** RGB of a picture file at a point. */
export async function pixelOf(file: string | Buffer, x: number, y: number): Promise<readonly number[]> {
  const content = typeof file === 'string' ? readFileSync(file) : file;
  const { data } = await sharp(content)
    .removeAlpha()
    .extract({ left: x, top: y, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}
