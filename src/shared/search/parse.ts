import { scan, type Piece } from './scan.ts';
import {
  choices,
  colorFamilies,
  numberKeys,
  searchKeys,
  sorts,
  textKeys,
  timeKeys,
  type ChoiceKey,
  type Mistake,
  type Search,
  type Span,
  type Term,
} from './terms.ts';
import { readNumber, readRange, readTime } from './values.ts';

/** Longest text that is read; more is a mistake. */
export const longestSearch = 2000;
const mostTerms = 60;

/** Reads a search. It never throws: what cannot be understood is a mistake, with its place and a sentence, and the rest holds. */
export function parse(text: string): Search {
  const terms: Term[] = [];
  const spans: Span[] = [];
  const mistakes: Mistake[] = [];
  let sorted = false;
  for (const piece of scan(text.slice(0, longestSearch))) {
    if (piece.openQuote !== null) {
      const length = piece.to - piece.openQuote;
      mistakes.push({ at: piece.openQuote, length, message: 'This quotation mark is never closed.' });
    }
    const read = termOf(piece);
    const whole = { at: piece.from, length: piece.to - piece.from };
    if (typeof read === 'string') mistakes.push({ ...whole, message: read });
    else if (read.kind === 'sort' && sorted)
      mistakes.push({ ...whole, message: 'The order is given twice. Keep one sort:.' });
    else if (terms.length >= mostTerms) {
      mistakes.push({ ...whole, message: `A search has at most ${mostTerms} terms. Leave some out.` });
      break;
    } else {
      sorted ||= read.kind === 'sort';
      terms.push(read);
      spans.push({ from: piece.from, to: piece.to });
    }
  }
  if (text.length > longestSearch) {
    const length = text.length - longestSearch;
    mistakes.push({ at: longestSearch, length, message: `A search has at most ${longestSearch} characters.` });
  }
  return { terms, spans, mistakes };
}

/** The term, or what is wrong as a sentence. */
function termOf({ key, value, not }: Piece): Term | string {
  if (key === null) {
    return value.trim() === '' ? 'There is nothing between these quotation marks.' : { kind: 'word', text: value, not };
  }
  if (!searchKeys.includes(key)) return unknownKey(key);
  if (value.trim() === '') return `${key}: needs something behind it, such as ${example(key)}.`;

  const textKey = textKeys.find((each) => each === key);
  if (textKey !== undefined) return { kind: 'text', key: textKey, value, not };
  if (isChoiceKey(key)) {
    const found = choices[key].find((each) => each === value.toLowerCase());
    return found === undefined
      ? `${key}: takes ${listed(choices[key])}.${meant(value, choices[key])}`
      : { kind: 'choice', key, value: found, not };
  }
  const numberKey = numberKeys.find((each) => each === key);
  if (numberKey !== undefined) {
    const range = readRange(value, (text) => readNumber(numberKey, text));
    if (range === null)
      return `"${value}" is not a number that ${key}: takes. Write it as ${example(key)}, or from one to another as ${ranges[numberKey]}.`;
    return { kind: 'number', key: numberKey, range, not };
  }
  const timeKey = timeKeys.find((each) => each === key);
  if (timeKey !== undefined) {
    const range = readRange(value, readTime);
    if (range === null)
      return `"${value}" is not a time. Write a date (2024, 2024-06, 2024-06-15) or an age (12h, 7d, 2w, 3m, 1y), such as ${example(key)}.`;
    return { kind: 'time', key: timeKey, range, not };
  }
  if (key === 'sort') {
    if (not) return 'An order cannot be left out: write sort: without the dash.';
    const found = sorts.find((each) => each === value.toLowerCase());
    return found === undefined ? `sort: takes ${listed(sorts)}.${meant(value, sorts)}` : { kind: 'sort', value: found };
  }
  return colorOf(value, not);
}

function colorOf(value: string, not: boolean): Term | string {
  const family = colorFamilies.find((each) => each === (value.toLowerCase() === 'gray' ? 'grey' : value.toLowerCase()));
  if (family !== undefined) return { kind: 'family', value: family, not };
  const [, digits, near] = /^#?([0-9a-f]{6}|[0-9a-f]{3})(~?)$/i.exec(value) ?? [];
  if (digits === undefined)
    return `"${value}" is not a color. Write one as #3366cc, #3366cc~ (like it), or ${listed(colorFamilies)}.`;
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  return { kind: 'color', hex: `#${long.toLowerCase()}`, near: near === '~', not };
}

function isChoiceKey(key: string): key is ChoiceKey {
  return Object.hasOwn(choices, key);
}

const examples: Readonly<Record<string, string>> = {
  tag: 'tag:sky',
  artist: 'artist:"Ada Painter"',
  category: 'category:animals.birb',
  collection: 'collection:"My pictures"',
  source: 'source:pixiv',
  note: 'note:desk',
  title: 'title:holiday',
  id: 'id:waifu-im:7622',
  provider: 'provider:waifu-im',
  orientation: 'orientation:landscape',
  rating: 'rating:safe',
  is: 'is:favorite',
  size: 'size:4k',
  width: 'width:>=2560',
  height: 'height:>=1440',
  pixels: 'pixels:>=8MP',
  bytes: 'bytes:<2MB',
  ratio: 'ratio:16:9',
  likes: 'likes:>=100',
  added: 'added:<7d',
  uploaded: 'uploaded:>=2024-01-01',
  liked: 'liked:<30d',
  color: 'color:#3366cc~',
  sort: 'sort:newest',
};

const ranges: Readonly<Record<(typeof numberKeys)[number], string>> = {
  width: 'width:1920..3840',
  height: 'height:1080..2160',
  pixels: 'pixels:2MP..8MP',
  bytes: 'bytes:1MB..5MB',
  ratio: 'ratio:3:2..16:9',
  likes: 'likes:10..100',
};

/** A term that shows how a key is used. */
export function example(key: string): string {
  return examples[key] ?? `${key}:…`;
}

function unknownKey(key: string): string {
  if (key === 'http' || key === 'https')
    return 'An address must stand in quotation marks, or behind source: in them: source:"https://…".';
  return `There is no "${key}:" in a search.${meant(key, searchKeys, ':')} To look for these very letters, put them in quotation marks.`;
}

function meant(text: string, words: readonly string[], end = ''): string {
  const close = words.find((word) => distance(text.toLowerCase(), word) <= (word.length > 4 ? 2 : 1));
  return close === undefined ? '' : ` Did you mean ${close}${end}?`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** How many letters must be put in, taken out or changed to make one word of the other. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3;
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 3;
}
