import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../private-files.ts';

/** Size of a regular file; null where there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}

/** Moves a file to its place and makes sure that it stays there through a power cut. */
export async function moveInto(from: string, to: string): Promise<void> {
  const folder = path.dirname(to);
  makeFolder(folder);
  await rename(from, to);
  await syncFolder(folder);
}

/** Not every system lets a folder be synced; those keep their names by other means. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP')))
      throw error;
  } finally {
    await handle.close();
  }
}

/** The first bytes of a file, fewer where it is shorter. */
export async function headOf(file: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Removes the empty folders below `folder`, and those that become empty by it; `folder` itself stays. */
export async function removeEmptyBelow(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const below = path.join(folder, entry.name);
    await removeEmptyBelow(below);
    // Refused where anything is in it.
    await rmdir(below).catch(() => undefined);
  }
}

/** sha256 and md5 of a file, read in pieces so that nothing else waits. */
export async function hashFile(
  file: string,
  signal?: AbortSignal,
): Promise<{ readonly sha256: string; readonly md5: string }> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  const stream = createReadStream(file, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of stream) {
    sha256.update(chunk as Buffer);
    md5.update(chunk as Buffer);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

/** Every entry below `folder` that is not a folder itself. */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else yield file;
  }
}
