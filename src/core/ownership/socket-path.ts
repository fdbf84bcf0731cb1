import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

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
  if (platform === 'win32') return `\\\\.\\pipe\\kabegami-${user.replace(/[^A-Za-z0-9]/g, '_')}-${hashOf(folder)}`;
  const inside = path.join(folder, 'owner.sock');
  if (Buffer.byteLength(inside) <= longestPath(platform)) return inside;
  const name = path.join(`kabegami-${user.replace(/[^A-Za-z0-9]/g, '_')}`, `${hashOf(folder)}.sock`);
  const outside = path.join(temporary, name);
  return Buffer.byteLength(outside) <= longestPath(platform) ? outside : path.join('/tmp', name);
}

/** Asked for where it is needed only: Node's crypto takes longer to load than a whole command, and most folders need no hash. */
function hashOf(folder: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(folder).digest('hex').slice(0, 16);
}

function userName(): string {
  const uid = process.getuid?.();
  return uid === undefined ? userInfo().username : String(uid);
}
