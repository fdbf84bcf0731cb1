import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Windows has no such flag, and no pipes among its files. */
const withoutWaiting: number = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

/**
 * Opens a regular file to read it; null where it is something else. Opening a pipe would wait for its writer, for ever and where nothing can be cancelled, and
 * hold one of the few threads that files are read in.
 */
export async function openToRead(file: string): Promise<{ readonly handle: FileHandle; readonly size: number } | null> {
  const handle = await open(file, constants.O_RDONLY | withoutWaiting).catch((error: unknown) => {
    // A socket, or a device that is not there.
    if (error instanceof Error && 'code' in error && error.code === 'ENXIO') return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    if (found.isFile()) return { handle, size: found.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}
