import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportName, safeName } from './file-names.ts';

const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('.', ' ', '/', '\\', ':', '\u202e', '\u0000', 'e\u0301', 'ü', '夜', 'a', '\ud800'),
    maxLength: 60,
  }),
);

describe('safeName', () => {
  it.each([
    ['Painter', 'Painter'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a_b_c_d_e_f_g_h_i_j'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..', 'x'],
    ['   ', 'x'],
    ['', 'x'],
    ['???', 'x'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['console', 'console'],
    ['dots...', 'dots'],
    [' .hidden ', 'hidden'],
    ['夜 桜', '夜 桜'],
    ['e\u0301', 'é'],
    ['evil\u202egnp.exe', 'evil_gnp.exe'],
    ['line\nfeed', 'line_feed'],
  ])('makes %j to %j', (text, name) => {
    expect(safeName(text, 'x')).toBe(name);
  });

  it('is one part of a path on every system, whatever comes', () => {
    fc.assert(
      fc.property(wild, (text) => {
        const name = safeName(text, 'x');
        expect(name).not.toBe('');
        expect(path.win32.basename(name)).toBe(name);
        expect(path.posix.basename(name)).toBe(name);
        expect(path.win32.join('C:\\root', name)).toBe(`C:\\root\\${name}`);
        // eslint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(name).not.toMatch(/[\u0000-\u001f<>:"/\\|?*\u202e]|\p{Cs}/u);
        expect(name).not.toMatch(/^[. ]|[. ]$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(121);
        expect(name.normalize('NFC')).toBe(name);
        expect(safeName(name, 'x')).toBe(name);
      }),
      { numRuns: 500 },
    );
  });
});

describe('exportName', () => {
  it('tells apart what has different ids, and files without an artist are somewhere too', () => {
    const image = { artists: [], provider: 'waifu-im', remoteId: '7622', extension: 'png' } as const;
    expect(exportName(image)).toEqual({ folder: 'Unknown artist', base: 'waifu-im-7622', extension: 'png' });
  });
});
