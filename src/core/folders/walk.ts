import type { Dir, Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import type { SeenFile } from '../store/store.ts';

/** Endings of what may be a picture; what it is, its content says. Those that cannot be decoded are looked at too, to be named. */
const pictureEndings: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif png apng gif webp avif avifs bmp dib jxl heic heif hif tif tiff jp2 psd'.split(' '),
);
const sidecarEndings: ReadonlySet<string> = new Set(['json', 'txt']);
/** Files asked about at the same time. */
const atOnce = 64;
const deepest = 60;

/** Is it a picture, by its name? */
export function isPictureName(name: string): boolean {
  return pictureEndings.has(path.extname(name).slice(1).toLowerCase());
}

export interface Found {
  readonly pictures: readonly SeenFile[];
  readonly sidecars: readonly SeenFile[];
  /** Endings of files that are neither. */
  readonly others: readonly string[];
  /** What could not be looked at: a folder (ending in `/`) or a file. */
  readonly unreadable: readonly string[];
}

/**
 * Everything in a folder, some files at a time, in no order. Links are not followed: they may lead anywhere, or round in circles. Hidden files and
 * folders, and `skip` (absolute), are left out. `prefix` ('' or `a/b/`) is where to begin.
 */
export async function* walk(
  root: string,
  options: { readonly prefix: string; readonly recursive: boolean; readonly skip: string },
): AsyncGenerator<Found> {
  const waiting: { readonly prefix: string; readonly depth: number }[] = [
    { prefix: options.prefix, depth: options.prefix.split('/').length },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { prefix, depth } = next;
    const folder = path.join(root, ...prefix.split('/'));
    if (folder === options.skip) continue;
    let open: Dir;
    try {
      open = await opendir(folder);
    } catch {
      yield { pictures: [], sidecars: [], others: [], unreadable: [prefix] };
      continue;
    }
    let batch: Dirent[] = [];
    try {
      for await (const entry of open) {
        if (entry.name.startsWith('.')) continue;
        if (entry.isDirectory()) {
          if (options.recursive && depth < deepest)
            waiting.push({ prefix: `${prefix}${entry.name}/`, depth: depth + 1 });
          continue;
        }
        // Some network file systems do not say what an entry is; its own data does.
        if (
          entry.isSymbolicLink() ||
          entry.isFIFO() ||
          entry.isSocket() ||
          entry.isBlockDevice() ||
          entry.isCharacterDevice()
        )
          continue;
        batch.push(entry);
        if (batch.length < atOnce) continue;
        yield await look(folder, prefix, batch);
        batch = [];
      }
    } catch {
      // It went away, or its disk did, while it was being read.
      yield { pictures: [], sidecars: [], others: [], unreadable: [prefix] };
      continue;
    }
    yield await look(folder, prefix, batch);
  }
}

/** Those files of a folder that were chosen one by one, with what lies beside each. */
export async function* walkPicked(
  root: string,
  parts: {
    readonly page: (after: number) => readonly { readonly key: number; readonly path: string }[];
    readonly sidecarNames: (path: string) => readonly string[];
  },
): AsyncGenerator<Found> {
  for (let page = parts.page(0); page.length > 0; page = parts.page(page.at(-1)?.key ?? Number.MAX_SAFE_INTEGER)) {
    const pictures: SeenFile[] = [];
    const sidecars = new Map<string, SeenFile>();
    const seeing = async (name: string): Promise<SeenFile | null> => {
      const found = await stats(path.join(root, name)).catch(() => null);
      return found?.isFile === true ? { path: name, bytes: found.size, mtime: found.mtimeMs } : null;
    };
    await Promise.all(
      page.map(async (row) => {
        const picture = await seeing(row.path);
        if (picture === null) return;
        pictures.push(picture);
        for (const name of parts.sidecarNames(row.path)) {
          const sidecar = await seeing(name);
          if (sidecar !== null) sidecars.set(name, sidecar);
        }
      }),
    );
    yield { pictures, sidecars: [...sidecars.values()], others: [], unreadable: [] };
  }
}

async function look(folder: string, prefix: string, entries: readonly Dirent[]): Promise<Found> {
  const pictures: SeenFile[] = [];
  const sidecars: SeenFile[] = [];
  const others: string[] = [];
  const unreadable: string[] = [];
  await Promise.all(
    entries.map(async ({ name }) => {
      const ending = path.extname(name).slice(1).toLowerCase();
      const into = pictureEndings.has(ending) ? pictures : sidecarEndings.has(ending) ? sidecars : null;
      if (into === null) {
        others.push(ending);
        return;
      }
      try {
        const { size, mtimeMs, isFile } = await stats(path.join(folder, name));
        if (isFile) into.push({ path: prefix + name, bytes: size, mtime: mtimeMs });
      } catch {
        // Gone meanwhile, or a name that is no text on this system.
        unreadable.push(prefix + name);
      }
    }),
  );
  return { pictures, sidecars, others, unreadable };
}

async function stats(
  file: string,
): Promise<{ readonly size: number; readonly mtimeMs: number; readonly isFile: boolean }> {
  const found = await lstat(file);
  return { size: found.size, mtimeMs: found.mtimeMs, isFile: found.isFile() };
}
