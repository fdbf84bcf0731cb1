import { expect, it } from 'vitest';
import { cleanLine, namesOf } from './values.ts';

const artist = '\u{1f469}\u200d\u{1f3a8}';

it('keeps what joins emoji, and nothing else that cannot be seen', () => {
  for (const name of [
    artist,
    '\u{1f469}\u{1f3fd}\u200d\u{1f3a8}',
    '\u{1f3f3}\ufe0f\u200d\u{1f308}',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  ])
    expect(namesOf(`Aki ${name}`)).toEqual([`Aki ${name}`]);
  expect(cleanLine(`A\u200dki\u200d ${artist}\u200d`, 100)).toBe(`A ki ${artist}`);
  expect(cleanLine(`\u200d\u{1f3a8} \u202eAki\u202c\u200b\u0007`, 100)).toBe('\u{1f3a8} Aki');
  expect(cleanLine('\u200d', 100)).toBeNull();
});

it('leaves no half of a joined one where a line is too long', () => {
  expect(cleanLine(`A${artist}`, 3)).toBe('A\u{1f469}');
});
