import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  choices,
  colorFamilies,
  fold,
  numberBounds,
  numberKeys,
  parse,
  print,
  sorts,
  textKeys,
  timeBounds,
  timeKeys,
  type ChoiceKey,
  type Range,
  type Term,
  type TimeValue,
} from './index.ts';

const not = fc.boolean();
const text = fc
  .oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.constantFrom('-', '"', '\\', 'a:b', '-tag:x'))
  .filter((value) => value.trim() !== '');
const range = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Range<T>> =>
  fc.oneof(
    fc.record({ op: fc.constantFrom('=', '<', '<=', '>', '>=' as const), value }),
    fc.record({ op: fc.constant('..' as const), from: value, to: value }),
  );
const time: fc.Arbitrary<TimeValue> = fc.oneof(
  fc.record({ age: fc.integer({ min: 0, max: 99_999 }), unit: fc.constantFrom('h', 'd', 'w', 'm', 'y' as const) }),
  fc
    .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true })
    .chain((date) => fc.constantFrom(4, 7, 10).map((length) => ({ date: date.toISOString().slice(0, length) }))),
);
const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const choice = fc
  .constantFrom(...(Object.keys(choices) as ChoiceKey[]))
  .chain((key) =>
    fc.constantFrom(...choices[key]).chain((value) => not.map((not) => ({ kind: 'choice' as const, key, value, not }))),
  );
const number = fc.constantFrom(...numberKeys).chain((key) =>
  fc.record({
    kind: fc.constant('number' as const),
    key: fc.constant(key),
    range: range(
      fc.oneof(
        fc.integer({ min: 1, max: 10 ** 12 }),
        fc.integer({ min: 1, max: 999 }).map((n) => n * 1e6),
      ),
    ),
    not,
  }),
);
const term: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ kind: fc.constant('word' as const), text, not }),
  fc.record({ kind: fc.constant('text' as const), key: fc.constantFrom(...textKeys), value: text, not }),
  choice,
  number,
  fc.record({ kind: fc.constant('time' as const), key: fc.constantFrom(...timeKeys), range: range(time), not }),
  fc.record({ kind: fc.constant('color' as const), hex, near: fc.boolean(), not }),
  fc.record({ kind: fc.constant('family' as const), value: fc.constantFrom(...colorFamilies), not }),
);
const terms = fc
  .tuple(fc.array(term, { maxLength: 12 }), fc.option(fc.constantFrom(...sorts)))
  .map(([some, sort]): Term[] => (sort === null ? some : [...some, { kind: 'sort', value: sort }]));

const only = (query: string): Term | undefined => {
  const { terms, mistakes } = parse(query);
  expect(mistakes).toEqual([]);
  expect(terms).toHaveLength(1);
  return terms[0];
};

describe('the search syntax', () => {
  it('reads what it writes, whatever the terms', () => {
    fc.assert(
      fc.property(terms, (some) => {
        const read = parse(print(some));
        expect(read.mistakes).toEqual([]);
        expect(read.terms).toEqual(some);
      }),
    );
  });

  it('takes any text, with every mistake and term inside it, and means the same when printed', () => {
    const wild = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            'tag:',
            '-',
            '"',
            '\\',
            ' ',
            'width:',
            '>=',
            '..',
            '5',
            'MB',
            'sky',
            'color:#abc',
            '~',
            ':',
            'sort:',
            'likes',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(wild, (query) => {
        const { terms, spans, mistakes } = parse(query);
        expect(spans).toHaveLength(terms.length);
        for (const { from, to } of spans) expect(from >= 0 && from < to && to <= query.length).toBe(true);
        for (const { at, length, message } of mistakes) {
          expect(at >= 0 && length > 0 && at + length <= query.length).toBe(true);
          expect(message).toMatch(/[.?]$/);
        }
        expect(parse(print(terms)).terms).toEqual(terms);
        // Nothing is silently dropped: what is not space is in a term or in a mistake.
        const covered = [...spans, ...mistakes.map(({ at, length }) => ({ from: at, to: at + length }))];
        for (let at = 0; at < query.length; at += 1) {
          if (/\S/.test(query.charAt(at))) expect(covered.some(({ from, to }) => from <= at && at < to)).toBe(true);
        }
      }),
    );
  });

  it('reads every kind of term', () => {
    expect(only('sky')).toEqual({ kind: 'word', text: 'sky', not: false });
    expect(only('"two words"')).toEqual({ kind: 'word', text: 'two words', not: false });
    expect(only('-Tag:"long hair"')).toEqual({ kind: 'text', key: 'tag', value: 'long hair', not: true });
    expect(only('id:waifu-im:7622')).toEqual({ kind: 'text', key: 'id', value: 'waifu-im:7622', not: false });
    expect(only('width:>=2560')).toEqual({
      kind: 'number',
      key: 'width',
      range: { op: '>=', value: 2560 },
      not: false,
    });
    expect(only('bytes:1.5MB..2GiB')).toEqual({
      kind: 'number',
      key: 'bytes',
      range: { op: '..', from: 1_500_000, to: 2 * 1024 ** 3 },
      not: false,
    });
    expect(only('ratio:16:9')).toEqual({ kind: 'number', key: 'ratio', range: { op: '=', value: 1778 }, not: false });
    expect(only('pixels:..4k')).toEqual({
      kind: 'number',
      key: 'pixels',
      range: { op: '<=', value: 8_294_400 },
      not: false,
    });
    expect(only('added:<7d')).toEqual({
      kind: 'time',
      key: 'added',
      range: { op: '<', value: { age: 7, unit: 'd' } },
      not: false,
    });
    expect(only('uploaded:2024-02-29')).toMatchObject({ range: { op: '=', value: { date: '2024-02-29' } } });
    expect(only('color:#36C~')).toEqual({ kind: 'color', hex: '#3366cc', near: true, not: false });
    expect(only('color:gray')).toEqual({ kind: 'family', value: 'grey', not: false });
    expect(only('SORT:Likes')).toEqual({ kind: 'sort', value: 'likes' });
    expect(only('-')).toEqual({ kind: 'word', text: '-', not: false });
  });

  it.each([
    ['tagg:sky', 0, 8, 'There is no "tagg:" in a search. Did you mean tag:?'],
    ['sky width:wide', 4, 10, '"wide" is not a number that width: takes.'],
    ['orientation:lanscape', 0, 20, 'Did you mean landscape?'],
    ['tag:', 0, 4, 'tag: needs something behind it, such as tag:sky.'],
    ['uploaded:2023-02-29', 0, 19, '"2023-02-29" is not a time.'],
    ['a "b c', 2, 4, 'This quotation mark is never closed.'],
    ['https://x.example/1', 0, 19, 'An address must stand in quotation marks'],
    ['-sort:newest', 0, 12, 'An order cannot be left out'],
    ['sort:newest sort:likes', 12, 10, 'The order is given twice.'],
    ['ratio:1:0', 0, 9, '"1:0" is not a number that ratio: takes.'],
    ['color:bleu', 0, 10, '"bleu" is not a color.'],
    ['""', 0, 2, 'There is nothing between these quotation marks.'],
  ])('says what is wrong with %s', (query, at, length, message) => {
    const { mistakes } = parse(query);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatchObject({ at, length });
    expect(mistakes[0]?.message).toContain(message);
  });

  it('keeps within its limits', () => {
    expect(parse('x '.repeat(100)).mistakes[0]?.message).toContain('at most 60 terms');
    expect(parse('x'.repeat(3000)).mistakes[0]).toMatchObject({ at: 2000, length: 1000 });
  });
});

describe('what it means', () => {
  const rangeOf = (query: string): Range<never> => (only(query) as unknown as { range: Range<never> }).range;

  it('bounds numbers', () => {
    expect(numberBounds('width', rangeOf('width:>100'))).toEqual({ min: 101, max: null });
    expect(numberBounds('width', rangeOf('width:<100'))).toEqual({ min: null, max: 99 });
    expect(numberBounds('width', rangeOf('width:5..9'))).toEqual({ min: 5, max: 9 });
    expect(numberBounds('ratio', rangeOf('ratio:16:9'))).toEqual({ min: 1761, max: 1795 });
  });

  it('bounds times: dates are whole, ages count back', () => {
    const now = Date.UTC(2026, 0, 31);
    const day = 86_400_000;
    expect(timeBounds(rangeOf('added:<7d'), now)).toEqual({ min: now - 7 * day + 1, max: null });
    expect(timeBounds(rangeOf('added:>1w'), now)).toEqual({ min: null, max: now - 7 * day - 1 });
    expect(timeBounds(rangeOf('added:7d..30d'), now)).toEqual({ min: now - 30 * day, max: now - 7 * day });
    expect(timeBounds(rangeOf('uploaded:2024'), now)).toEqual({ min: Date.UTC(2024, 0), max: Date.UTC(2025, 0) - 1 });
    expect(timeBounds(rangeOf('uploaded:>2024-01'), now)).toEqual({ min: Date.UTC(2024, 1), max: null });
    expect(timeBounds(rangeOf('uploaded:<2024-01-02'), now)).toEqual({ min: null, max: Date.UTC(2024, 0, 2) - 1 });
    expect(timeBounds(rangeOf('uploaded:2023..2024-06'), now)).toEqual({
      min: Date.UTC(2023, 0),
      max: Date.UTC(2024, 6) - 1,
    });
  });

  it('folds case and the ways to write a space', () => {
    expect(fold(' Long_Hair ')).toBe('long hair');
    expect(fold('LONG-hair')).toBe('long hair');
    expect(fold('É')).toBe('é');
  });
});
