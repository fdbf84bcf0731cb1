import { ageUnits, sizeClasses, type NumberKey, type Range, type TimeValue } from './terms.ts';

/** Reads a comparison or a range of anything `read` understands; null where it does not. */
export function readRange<T>(text: string, read: (value: string) => T | null): Range<T> | null {
  const [, op, rest] = /^(>=|<=|=|>|<)(.*)$/s.exec(text) ?? [];
  if (op !== undefined && rest !== undefined) {
    const value = read(rest);
    return value === null ? null : { op: op as Range<T>['op'] & '=', value };
  }
  const dots = text.indexOf('..');
  if (dots >= 0) {
    const [left, right] = [text.slice(0, dots), text.slice(dots + 2)];
    // An end left open is a comparison.
    if (left === '' || right === '') {
      const value = read(left === '' ? right : left);
      return value === null ? null : { op: left === '' ? '<=' : '>=', value };
    }
    const from = read(left);
    const to = read(right);
    return from === null || to === null ? null : { op: '..', from, to };
  }
  const value = read(text);
  return value === null ? null : { op: '=', value };
}

export function printRange<T>(range: Range<T>, print: (value: T) => string): string {
  if (range.op === '..') return `${print(range.from)}..${print(range.to)}`;
  return `${range.op === '=' ? '' : range.op}${print(range.value)}`;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};
const pixelUnits: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, mp: 1e6 };

/** A number as its key takes it: `2MB`, `8MP`, `16:9`, `1.78`, `2560`; null where it is none. */
export function readNumber(key: NumberKey, text: string): number | null {
  if (key === 'ratio') return readRatio(text);
  if (key === 'pixels') {
    const named = (sizeClasses as Readonly<Record<string, number>>)[text.toLowerCase()];
    return named ?? withUnit(text, pixelUnits);
  }
  if (key === 'bytes') return withUnit(text, byteUnits);
  return /^\d+(px)?$/i.test(text) ? safe(Number.parseInt(text, 10)) : null;
}

/** As short as it can be said without losing anything. */
export function printNumber(key: NumberKey, value: number): string {
  if (key === 'ratio') return String(value / 1000);
  const [giga, mega, kilo] = key === 'bytes' ? ['GB', 'MB', 'kB'] : ['', 'MP', ''];
  if (key !== 'bytes' && key !== 'pixels') return String(value);
  if (giga !== '' && value >= 1e9 && value % 1e9 === 0) return `${value / 1e9}${giga}`;
  if (value >= 1e6 && value % 1e6 === 0) return `${value / 1e6}${mega}`;
  if (kilo !== '' && value >= 1e3 && value % 1e3 === 0) return `${value / 1e3}${kilo}`;
  return String(value);
}

function withUnit(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return null;
  const factor = units[unit.toLowerCase()];
  return factor === undefined ? null : safe(Math.round(Number(digits) * factor));
}

/** `16:9`, `16/9`, `16x9` or `1.78`, in thousandths. */
function readRatio(text: string): number | null {
  const [, wide, high] = /^(\d+(?:\.\d+)?)(?:[:/x](\d+(?:\.\d+)?))?$/i.exec(text) ?? [];
  if (wide === undefined) return null;
  const ratio = Math.round((1000 * Number(wide)) / Number(high ?? 1));
  return Number.isFinite(ratio) && ratio > 0 ? safe(ratio) : null;
}

function safe(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null;
}

export function readTime(text: string): TimeValue | null {
  const [, count, letter] = /^(\d{1,5})([hdwmy])$/i.exec(text) ?? [];
  const unit = ageUnits.find((each) => each === letter?.toLowerCase());
  if (count !== undefined && unit !== undefined) return { age: Number(count), unit };
  return spanOfDate(text) === null ? null : { date: text };
}

export function printTime(value: TimeValue): string {
  return 'date' in value ? value.date : `${value.age}${value.unit}`;
}

/** From the first millisecond (UTC) of a year, month or day to the first after it; null where there is no such date. */
export function spanOfDate(text: string): { readonly from: number; readonly to: number } | null {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
  if (year === undefined) return null;
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)];
  // Not Date.UTC alone: it takes the years 0 to 99 for 1900 to 1999.
  const at = (y: number, m: number, d: number): number => new Date(0).setUTCFullYear(y, m, d);
  const from = at(y, m, d);
  const start = new Date(from);
  if (start.getUTCFullYear() !== y || start.getUTCMonth() !== m || start.getUTCDate() !== d) return null;
  const to = day !== undefined ? at(y, m, d + 1) : month !== undefined ? at(y, m + 1, 1) : at(y + 1, 0, 1);
  return { from, to };
}
