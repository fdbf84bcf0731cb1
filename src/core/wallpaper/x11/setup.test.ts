import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthority, parseSetup } from './setup.ts';

const counted = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);

describe('parseAuthority', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 20 });
  const entry = fc.record({ host: text, number: text, protocol: text, data: fc.uint8Array({ maxLength: 20 }) });
  const write = (entries: readonly { host: string; number: string; protocol: string; data: Uint8Array }[]): Buffer =>
    Buffer.concat(
      entries.flatMap(({ host, number, protocol, data }) => [
        Buffer.from([1, 0]),
        ...[host, number, protocol].map((each) => counted(Buffer.from(each, 'latin1'))),
        counted(data),
      ]),
    );

  it('reads every entry', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(parseAuthority(write(entries))).toEqual(
          entries.map((each) => ({ ...each, data: Buffer.from(each.data) })),
        );
      }),
    );
  });

  it('leaves out a cut-off end and survives nonsense', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        parseAuthority(Buffer.from(bytes));
      }),
    );
    const file = write([{ host: 'a', number: '0', protocol: 'P', data: new Uint8Array(4) }]);
    expect(parseAuthority(Buffer.concat([file, file.subarray(0, 7)]))).toHaveLength(1);
  });
});

describe('parseSetup', () => {
  it("hands on the server's reason to refuse", () => {
    const reason = 'Authorization required';
    const reply = Buffer.concat([
      Buffer.from([0, reason.length, 11, 0, 0, 0, 6, 0]),
      Buffer.from(reason),
      Buffer.alloc(2),
    ]);
    expect(() => parseSetup(reply)).toThrow('The X server refused the connection: Authorization required');
  });
});
