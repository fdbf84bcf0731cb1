import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../shared/search/index.ts';
import { finished, piecesOf, queryOf, sortOf, standingOf, textOf, withSort, withStanding } from './query.ts';

const texts = (text: string): readonly string[] => piecesOf(text).map((piece) => piece.text);

describe('what is being written', () => {
  it('is looked for as far as it is finished: a filter waits, words do not', () => {
    expect(finished('sk')).toBe('sk');
    expect(finished('sky tag:la')).toBe('sky');
    expect(finished('sky -tag:la')).toBe('sky');
    expect(finished('tag:lake ')).toBe('tag:lake ');
    expect(finished('tag:lake mou')).toBe('tag:lake mou');
    expect(finished('width:')).toBe('width:');
    expect(finished('tag:"two wo')).toBe('');
    expect(finished('')).toBe('');
  });
});

describe('the parts of a search', () => {
  it('are as they were written, in their order, wrong ones with their sentence', () => {
    const pieces = piecesOf('sky wdith:>=2560 -tag:night "two words"');
    expect(pieces.map(({ text }) => text)).toEqual(['sky', 'wdith:>=2560', '-tag:night', '"two words"']);
    expect(pieces.map(({ term }) => term !== null)).toEqual([true, false, true, true]);
    expect(pieces[1]?.mistake).toContain('width');
  });

  it('leave no quotation mark open that would take in what comes behind', () => {
    expect(texts('tag:"two words')).toEqual(['tag:"two words"']);
    expect(queryOf('tag:"two words', 'sky')).toBe('tag:"two words" sky');
  });

  it('keep the whole of what is wrong in two ways', () => {
    expect(texts('A:"#')).toEqual(['A:"#"']);
    expect(queryOf(textOf(piecesOf('A:"#')))).toBe('');
    expect(texts('A:"\\')).toEqual(['A:"\\\\"']);
  });

  it('are each there once where the text is too long', () => {
    const words = 'sky '.repeat(15);
    const pieces = piecesOf(`${words}"${'far '.repeat(500)}`);
    expect(pieces.filter(({ term }) => term !== null)).toHaveLength(16);
    expect(pieces.filter(({ term }) => term === null)).toHaveLength(1);
  });

  it('ask only for what can be understood, and for one order', () => {
    expect(queryOf('sky wdith:3 sort:likes', 'rating:purple sort:size night')).toBe('sky night sort:size');
  });

  it('can be taken apart and put together as often as one likes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const once = textOf(piecesOf(text));
        expect(textOf(piecesOf(once))).toBe(once);
        expect(queryOf(once)).toBe(queryOf(text));
        expect(parse(queryOf(text)).mistakes).toEqual([]);
      }),
    );
  });
});

describe('a term of a facet', () => {
  it('is added, left out, and taken away, whatever else is asked for', () => {
    const added = withStanding('sky wdith:3', 'tag:"old town"', 'with');
    expect(added).toBe('sky wdith:3 tag:"old town"');
    expect(standingOf(added, 'tag:"old town"')).toBe('with');
    const without = withStanding(added, 'tag:"old town"', 'without');
    expect([without, standingOf(without, 'tag:"old town"')]).toEqual(['sky wdith:3 -tag:"old town"', 'without']);
    expect(withStanding(without, 'tag:"old town"', null)).toBe('sky wdith:3');
    expect(standingOf('sky', 'tag:sky')).toBeNull();
  });
});

describe('the order', () => {
  it('is one part of the search, and can be left to the program', () => {
    expect(sortOf('sky sort:likes')).toBe('likes');
    expect(withSort('sort:likes sky', 'size')).toBe('sky sort:size');
    expect(withSort('sky sort:size', null)).toBe('sky');
    expect(sortOf('sky')).toBeNull();
  });
});
