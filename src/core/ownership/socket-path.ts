import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS and the BSDs, the closing zero included. Longer paths are cut silently. */
function longestPath(platform: NodeJS.Platform): number {
  return platform === 'linux' ? 107 : 103;
}

/**
 * Where the owner of `folder` listens: `owner.sock` in it; where that path is too long for a socket, a name made from the folder's hash in
 * a private folder of this user under the temporary folder; on Windows a named pipe.
 */
export function socketPath(
  folder: string,
  platform: NodeJS.Platform,
  temporary: string = tmpdir(),
  user: string = userName(),
): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\kabegami-${user.replace(/[^A-Za-z0-9]/g, '_')}-${hash}`;
  const inside = path.join(folder, 'owner.sock');
  if (Buffer.byteLength(inside) <= longestPath(platform)) return inside;
  const name = path.join(`kabegami-${user.replace(/[^A-Za-z0-9]/g, '_')}`, `${hash}.sock`);
  const outside = path.join(temporary, name);
  return Buffer.byteLength(outside) <= longestPath(platform) ? outside : path.join('/tmp', name);
}

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

function userName(): string {
  const uid = process.getuid?.();
  return uid === undefined ? userInfo().username : String(uid);
}
