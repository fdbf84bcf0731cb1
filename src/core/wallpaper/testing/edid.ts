import type { Identity } from '../displays/edid.ts';

/** An EDID base block as a monitor sends it. `number` is the 32-bit serial number; texts become descriptors. */
export function edidBytes({ make, model, serial, number = 0 }: Identity & { readonly number?: number }): Uint8Array {
  const bytes = Buffer.alloc(128);
  Buffer.from('00ffffffffffff00', 'hex').copy(bytes);
  const [a = 0, b = 0, c = 0] = [...make].map((letter) => letter.charCodeAt(0) - 64);
  bytes.writeUInt16BE((a << 10) | (b << 5) | c, 8);
  bytes.writeUInt16LE(0x40a9, 10);
  bytes.writeUInt32LE(number, 12);
  bytes.set([26, 31, 1, 4], 16);
  // A timing, then the texts, padded as the standard says: a line feed, then spaces.
  bytes.set([0x02, 0x3a, 0x80, 0x18], 54);
  for (const [at, tag, text] of [
    [72, 0xff, serial],
    [90, 0xfc, model],
  ] as const) {
    if (text === '') continue;
    bytes[at + 3] = tag;
    Buffer.from(`${text}\n`.padEnd(13).slice(0, 13), 'latin1').copy(bytes, at + 5);
  }
  bytes[127] = (256 - (bytes.reduce((sum, byte) => sum + byte, 0) % 256)) % 256;
  return bytes;
}

/** As a part of what `xrandr --props` prints of an output. */
export function xrandrProps(output: string, edid: Uint8Array | null): string {
  const lines = edid === null ? [] : (Buffer.from(edid).toString('hex').match(/.{32}/g) ?? []);
  return [
    `${output} connected 1920x1080+0+0 (normal left inverted right x axis y axis) 527mm x 296mm`,
    ...(lines.length > 0 ? ['\tEDID: ', ...lines.map((line) => `\t\t${line}`)] : []),
    '\tnon-desktop: 0 ',
    '\t\tsupported: 0, 1',
    '   1920x1080     60.00*+',
    '',
  ].join('\n');
}
