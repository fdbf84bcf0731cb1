import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { generatorVersion, pictureSpec } from './specs.ts';
import type { PictureFormat, PictureSpec } from './specs.ts';

/** One generated picture. Everything said of it is true of the file's bytes. */
export interface Picture {
  readonly index: number;
  readonly scene: string;
  readonly palette: number;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly md5: string;
  readonly extension: PictureFormat;
  readonly contentType: string;
  readonly animated: boolean;
  readonly dominantColor: string;
  readonly hash: string;
}

export const contentTypes: Readonly<Record<PictureFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
};

/** Where pictures are kept when no folder is given: shared by all runs of this user and generator. */
export function defaultFolder(): string {
  return join(tmpdir(), `kabegami-pictures-${userInfo().uid}-v${generatorVersion}`);
}

/** What a worker is asked and answers. */
export interface RenderJob {
  readonly folder: string;
  readonly spec: PictureSpec;
}

/** Workers cost a moment to start; a handful of small pictures is drawn faster without. */
const worthWorkers = 6;

/** The first `count` pictures: from `folder` where they are there and whole, drawn where they are not. */
export async function loadPictures(
  count: number,
  folder: string,
  onProgress: (done: number, total: number) => void,
): Promise<Picture[]> {
  await mkdir(folder, { recursive: true });
  const specs = Array.from({ length: count }, (_, index) => pictureSpec(index));
  const found = await Promise.all(specs.map((spec) => readPicture(folder, spec)));
  const missing = specs.filter((_, index) => found[index] === null);
  if (missing.length === 0) return found.filter((picture) => picture !== null);

  let done = 0;
  const made = new Map<number, Picture>();
  const note = (picture: Picture): void => {
    made.set(picture.index, picture);
    done += 1;
    onProgress(done, missing.length);
  };
  if (missing.length <= worthWorkers) {
    for (const spec of missing) note(await makePicture({ folder, spec }));
  } else {
    await makeInWorkers(missing, folder, note);
  }
  return specs.map((spec, index) => {
    const picture = found[index] ?? made.get(spec.index);
    if (!picture) throw new Error(`Picture ${spec.index} was not made.`);
    return picture;
  });
}

function paths(folder: string, spec: PictureSpec): { readonly file: string; readonly facts: string } {
  const name = `${String(spec.index).padStart(4, '0')}-${spec.scene}-${spec.width}x${spec.height}`;
  return { file: join(folder, `${name}.${spec.format}`), facts: join(folder, `${name}.json`) };
}

async function readPicture(folder: string, spec: PictureSpec): Promise<Picture | null> {
  const { file, facts } = paths(folder, spec);
  try {
    const picture = { ...(JSON.parse(await readFile(facts, 'utf8')) as Picture), file };
    return (await stat(file)).size === picture.bytes ? picture : null;
  } catch {
    return null;
  }
}

/** Draws one picture and writes it, whole or not at all: several processes may be doing the same. */
export async function makePicture({ folder, spec }: RenderJob): Promise<Picture> {
  const { render } = await import('./render.ts');
  const { bytes, dominantColor, hash } = render(spec);
  const { file, facts } = paths(folder, spec);
  const picture: Picture = {
    index: spec.index,
    scene: spec.scene,
    palette: spec.palette,
    file,
    width: spec.width,
    height: spec.height,
    bytes: bytes.length,
    md5: createHash('md5').update(bytes).digest('hex'),
    extension: spec.format,
    contentType: contentTypes[spec.format],
    animated: spec.frames > 1,
    dominantColor,
    hash,
  };
  await writeWhole(file, bytes);
  await writeWhole(facts, JSON.stringify(picture));
  return picture;
}

async function writeWhole(file: string, content: Buffer | string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.part`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

async function makeInWorkers(
  specs: readonly PictureSpec[],
  folder: string,
  onMade: (picture: Picture) => void,
): Promise<void> {
  // The largest first, so that no worker is left alone with one at the end.
  const queue = [...specs].sort((a, b) => b.width * b.height - a.width * a.height);
  const count = Math.max(1, Math.min(availableParallelism(), 8, queue.length));
  await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(new URL('./render-worker.ts', import.meta.url), { execArgv: [] });
          const next = (): void => {
            const spec = queue.shift();
            if (spec) worker.postMessage({ folder, spec } satisfies RenderJob);
            else void worker.terminate().then(() => resolve());
          };
          worker.on('message', (picture: Picture) => {
            onMade(picture);
            next();
          });
          worker.once('error', reject);
          next();
        }),
    ),
  );
}
