import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { ok } from '../../../shared/result.ts';
import type { MediaFile, Pictures } from '../../files/pictures.ts';
import { original, twins, variant, type Original } from '../../files/testing/planted.ts';
import { testImage } from '../../store/testing.ts';
import type { OpenedStore } from '../../store/open.ts';

/** A set of pictures of which it is known what is the same. */
export interface Planted {
  /** Stands in for the files of the program: ids to planted files. */
  readonly pictures: Pick<Pictures, 'peek'>;
  /** The original an image is a twin of. */
  readonly families: ReadonlyMap<string, number>;
}

export interface Measured {
  /** Of all pairs of twins, how many were found. */
  readonly recall: number;
  /** Of all pairs that were found, how many are twins. */
  readonly precision: number;
  readonly twins: number;
  readonly found: number;
  /** Names of what was missed and found wrongly, the most frequent kinds first. */
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

/**
 * Plants `count` generated originals with nine files of each, a variant (the same with something added: no duplicate) of each fourth, and the pictures of
 * `folders`, which are real ones.
 */
export async function plant(
  store: OpenedStore,
  folder: string,
  {
    count,
    scale,
    folders = [],
  }: { readonly count: number; readonly scale: number; readonly folders?: readonly string[] },
): Promise<Planted> {
  const files = new Map<string, string>();
  const families = new Map<string, number>();
  let family = 0;
  let serial = 0;
  await mkdir(folder, { recursive: true });

  async function add(name: string, content: Buffer): Promise<void> {
    serial += 1;
    const id = `local:${name.replace(/[^A-Za-z0-9]+/g, '-').slice(-55)}_${serial}`;
    const file = path.join(folder, String(serial));
    await writeFile(file, content);
    const { width, height, format } = await sharp(content).metadata();
    store.images.upsert([testImage({ id, width, height, hash: null, extension: format })]);
    const record = {
      hash: serial.toString(16).padStart(64, '0'),
      bytes: content.length,
      extension: format,
      width,
      height,
    };
    store.files.attach(id, record, { dominantColor: null, hash: null });
    files.set(id, file);
    families.set(id, family);
  }

  async function addTwins(from: Original, n: number): Promise<void> {
    for (const { name, content } of await twins(from, n)) await add(name, content);
    family += 1;
  }

  for (let n = 0; n < count; n += 1) {
    const from = original(n, scale);
    await addTwins(from, n);
    if (n % 4 !== 0) continue;
    const other = variant(from, n);
    await add(
      other.name,
      await sharp(other.pixels, { raw: { ...sizeOf(other), channels: 4 } })
        .png()
        .toBuffer(),
    );
    family += 1;
  }
  for (const each of folders) {
    for (const name of await readdir(each, { recursive: true })) {
      // The same picture at other sizes is a twin that nobody planted.
      if (!/\.(jpe?g|png|webp)$/.test(name) || /_\d+x\d+\./.test(name)) continue;
      const { data, info } = await sharp(await readFile(path.join(each, name)))
        .resize(1280, 1280, { fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#808080' })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      await addTwins({ name: path.basename(name), width: info.width, height: info.height, pixels: data }, family);
    }
  }
  return {
    families,
    pictures: {
      peek(id): Promise<MediaFile | null> {
        const file = files.get(id);
        return Promise.resolve(
          file === undefined ? null : { path: file, contentType: 'image/png', bytes: 1, hash: id },
        );
      },
    },
  };
}

/** Compares what the library holds to be the same with what was planted. */
export function measure(store: OpenedStore, { families }: Planted): Measured {
  const sizes = new Map<number, number>();
  for (const family of families.values()) sizes.set(family, (sizes.get(family) ?? 0) + 1);
  const twinPairs = [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const rows = store.database
    .prepare<{ one: string; other: string }>(
      `SELECT a.id AS one, b.id AS other FROM duplicate_pair AS p
       JOIN image AS a ON a.key = p.low JOIN image AS b ON b.key = p.high`,
    )
    .all([]);
  const right = rows.filter(({ one, other }) => families.get(one) === families.get(other));
  const found = new Set(right.map(({ one, other }) => [one, other].sort().join(' ')));
  const ids = [...families.keys()];
  const missed = ids.flatMap((one, place) =>
    ids
      .slice(place + 1)
      .filter((other) => families.get(one) === families.get(other) && !found.has([one, other].sort().join(' ')))
      .map((other) => `${kindOf(one)} | ${kindOf(other)}`),
  );
  const wrong = rows.filter(({ one, other }) => families.get(one) !== families.get(other));
  return {
    recall: found.size / twinPairs,
    precision: rows.length === 0 ? 1 : right.length / rows.length,
    twins: twinPairs,
    found: rows.length,
    missed: frequent(missed),
    wrong: frequent(wrong.map(({ one, other }) => `${kindOf(one)} | ${kindOf(other)}`)),
  };
}

function kindOf(id: string): string {
  return id.replace(/^local:/, '').replace(/_\d+$/, '');
}

function frequent(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} × ${name}`);
}

function sizeOf({ width, height }: Original): { readonly width: number; readonly height: number } {
  return { width, height };
}

/** A codec that decodes in this process, for measuring what it decides rather than how it is run. */
export async function codecHere() {
  const { comparePictures, lookAtPictures } = await import('../../files/codec-look.ts');
  return {
    looks: async (job: Parameters<typeof lookAtPictures>[0]) => ok(await lookAtPictures(job)),
    compare: async (job: Parameters<typeof comparePictures>[0]) => ok(await comparePictures(job)),
  };
}
