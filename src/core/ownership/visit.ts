import type { ClientChannel } from '../../shared/rpc.ts';
import { connectLocally, protocolVersion, type Hello } from './connect-locally.ts';
import { socketPath } from './socket-path.ts';

/** Somebody else owns the data folder and answers. */
export interface Guest {
  readonly kind: 'guest';
  readonly channel: ClientChannel;
  readonly owner: Hello;
}

/**
 * Speaks to who owns the data folder, without trying to own it: null when nobody answers there, which says nothing yet
 * (`claimDataFolder` does). Who finds no lock held has no proof that the socket is an owner's, so it must be a file of this very user; a
 * named pipe cannot be asked whose it is, and is left to `claimDataFolder` as well.
 */
export async function visitOwner(
  folder: string,
  platform: NodeJS.Platform = process.platform,
  user: number | undefined = process.getuid?.(),
): Promise<Guest | null> {
  if (platform === 'win32' || user === undefined) return null;
  const socket = socketPath(folder, platform);
  const found = lstat(socket);
  if (found === null || !found.isSocket() || found.uid !== user) return null;
  const connected = await connectLocally(socket);
  if (connected === null) return null;
  if (connected.owner.protocol === protocolVersion) return { kind: 'guest', ...connected };
  connected.channel.close();
  return null;
}

/** Synchronous, and without `import`: loading Node's promises of files would take longer than the call. */
function lstat(file: string) {
  try {
    return process.getBuiltinModule('node:fs').lstatSync(file);
  } catch {
    return null;
  }
}
