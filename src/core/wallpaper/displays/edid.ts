/** What a monitor says of itself, by EDID or as a desktop tells it. */
export interface Identity {
  /** Three letters (`DEL`), or the maker's name where the desktop has looked it up. */
  readonly make: string;
  readonly model: string;
  /** Empty where there is none. */
  readonly serial: string;
}

const header = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00] as const;
/** Where the four descriptors of the base block begin, and what those that hold a text are called. */
const descriptors = [54, 72, 90, 108] as const;
const serialTag = 0xff;
const nameTag = 0xfc;

/** Reads the base block of an EDID; null where it is none. Numbers stand in for missing texts as desktops write them: `0x40a9`. */
export function parseEdid(bytes: Uint8Array): Identity | null {
  if (bytes.length < 128 || header.some((byte, index) => bytes[index] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = descriptor(bytes, nameTag);
  const text = descriptor(bytes, serialTag);
  const serial = isTold(text) ? text : hex(view.getUint32(12, true), 8);
  return { make: pnpLetters(view.getUint16(8)), model: name || hex(view.getUint16(10, true), 4), serial };
}

/** The same from hexadecimal digits, as `xrandr --props` and the Windows registry give them. */
export function parseEdidHex(digits: string): Identity | null {
  return /^([0-9a-f]{2})+$/i.test(digits) ? parseEdid(Buffer.from(digits, 'hex')) : null;
}

/** The maker's three letters in five bits each. */
export function pnpLetters(code: number): string {
  return [10, 5, 0].map((shift) => String.fromCharCode(64 + ((code >> shift) & 31))).join('');
}

/** A name for good, such as `edid:del-dellu2720q-8xk3t13`; null where the monitor does not tell who it is. */
export function identityKey(identity: Identity | null): string | null {
  if (identity === null || !isTold(identity.serial)) return null;
  const [make, model, serial] = [plain(identity.make, 24), plain(identity.model, 32), plain(identity.serial, 48)];
  return serial === '' ? null : `edid:${make}-${model}-${serial}`;
}

/** What makers write where a serial number should be. */
const fillers = new Set(['unknown', 'none', 'na', 'serial', 'serialnumber', '01010101', '16843009', '0123456789']);

function isTold(serial: string): boolean {
  const text = serial
    .toLowerCase()
    .replace(/^0x/, '')
    .replace(/[^a-z0-9]/g, '');
  return !/^(.)\1*$/.test(text) && !/^0*1?$/.test(text) && !/^1?23456789?0?$/.test(text) && !fillers.has(text);
}

function plain(text: string, length: number): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, length);
}

function descriptor(bytes: Uint8Array, tag: number): string {
  for (const at of descriptors) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 0 || bytes[at + 3] !== tag) continue;
    const text = Buffer.from(bytes.subarray(at + 5, at + 18)).toString('latin1');
    return (text.split('\n')[0] ?? '').trim();
  }
  return '';
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
