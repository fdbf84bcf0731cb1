import type { Size } from '../compose.ts';

/** What an X server says of itself when a client connects. */
export interface Setup {
  readonly screen: Screen;
  /** By color depth. */
  readonly formats: ReadonlyMap<number, { readonly bitsPerPixel: number; readonly scanlinePad: number }>;
  readonly littleEndianImages: boolean;
}

export interface Screen extends Size {
  readonly root: number;
  /** Red, green, blue of the root's visual. */
  readonly masks: readonly number[];
}

/** Parses the server's answer to a connection (its first screen). Throws with the server's own words when it refuses. */
export function parseSetup(reply: Buffer): Setup {
  if (reply[0] !== 1) {
    const reason = reply.toString('latin1', 8, 8 + (reply[1] ?? 0)).trim();
    throw new Error(`The X server refused the connection${reason === '' ? '.' : `: ${reason}`}`);
  }
  const vendor = (reply.readUInt16LE(24) + 3) & ~3;
  const formatCount = reply[29] ?? 0;
  const formatsAt = 40 + vendor;
  const formats = new Map<number, { bitsPerPixel: number; scanlinePad: number }>();
  for (let at = formatsAt; at < formatsAt + formatCount * 8; at += 8)
    formats.set(reply[at] ?? 0, { bitsPerPixel: reply[at + 1] ?? 0, scanlinePad: reply[at + 2] ?? 32 });

  const at = formatsAt + formatCount * 8;
  const rootVisual = reply.readUInt32LE(at + 32);
  const screen = {
    root: reply.readUInt32LE(at),
    width: reply.readUInt16LE(at + 20),
    height: reply.readUInt16LE(at + 22),
    masks: findMasks(reply, at + 40, reply[at + 39] ?? 0, rootVisual),
  };
  return { screen, formats, littleEndianImages: reply[30] === 0 };
}

function findMasks(reply: Buffer, start: number, depths: number, visual: number): readonly number[] {
  let at = start;
  for (let depth = 0; depth < depths; depth += 1) {
    const visuals = reply.readUInt16LE(at + 2);
    at += 8;
    for (let index = 0; index < visuals; index += 1, at += 24) {
      if (reply.readUInt32LE(at) === visual) return [8, 12, 16].map((offset) => reply.readUInt32LE(at + offset));
    }
  }
  throw new Error('The X server describes no visual of its root window.');
}

export interface AuthorityEntry {
  readonly host: string;
  readonly number: string;
  readonly protocol: string;
  readonly data: Buffer;
}

/** Parses an .Xauthority file: family, then four counted strings, all big-endian. A cut-off end is left out. */
export function parseAuthority(file: Buffer): readonly AuthorityEntry[] {
  const entries: AuthorityEntry[] = [];
  let at = 0;
  const counted = (): Buffer | null => {
    if (at + 2 > file.length) return null;
    const length = file.readUInt16BE(at);
    const bytes = file.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    return bytes.length === length ? bytes : null;
  };
  while (at + 2 <= file.length) {
    at += 2;
    const [host, number, protocol, data] = [counted(), counted(), counted(), counted()];
    if (!host || !number || !protocol || !data) break;
    entries.push({
      host: host.toString('latin1'),
      number: number.toString('latin1'),
      protocol: protocol.toString('latin1'),
      data: Buffer.from(data),
    });
  }
  return entries;
}
