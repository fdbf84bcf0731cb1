import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Header } from 'tar';

const blockSize = 512;
const chunkSize = 1 << 20;

/** A file that is not a tar file of plain files. The message ends "The backup …". */
export class BadTar extends Error {}

export interface TarMember {
  readonly name: string;
  readonly size: number;
  /** Reads the whole content; `take` gets it piece by piece, each valid until it has answered. Answers the sha256, hex. */
  read(take?: (piece: Uint8Array) => Promise<void>, signal?: AbortSignal): Promise<string>;
}

/**
 * The members of a tar file, in order, by their headers alone: what is not read is stepped over. Links, folders, devices and extended headers are refused, as is
 * a file that is cut off. Nothing is believed of a name.
 */
export async function* tarMembers(file: FileHandle): AsyncGenerator<TarMember> {
  const { size: total } = await file.stat();
  const block = Buffer.alloc(blockSize);
  for (let at = 0; ;) {
    if (at + blockSize > total) throw new BadTar('is cut off');
    await readFully(file, block, at);
    const header = decode(block, at);
    if (header.nullBlock) return;
    const { path: name, size } = header;
    if (!header.cksumValid || name === undefined || size === undefined || !Number.isSafeInteger(size)) {
      throw damaged(at);
    }
    if (header.type !== 'File') throw new BadTar('holds what no backup holds');
    const start = at + blockSize;
    const next = start + Math.ceil(size / blockSize) * blockSize;
    if (!Number.isSafeInteger(next) || next > total) throw new BadTar('is cut off');
    yield {
      name,
      size,
      async read(take, signal) {
        const hash = createHash('sha256');
        const chunk = new Uint8Array(Math.min(chunkSize, Math.max(1, size)));
        for (let done = 0; done < size;) {
          signal?.throwIfAborted();
          const piece = chunk.subarray(0, Math.min(chunk.length, size - done));
          await readFully(file, piece, start + done);
          hash.update(piece);
          await take?.(piece);
          done += piece.length;
        }
        return hash.digest('hex');
      },
    };
    at = next;
  }
}

function decode(block: Buffer, at: number): Header {
  try {
    return new Header(block);
  } catch {
    throw damaged(at);
  }
}

function damaged(at: number): BadTar {
  return new BadTar(at === 0 ? 'is none of Kabegami, or damaged at its very beginning' : 'is damaged');
}

async function readFully(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new BadTar('is cut off');
    done += bytesRead;
  }
}
