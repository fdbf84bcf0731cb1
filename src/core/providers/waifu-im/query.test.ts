import { describe, expect, it } from 'vitest';
import { queryV5, queryV7, type WaifuQuery } from './query.ts';

const everything: WaifuQuery = {
  tags: ['waifu', 'maid'],
  excludedTags: ['uniform'],
  ids: ['1', '2'],
  excludedIds: ['3'],
  orientation: 'landscape',
  minWidth: 1920,
  minHeight: 1080,
  maxBytes: 5_000_000,
  order: 'newest',
  rating: 'safe',
  animated: 'no',
};
const v5 = (query: WaifuQuery): string => {
  const params = queryV5(query);
  return params.ok ? decodeURIComponent(params.value.toString()) : params.error.code;
};
const v7 = (query: WaifuQuery): string => decodeURIComponent(queryV7(query).toString());

describe('queryV5', () => {
  it('says every filter, repeating what is a list', () =>
    expect(v5(everything)).toBe(
      'included_tags=waifu&included_tags=maid&excluded_tags=uniform&included_files=1&included_files=2&excluded_files=3' +
        '&is_nsfw=false&gif=false&order_by=UPLOADED_AT&orientation=LANDSCAPE&width=>=1920&height=>=1080&byte_size=<=5000000',
    ));
  it('always says the rating, since its default differs between /search and /fav', () => {
    expect(v5({})).toBe('is_nsfw=null');
    expect(v5({ rating: 'any' })).toBe('is_nsfw=null');
    expect(v5({ rating: 'adult' })).toBe('is_nsfw=true');
  });
  it('says every order and state', () => {
    expect(v5({ order: 'random', animated: 'yes' })).toContain('gif=true&order_by=RANDOM');
    expect(v5({ order: 'favorites', animated: 'any' })).toBe('is_nsfw=null&order_by=FAVORITES');
    expect(v5({ orientation: 'portrait' })).toContain('orientation=PORTRAIT');
  });
  it('leaves square to the local check', () => expect(v5({ orientation: 'square' })).not.toContain('orientation'));
  it('says comparisons', () =>
    expect(v5({ width: '!=100', height: '<=2000', byteSize: '=5' })).toBe(
      'is_nsfw=null&width=!=100&height=<=2000&byte_size==5',
    ));
  it.each(['two words', 'a_b', 'ä', 'a&b=c'])('refuses the tag "%s" before the service does', (tag) => {
    expect(v5({ tags: [tag] })).toBe('invalid_input');
    expect(v5({ excludedTags: [tag] })).toBe('invalid_input');
  });
});

describe('queryV7', () => {
  it('says every filter', () =>
    expect(v7(everything)).toBe(
      'IncludedTags=waifu&IncludedTags=maid&ExcludedTags=uniform&IncludedIds=1&IncludedIds=2&ExcludedIds=3' +
        '&IsNsfw=False&IsAnimated=False&OrderBy=UPLOADED_AT&Orientation=LANDSCAPE&Width=>=1920&Height=>=1080&ByteSize=<=5000000',
    ));
  it('says ratings and square', () => {
    expect(v7({ rating: 'any', orientation: 'square', animated: 'yes' })).toBe(
      'IsNsfw=All&IsAnimated=True&Orientation=SQUARE',
    );
    expect(v7({ rating: 'adult' })).toBe('IsNsfw=True');
  });
  it('says an exact size as a range, and leaves "not" to the local check', () =>
    expect(v7({ width: '=100', height: '!=5', byteSize: '>7' })).toBe('IsNsfw=All&Width=100..100&ByteSize=>7'));
});
