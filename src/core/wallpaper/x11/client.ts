import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Rect } from '../../files/codec.ts';
import type { Env } from '../run.ts';
import { parseAuthority, parseSetup, type Screen } from './setup.ts';

/**
 * The few requests of the X11 protocol that tell what the root window shows. Own code, since no common tool can read a pixmap: a
 * screenshot (xwd, import) has all windows on it. Numbers of requests and layouts: X Window System Protocol, X11R7.7, appendix B.
 */
export interface XClient {
  readonly screen: Screen;
  /** Answers 0 when no program ever made this atom. */
  atom(name: string): Promise<number>;
  /** 32-bit values of a property; empty when it is not set. */
  property(window: number, atom: number): Promise<readonly number[]>;
  /** The window that owns a selection; 0 when none does. */
  selectionOwner(atom: number): Promise<number>;
  /** Position of the outside and full size (with border) of a window or pixmap. */
  geometry(drawable: number): Promise<Rect>;
  children(window: number): Promise<readonly number[]>;
  /** Is it mapped, with all its parents, and drawn (not input only)? */
  visible(window: number): Promise<boolean>;
  /** RGB pixels, 3 bytes each. The rectangle must lie inside. */
  pixels(drawable: number, rect: Rect): Promise<Uint8Array>;
  /** Its name. */
  atomName(atom: number): Promise<string>;
  /** In the server's order; null where it does not know what a monitor is (RandR before 1.5). */
  monitors(): Promise<readonly XMonitor[] | null>;
  /** The first 512 bytes of an output's property; empty when it is not set. */
  outputProperty(output: number, atom: number): Promise<Uint8Array>;
  /** The server has not gone. */
  isOpen(): boolean;
  close(): void;
}

/** What RandR calls a monitor: a part of the screen, and the outputs that show it. */
export interface XMonitor {
  /** An atom. */
  readonly name: number;
  readonly primary: boolean;
  readonly rect: Rect;
  readonly outputs: readonly number[];
}

const timeLimit = 5_000;

/** Connects to `env.DISPLAY`. Rejects with a plain `Error` when there is no server or it refuses. */
export async function connectX({ env }: { readonly env: Env }): Promise<XClient> {
  const display = /^(?:([^:]*)\/unix|([^:]*)):(\d+)(?:\.(\d+))?$/.exec(env['DISPLAY'] ?? '');
  if (!display) throw new Error(`DISPLAY is "${env['DISPLAY'] ?? ''}", which names no X server.`);
  const host = display[2] ?? '';
  const number = Number(display[3]);
  const local = host === '' || host === 'unix';
  const cookie = await readCookie(env, local ? hostname() : host, String(number));
  // Nothing is awaited between connecting and listening: a refusal nobody listens to would take the whole process down.
  const socket = connect(local ? { path: `/tmp/.X11-unix/X${number}` } : { host, port: 6000 + number });

  interface Waiting {
    readonly resolve: (reply: Buffer) => void;
    readonly reject: (error: Error) => void;
  }
  const waiting: Waiting[] = [];
  let received = Buffer.alloc(0);
  let isSetUp = false;

  const end = (error: Error): void => {
    socket.destroy();
    for (const each of waiting.splice(0)) each.reject(error);
  };
  socket.setTimeout(timeLimit, () => end(new Error('The X server did not answer in time.')));
  socket.on('error', (error) => end(error));
  socket.on('close', () => end(new Error('The X server closed the connection.')));
  socket.on('data', (data) => {
    received = received.length === 0 ? data : Buffer.concat([received, data]);
    for (let length = messageLength(received, isSetUp); length > 0 && received.length >= length;) {
      const message = Buffer.from(received.subarray(0, length));
      received = received.subarray(length);
      // Requests are answered in their order, each by a reply or an error; events (2 and up) are of no interest.
      if (!isSetUp || message[0] === 1) waiting.shift()?.resolve(message);
      else if (message[0] === 0) waiting.shift()?.reject(new Error(`The X server answered error ${message[1]}.`));
      isSetUp = true;
      length = messageLength(received, isSetUp);
    }
  });

  const send = (request: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('The X server closed the connection.'));
      waiting.push({ resolve, reject });
      // What is asked in one go is sent in one go.
      if (socket.writableCorked === 0) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      socket.write(request);
    });
  /** A request of opcode, its second byte and 32-bit words. */
  const ask = (opcode: number, second: number, words: readonly number[]): Promise<Buffer> => {
    const request = Buffer.alloc(4 + words.length * 4);
    request.set([opcode, second], 0);
    request.writeUInt16LE(1 + words.length, 2);
    words.forEach((word, index) => request.writeUInt32LE(word >>> 0, 4 + index * 4));
    return send(request);
  };

  const { screen, formats, littleEndianImages } = parseSetup(await send(setupRequest(cookie)));

  const named = async (opcode: number, name: string): Promise<Buffer> => {
    const text = Buffer.alloc((name.length + 3) & ~3);
    text.write(name, 'latin1');
    const head = Buffer.alloc(8);
    // The second byte matters to InternAtom alone: only if it exists.
    head.set([opcode, 1], 0);
    head.writeUInt16LE(2 + text.length / 4, 2);
    head.writeUInt16LE(name.length, 4);
    return send(Buffer.concat([head, text]));
  };
  /** The first byte of RandR's requests; null where there is no RandR with monitors. */
  let randr: Promise<number | null> | null = null;
  const findRandr = async (): Promise<number | null> => {
    const extension = await named(98, 'RANDR');
    const opcode = extension[9] ?? 0;
    if (extension[8] !== 1) return null;
    const version = await ask(opcode, 0, [1, 5]);
    const [major, minor] = [version.readUInt32LE(8), version.readUInt32LE(12)];
    return major > 1 || minor >= 5 ? opcode : null;
  };

  return {
    screen,
    atom: async (name) => (await named(16, name)).readUInt32LE(8),
    async property(window, atom) {
      if (atom === 0) return [];
      const reply = await ask(20, 0, [window, atom, 0, 0, 4096]);
      if (reply[1] !== 32) return [];
      return Array.from({ length: reply.readUInt32LE(16) }, (_none, index) => reply.readUInt32LE(32 + index * 4));
    },
    async selectionOwner(atom) {
      return atom === 0 ? 0 : (await ask(23, 0, [atom])).readUInt32LE(8);
    },
    async geometry(drawable) {
      const reply = await ask(14, 0, [drawable]);
      const border = 2 * reply.readUInt16LE(20);
      return {
        x: reply.readInt16LE(12),
        y: reply.readInt16LE(14),
        width: reply.readUInt16LE(16) + border,
        height: reply.readUInt16LE(18) + border,
      };
    },
    async children(window) {
      const reply = await ask(15, 0, [window]);
      return Array.from({ length: reply.readUInt16LE(16) }, (_none, index) => reply.readUInt32LE(32 + index * 4));
    },
    async visible(window) {
      const reply = await ask(3, 0, [window]);
      return reply[26] === 2 && reply.readUInt16LE(12) === 1;
    },
    async pixels(drawable, { x, y, width, height }) {
      const words = [drawable, (x & 0xffff) | (y << 16), (width & 0xffff) | (height << 16), 0xffffffff];
      const reply = await ask(73, 2, words);
      const format = formats.get(reply[1] ?? 0);
      if (!format || (format.bitsPerPixel !== 32 && format.bitsPerPixel !== 16))
        throw new Error('The screen has a color depth that is not known here.');
      return toRgb(reply.subarray(32), { width, height }, format, screen, littleEndianImages);
    },
    async atomName(atom) {
      const reply = await ask(17, 0, [atom]);
      return reply.toString('utf8', 32, 32 + reply.readUInt16LE(8));
    },
    async monitors() {
      const opcode = await (randr ??= findRandr());
      if (opcode === null) return null;
      return parseMonitors(await ask(opcode, 42, [screen.root, 0]));
    },
    async outputProperty(output, atom) {
      const opcode = atom === 0 ? null : await (randr ??= findRandr());
      if (opcode === null) return new Uint8Array();
      const reply = await ask(opcode, 15, [output, atom, 0, 0, 128, 0]);
      return reply[1] === 8 ? reply.subarray(32, 32 + reply.readUInt32LE(16)) : new Uint8Array();
    },
    isOpen: () => !socket.destroyed,
    close: () => socket.destroy(),
  };
}

/** RandR's answer to GetMonitors. */
export function parseMonitors(reply: Buffer): readonly XMonitor[] {
  const monitors: XMonitor[] = [];
  let at = 32;
  for (let left = reply.readUInt32LE(12); left > 0; left -= 1) {
    const count = reply.readUInt16LE(at + 6);
    const first = at + 24;
    monitors.push({
      name: reply.readUInt32LE(at),
      primary: reply[at + 4] === 1,
      rect: {
        x: reply.readInt16LE(at + 8),
        y: reply.readInt16LE(at + 10),
        width: reply.readUInt16LE(at + 12),
        height: reply.readUInt16LE(at + 14),
      },
      outputs: Array.from({ length: count }, (_none, index) => reply.readUInt32LE(first + index * 4)),
    });
    at = first + count * 4;
  }
  return monitors;
}

/** Bytes of the message at the start of `data`; 0 while even that is not known. */
function messageLength(data: Buffer, isSetUp: boolean): number {
  if (!isSetUp) return data.length < 8 ? 0 : 8 + data.readUInt16LE(6) * 4;
  if (data.length < 32) return 0;
  const kind = data[0] ?? 0;
  return kind === 1 || (kind & 0x7f) === 35 ? 32 + data.readUInt32LE(4) * 4 : 32;
}

const cookieProtocol = 'MIT-MAGIC-COOKIE-1';

function setupRequest(cookie: Buffer | null): Buffer {
  const name = Buffer.from(cookie ? cookieProtocol : '', 'latin1');
  const data = cookie ?? Buffer.alloc(0);
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const head = Buffer.alloc(12);
  head.write('l', 'latin1');
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(name.length, 6);
  head.writeUInt16LE(data.length, 8);
  return Buffer.concat([head, padded(name), padded(data)]);
}

async function readCookie(env: Env, host: string, number: string): Promise<Buffer | null> {
  const file = env['XAUTHORITY'] ?? (env['HOME'] ? join(env['HOME'], '.Xauthority') : null);
  if (file === null) return null;
  try {
    const entries = parseAuthority(await readFile(file)).filter((entry) => entry.protocol === cookieProtocol);
    const fits = entries.filter((entry) => entry.number === '' || entry.number === number);
    // Compositors write entries for any host; ssh and xdm for this one.
    return (fits.find((entry) => entry.host === host) ?? fits[0])?.data ?? null;
  } catch {
    return null;
  }
}

function toRgb(
  data: Buffer,
  { width, height }: { readonly width: number; readonly height: number },
  { bitsPerPixel, scanlinePad }: { readonly bitsPerPixel: number; readonly scanlinePad: number },
  { masks }: Screen,
  littleEndian: boolean,
): Uint8Array {
  const bytes = bitsPerPixel / 8;
  const stride = Math.ceil((width * bitsPerPixel) / scanlinePad) * (scanlinePad / 8);
  const rgb = new Uint8Array(width * height * 3);
  const channels = masks.map((mask) => {
    const shift = 31 - Math.clz32(mask & -mask);
    return { mask, shift, max: mask >>> shift };
  });
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * stride + x * bytes;
      const value = littleEndian ? data.readUIntLE(at, bytes) : data.readUIntBE(at, bytes);
      for (const { mask, shift, max } of channels) {
        rgb[to] = Math.round((((value & mask) >>> shift) * 255) / max);
        to += 1;
      }
    }
  }
  return rgb;
}
