import { describe, expect, it } from 'vitest';
import { bytesText, clean, table } from './table.ts';

describe('text on the terminal', () => {
  it('carries no control characters from outside', () => {
    expect(clean('a\u001b]0;title\u0007b\u202ec')).toBe('a ]0;title b c');
    expect(table(['A'], [['x\ny']])).toBe('A\nx y\n');
  });

  it('is aligned and cut to the width', () => {
    expect(
      table(
        ['A', 'LONG'],
        [
          ['壁紙', 1],
          [null, ''],
        ],
        null,
      ),
    ).toBe('A     LONG\n壁紙  1\n—     —\n');
    expect(table(['A', 'B'], [['1', 'abcdefgh']], 6)).toBe('A  B\n1  ab…\n');
  });

  it('counts the columns a terminal gives each letter', () => {
    const names = ['abcd', '大野', 'ﾊﾝｶｸ', 'ＡＢ', '한글', '한글', 'é\u0301a\u0308bc', '🎨🖼️', '👩‍🎨ab', 'カー', '名、'];
    const rows = table(
      ['NAME', 'N'],
      names.map((name, n) => [name, n]),
    );
    expect(rows).toBe(`NAME  N\n${names.map((name, n) => `${name}  ${n}\n`).join('')}`);
    expect(table(['A'], [['壁紙壁紙']], 6)).toBe('A\n壁紙…\n');
  });

  it('counts bytes', () => {
    expect([null, 0, 999, 1000, 1_440_000, 2e12].map(bytesText)).toEqual([
      '—',
      '0 B',
      '999 B',
      '1.0 kB',
      '1.4 MB',
      '2.0 TB',
    ]);
  });
});
