import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filter as schema } from '../../shared/model.ts';
import { chipsOf, emptyFilter, matching, readFilter, sizeName, withTag } from './filter.ts';

describe('a stored filter', () => {
  it('comes back as it was', () => {
    const filter = { ...emptyFilter('waifu-im'), tags: ['maid'], minWidth: 1920, order: 'newest' as const };
    expect(readFilter('waifu-im', JSON.parse(JSON.stringify(filter)))).toEqual(filter);
  });
  it('asks for no size that is no number of bytes', () => {
    for (const maxBytes of [1e300, Infinity, NaN, 0.5, -1, '5'])
      expect(readFilter('waifu-im', { maxBytes }).maxBytes).toBeNull();
    expect(readFilter('waifu-im', { maxBytes: 2_000_000.7 }).maxBytes).toBe(2_000_000);
  });
  it('is one the contract accepts, whatever was stored', () => {
    const keys = Object.keys(emptyFilter('waifu-im'));
    const wild = fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.anything(), fc.array(fc.string()), fc.string()));
    fc.assert(
      fc.property(fc.oneof(wild, fc.anything()), (stored) => {
        expect(schema.safeParse(readFilter('yiff-rest', stored)).success).toBe(true);
      }),
    );
  });
});

describe('chips', () => {
  const filter = {
    ...emptyFilter('waifu-im'),
    tags: ['maid', 'sky'],
    excludedTags: ['rain'],
    category: 'animals.birb',
    orientation: 'portrait' as const,
    minWidth: 1920,
    maxBytes: 2_000_000,
    animated: 'no' as const,
    rating: 'any' as const,
  };
  it('name everything the filter asks for, and nothing else', () => {
    expect(chipsOf(filter, () => 'Birb').map((chip) => chip.label)).toEqual([
      'maid',
      'sky',
      'not rain',
      'Birb',
      'Portrait',
      'at least 1920 wide',
      'up to 2 MB',
      'Still',
      'Everything',
    ]);
    expect(chipsOf(emptyFilter('waifu-im'), () => '')).toEqual([]);
  });
  it('taken away one by one, leave the empty filter', () => {
    let left = filter as ReturnType<typeof emptyFilter>;
    for (let chips = chipsOf(left, String); chips[0]; chips = chipsOf(left, String))
      left = { ...left, ...chips[0].without };
    expect(left).toEqual(emptyFilter('waifu-im'));
  });
  it('a tag is included, excluded, or neither', () => {
    const excluded = withTag(filter, 'maid', 'exclude');
    expect([excluded.tags, excluded.excludedTags]).toEqual([['sky'], ['rain', 'maid']]);
    expect(withTag(excluded, 'maid', null).excludedTags).toEqual(['rain']);
    expect(withTag(excluded, 'rain', 'include').tags).toEqual(['sky', 'rain']);
  });
});

describe('sizes and searching', () => {
  it('knows sizes by name', () => {
    const display = { width: 2560, height: 1080 };
    expect(sizeName({ minWidth: 0, minHeight: 0 }, display)).toBe('any');
    expect(sizeName({ minWidth: 3840, minHeight: 2160 }, display)).toBe('uhd');
    expect(sizeName({ minWidth: 2560, minHeight: 1080 }, display)).toBe('display');
    expect(sizeName({ minWidth: 5, minHeight: 0 }, null)).toBe('custom');
  });
  it('finds names by all words, those that begin with the first one before the others', () => {
    const names = ['red-sky', 'sky', 'skyline at night', 'sea'];
    expect(matching(names, 'sky', String)).toEqual(['sky', 'skyline at night', 'red-sky']);
    expect(matching(names, 'night sky', String)).toEqual(['skyline at night']);
    expect(matching(names, ' ', String)).toEqual(names);
  });
});
