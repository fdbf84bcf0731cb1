import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Header } from 'tar';

const blockSize = 512;
/** Bytes copied in one step. */
const chunkSize = 1 << 20;

/** Writes a tar file member by member. A member is any size: above 8 GB its size is written as GNU tar does. */
export interface TarWriter {
  add(name: string, content: Uint8Array): Promise<void>;
  /** Copies `bytes` bytes of an open file. Throws when it has fewer. */
  copy(name: string, from: FileHandle, bytes: number, signal?: AbortSignal): Promise<void>;
  /** Writes the end mark. Answers the size of the file. */
  end(): Promise<number>;
}

export function createTarWriter(
  to: Pick<FileHandle, 'write'>,
  { modifiedAt }: { readonly modifiedAt: number },
): TarWriter {
  let position = 0;

  async function write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await to.write(bytes, done, bytes.length - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
  }

  async function head(name: string, size: number): Promise<void> {
    const header = new Header({ path: name, size, mode: 0o600, uid: 0, gid: 0, mtime: new Date(modifiedAt) });
    header.type = 'File';
    header.encode();
    if (header.block === undefined) throw new Error(`${name} does not fit into a tar header.`);
    await write(header.block);
  }

  async function pad(size: number): Promise<void> {
    const rest = size % blockSize;
    if (rest > 0) await write(new Uint8Array(blockSize - rest));
  }

  return {
    async add(name, content) {
      await head(name, content.length);
      await write(content);
      await pad(content.length);
    },
    async copy(name, from, bytes, signal) {
      await head(name, bytes);
      const chunk = new Uint8Array(Math.min(chunkSize, Math.max(1, bytes)));
      for (let done = 0; done < bytes;) {
        signal?.throwIfAborted();
        const { bytesRead } = await from.read(chunk, 0, Math.min(chunk.length, bytes - done), done);
        if (bytesRead === 0) throw new Error(`${name} became shorter while it was copied.`);
        await write(chunk.subarray(0, bytesRead));
        done += bytesRead;
      }
      await pad(bytes);
    },
    async end() {
      await write(new Uint8Array(2 * blockSize));
      return position;
    },
  };
}

/** sha256 (hex) of the first `bytes` bytes of an open file, or of fewer where it is shorter. */
export async function hashHandle(file: FileHandle, bytes: number, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(chunkSize);
  for (let done = 0; done < bytes;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, bytes - done), done);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    done += bytesRead;
  }
  return hash.digest('hex');
}
