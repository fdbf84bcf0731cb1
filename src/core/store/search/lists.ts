import type { SqlValue } from '../driver.ts';
import type { Asking } from './asking.ts';
import type { Sized } from './choose.ts';

/** The images that fit some conditions, as keys, in no order. */
export interface Listed {
  readonly lists: readonly Sized[];
  /** What is blocked is not among them, but perhaps what may not be seen. */
  readonly keys: Uint32Array;
  /** How many of them are safe; null: not known. */
  readonly safe: number | null;
  has(key: number): boolean;
}

/** A byte for every key: a dozen times quicker than asking SQLite of each image. */
let marks = new Uint8Array(0);
/** Beyond this they would take too much; such keys are never given. */
export const mostKey = 2 ** 26;
/** More lists than this have no marks of their own. */
export const mostLists = 200;

/** Lists the images that fit each of these, and keeps those that are in every list. All keys are below `end`. */
export function listAll(asking: Asking, lists: readonly Sized[], end: number): Listed {
  if (marks.length < end) marks = new Uint8Array(end + 100_000);
  const drives = lists.flatMap(({ condition }) => condition.drive?.list ?? []);
  // Which are safe is read from the first list, if any tells it.
  drives.sort((one, other) => Number(other.tellsSafe) - Number(one.tellsSafe));
  const [first, ...others] = drives;
  const listed = first === undefined ? new Uint32Array(0) : numbersOf(asking, first.sql);
  for (const n of listed) marks[n >>> 1] = 1;
  others.forEach(({ sql }, at) => {
    for (const n of numbersOf(asking, sql)) if (marks[n >>> 1] === at + 1) marks[n >>> 1] = at + 2;
  });
  if (!drives.some(({ free }) => free)) for (const n of numbersOf(asking, blocked)) marks[n >>> 1] = 0;
  const keys = new Uint32Array(listed.length);
  let length = 0;
  let safe = 0;
  for (const n of listed) {
    const key = n >>> 1;
    if (marks[key] === drives.length) {
      keys[length] = key;
      length += 1;
      safe += n & 1;
    }
    // An image may be in a list more than once, and the marks are used again.
    marks[key] = 0;
  }
  let bits: Uint32Array | null = null;
  const fit = keys.slice(0, length);
  return {
    lists,
    keys: fit,
    safe: first?.tellsSafe === true ? safe : null,
    has(key) {
      bits ??= bitsOf(fit, end);
      return (((bits[key >>> 5] ?? 0) >>> (key & 31)) & 1) === 1;
    },
  };
}

const blocked = 'SELECT key * 2 AS n FROM image WHERE blocked = 1';

function bitsOf(keys: Uint32Array, end: number): Uint32Array {
  const bits = new Uint32Array((end >>> 5) + 1);
  for (const key of keys) bits[key >>> 5] = (bits[key >>> 5] ?? 0) | (1 << (key & 31));
  return bits;
}

const comma = 44;
const zero = 48;

/** The numbers `n` that a query selects. As one text they come in a tenth of the time that as many rows take. */
export function numbersOf(
  asking: Pick<Asking, 'get'>,
  sql: string,
  more?: Readonly<Record<string, SqlValue>>,
): Uint32Array {
  const row = asking.get<{ numbers: string | null }>(`SELECT group_concat(n) AS numbers FROM (${sql})`, more);
  const text = row?.numbers ?? '';
  const numbers = new Uint32Array((text.length >>> 1) + 1);
  let length = 0;
  let number = 0;
  // Read digit by digit, because that takes a fraction of what `JSON.parse` does.
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === comma) {
      numbers[length] = number;
      length += 1;
      number = 0;
    } else number = number * 10 + code - zero;
  }
  numbers[length] = number;
  return numbers.subarray(0, text === '' ? 0 : length + 1);
}

/** Keys for `json_each`. */
export function jsonOf(keys: Iterable<number>): string {
  // A plain array is written ten times quicker than one of a type.
  return JSON.stringify(Array.from(keys));
}

/** Keys for `json_each`, in ascending order, which is the one they are soonest found in. */
export function sortedJson(keys: Uint32Array): string {
  return jsonOf(keys.slice().sort());
}

/** So many of them, chosen evenly. */
export function someOf(keys: Uint32Array, most: number): Uint32Array {
  if (keys.length <= most) return keys;
  const every = keys.length / most;
  return Uint32Array.from({ length: most }, (_, n) => keys[Math.floor(n * every)] ?? 0);
}
