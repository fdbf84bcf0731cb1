import type { Rating } from '../../../shared/model.ts';

/** Readers of single values out of data that anybody may have written. What does not fit says nothing; nothing here throws. */

// eslint-disable-next-line no-control-regex -- what does not belong into a name: control characters and those that turn text around
const control = /[\u0000-\u001f\u007f-\u009f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** What joins two emoji into one (an artist at work is a person and a palette) is the only one that stays. */
const joiner =
  /(?<!\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu;

/** One line of text without anything invisible, at most `most` characters; null where there is none. */
export function cleanLine(value: unknown, most: number): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value)
    .slice(0, most * 8)
    .replace(control, ' ')
    .replace(joiner, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text === ''
    ? null
    : [...text]
        .slice(0, most)
        .join('')
        .replace(/\u200d$/, '')
        .trim();
}

/** Tags: a list of words or of `{name}`, or one string of words parted by spaces or commas. */
export function tagsOf(value: unknown): readonly string[] {
  const items: readonly unknown[] =
    typeof value === 'string'
      ? value.slice(0, 100_000).split(value.includes(',') ? ',' : /\s+/)
      : Array.isArray(value)
        ? value.slice(0, 2000)
        : [];
  return items.flatMap((item) => cleanLine(nameIn(item), 100) ?? []);
}

/** People: a name, `{name}`, or a list of either. */
export function namesOf(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value.slice(0, 100) : [value];
  return items.flatMap((item) => {
    const name = cleanLine(nameIn(item), 100);
    return name === null || /^\d+$/.test(name) ? [] : [name];
  });
}

function nameIn(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { name, nick, username, account, title } = item as Readonly<Record<string, unknown>>;
  return [name, nick, username, account, title].find((each) => typeof each === 'string');
}

/** Links of http and https in it, as they parse; anything else is left out. */
export function httpLinks(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value)
    ? value.slice(0, 100)
    : typeof value === 'string'
      ? value.slice(0, 20_000).split(/\s+/)
      : [];
  return items.flatMap((item) => {
    if (typeof item !== 'string' || item.length > 2048 || !/^https?:\/\//i.test(item) || !URL.canParse(item)) return [];
    const url = new URL(item);
    return url.username !== '' || url.password !== '' ? [] : [url.href];
  });
}

/** The first that is a date, as UTC ISO 8601. Without a zone it is taken for UTC, as gallery-dl writes it. */
export function datesOf(values: readonly unknown[]): string | null {
  for (const value of values) {
    const at = millisecondsOf(value);
    // Before photography and after anybody's clock it is no date.
    if (Number.isFinite(at) && at > Date.UTC(1826, 0) && at < Date.UTC(2200, 0)) return new Date(at).toISOString();
  }
  return null;
}

function millisecondsOf(value: unknown): number {
  if (typeof value === 'number') return value < 1e11 ? value * 1000 : value;
  if (typeof value !== 'string' || value.length > 40) return Number.NaN;
  if (/^\d{9,13}$/.test(value)) return millisecondsOf(Number(value));
  const plain = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?$/.exec(value);
  if (plain !== null) return Date.parse(`${plain[1]}T${plain[2] ?? '00:00'}Z`);
  // Grabber's own: 05-18-2021 17.32
  const grabber = /^(\d\d)-(\d\d)-(\d{4}) (\d\d)\.(\d\d)$/.exec(value);
  if (grabber !== null) return Date.parse(`${grabber[3]}-${grabber[1]}-${grabber[2]}T${grabber[4]}:${grabber[5]}Z`);
  return /^\d{4}-\d\d-\d\dT|^\w{3}, \d/.test(value) ? Date.parse(value) : Number.NaN;
}

/** Where `s` means safe; elsewhere it means sensitive, or nobody knows. */
const sMeansSafe: ReadonlySet<string> = new Set([
  'e621',
  'e926',
  'e6ai',
  'yandere',
  'konachan',
  'sakugabooru',
  'safebooru',
]);
const safeWords: ReadonlySet<string> = new Set(['safe', 'g', 'general', 'sfw']);

/** Fails closed: a rating that is there and is not clearly safe is adult; two that disagree are adult. Null: nothing is said. */
export function ratingOf(data: Readonly<Record<string, unknown>>, site: string | null): Rating | null {
  const said: Rating[] = [];
  for (const key of ['rating', 'content_rating', 'age_rating']) {
    const value = data[key];
    if (value === undefined || value === null || value === '') continue;
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    const isSafe = safeWords.has(word) || (word === 's' && site !== null && sMeansSafe.has(site.toLowerCase()));
    said.push(isSafe ? 'safe' : 'adult');
  }
  for (const key of [
    'nsfw',
    'is_nsfw',
    'is_mature',
    'mature',
    'over_18',
    'possibly_sensitive',
    'adult',
    'r18',
    'is_adult',
  ]) {
    const value = data[key];
    // "Not mature" is less than safe.
    if (value === true || value === 1 || value === 'true') said.push('adult');
  }
  if (typeof data['x_restrict'] === 'number' && data['x_restrict'] > 0) said.push('adult');
  if (said.length === 0) return null;
  return said.every((each) => each === 'safe') ? 'safe' : 'adult';
}
