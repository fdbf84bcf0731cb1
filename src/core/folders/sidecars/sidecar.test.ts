import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonSidecar, parseTextSidecar } from './sidecar.ts';

const json = (value: unknown) => parseJsonSidecar(JSON.stringify(value));

describe("gallery-dl's data, by extractor", () => {
  it('of a site with tags in groups', () => {
    expect(
      json({
        category: 'e621',
        id: 7,
        rating: 's',
        tags: { general: ['sky', 'sea'], artist: ['painter'], species: [] },
        sources: ['https://example.org/a', 'not a link', 'javascript:alert(1)'],
        created_at: '2021-05-18T17:32:00.000-04:00',
        description: 'A long day.',
      }),
    ).toEqual({
      title: null,
      tags: ['sky', 'sea', 'painter'],
      artists: [{ name: 'painter', links: [] }],
      sources: ['https://example.org/a'],
      pageUrl: null,
      category: null,
      date: '2021-05-18T21:32:00.000Z',
      rating: 'safe',
    });
  });
  it('of a site with tags as text', () => {
    expect(
      json({
        category: 'danbooru',
        rating: 'g',
        tag_string: 'night moon',
        tag_string_artist: 'some_painter',
        tag_string_general: 'night moon',
        source: 'https://example.org/b',
        date: '2020-02-03 04:05:06',
      }),
    ).toMatchObject({
      tags: ['night', 'moon'],
      artists: [{ name: 'some_painter' }],
      date: '2020-02-03T04:05:06.000Z',
      rating: 'safe',
    });
  });
  it('of a site with objects', () => {
    expect(
      json({
        category: 'pixiv',
        title: 'Evening\u202e\u0000',
        tags: [{ name: 'sea', translated_name: 'the sea' }, 'sky'],
        user: { id: 5, name: 'Someone', account: 'someone5' },
        x_restrict: 0,
        timestamp: 1_600_000_000,
      }),
    ).toMatchObject({
      title: 'Evening',
      tags: ['sea', 'sky'],
      artists: [{ name: 'Someone' }],
      rating: null,
      date: '2020-09-13T12:26:40.000Z',
    });
  });
});

describe('ratings', () => {
  it.each([
    [{ rating: 'safe' }, 'safe'],
    [{ rating: 'General' }, 'safe'],
    [{ rating: 's', category: 'yandere' }, 'safe'],
    // Elsewhere it is "sensitive".
    [{ rating: 's', category: 'danbooru' }, 'adult'],
    [{ rating: 's', tags: ['a'] }, 'adult'],
    [{ rating: 'q' }, 'adult'],
    [{ rating: 'explicit' }, 'adult'],
    [{ rating: 'unknown' }, 'adult'],
    [{ rating: { name: 'safe' } }, 'adult'],
    [{ rating: 'safe', nsfw: true }, 'adult'],
    [{ nsfw: false, tags: ['a'] }, null],
    [{ rating: null, tags: ['a'] }, null],
    [{ x_restrict: 1 }, 'adult'],
  ])('%j is %s', (data, rating) => {
    expect(json(data)?.rating ?? null).toBe(rating);
  });
});

describe("Grabber's text files", () => {
  it('hold tags in one line, one a line, or with namespaces', () => {
    expect(parseTextSidecar('sky sea long_day')).toMatchObject({ tags: ['sky', 'sea', 'long_day'] });
    expect(parseTextSidecar('sky\nthe sea\nlong day\n')).toMatchObject({ tags: ['sky', 'the sea', 'long day'] });
    expect(parseTextSidecar('artist:painter general:sky rating:safe source:https://example.org/1')).toMatchObject({
      tags: ['sky'],
      artists: [{ name: 'painter' }],
      rating: 'safe',
      sources: ['https://example.org/1'],
    });
  });
  it('hold lines of names and values', () => {
    expect(
      parseTextSidecar('Rating: questionable\r\nArtist: painter\r\nTags: sky sea\r\nDate: 05-18-2021 17.32\r\n'),
    ).toMatchObject({
      rating: 'adult',
      artists: [{ name: 'painter' }],
      tags: ['sky', 'sea'],
      date: '2021-05-18T17:32:00.000Z',
    });
  });
  it('are not taken for such when they are something else', () => {
    expect(parseTextSidecar('\u0000\u0001binary')).toBe(null);
    expect(parseTextSidecar('')).toBe(null);
    expect(parseJsonSidecar('[1, 2]')).toBe(null);
    expect(parseJsonSidecar('{"tags": ')).toBe(null);
    expect(parseJsonSidecar('{"unrelated": true}')).toBe(null);
  });
});

it('takes whatever anybody writes, and gives only what is well-formed and bounded', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .record(
            Object.fromEntries(
              [
                'tags',
                'tag_string',
                'artist',
                'user',
                'rating',
                'source',
                'title',
                'date',
                'category',
                '__proto__',
              ].map((key) => [key, fc.oneof(fc.anything(), fc.webUrl(), fc.array(fc.string()))]),
            ),
            { requiredKeys: [] },
          )
          .map((value) => {
            try {
              return JSON.stringify(value) ?? '';
            } catch {
              return '{}';
            }
          }),
      ),
      (text) => {
        for (const parsed of [parseJsonSidecar(text), parseTextSidecar(text)]) {
          if (parsed === null) continue;
          expect(parsed.tags.length).toBeLessThanOrEqual(500);
          for (const word of [...parsed.tags, ...parsed.artists.map(({ name }) => name), parsed.title ?? 'x']) {
            expect(word).not.toBe('');
            expect(word.length).toBeLessThanOrEqual(600);
            // eslint-disable-next-line no-control-regex -- what must not be in it
            expect(word).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
          }
          for (const link of parsed.sources) expect(link).toMatch(/^https?:\/\//);
          if (parsed.date !== null) expect(new Date(parsed.date).toISOString()).toBe(parsed.date);
        }
      },
    ),
    { numRuns: 500 },
  );
});
