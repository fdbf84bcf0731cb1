import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Makes sure that the socket's folder is there, is ours, and that nobody else can put anything into it. */
export async function secureSocketFolder(socket: string, folder: string): Promise<Result<void>> {
  const parent = path.dirname(socket);
  if (socket.startsWith('\\\\') || parent === folder) return ok(undefined);
  try {
    await mkdir(parent, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    // The temporary folder is everybody's: another user may have made this name first.
    const found = await lstat(parent);
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return ok(undefined);
    return fail(
      appError(
        'data_folder_unwritable',
        `${parent} is not a private folder of yours, so Kabegami will not put its socket there. ` +
          'Remove it, or set KABEGAMI_HOME to a shorter path.',
      ),
    );
  } catch (error) {
    return fail(
      appError(
        'data_folder_unwritable',
        `Cannot make ${parent} for the program's socket (${String(error)}). Set KABEGAMI_HOME to a shorter path.`,
      ),
    );
  }
}
