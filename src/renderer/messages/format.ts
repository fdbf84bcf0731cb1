/** Numbers, sizes and times in the words of a locale. Everything goes through `Intl`. */
export interface Format {
  number(value: number): string;
  /** Bytes with a fitting unit: `1.4 MB`. */
  bytes(value: number): string;
  percent(share: number): string;
  /** `1920 × 1080` */
  pixels(size: { readonly width: number; readonly height: number }): string;
  /** The form for a count; `other` is the fallback of every locale. */
  plural(count: number, forms: { readonly one: string; readonly other: string }): string;
  /** A date and time of an ISO string; empty for nonsense. */
  dateTime(iso: string): string;
  date(iso: string): string;
  /** `11:20 AM` */
  time(iso: string): string;
  /** A time of day (`08:30`) as people of the locale write it. */
  timeOfDay(time: string): string;
  /** `Tuesday, March 10, 2026`, of a day of this calendar (`2026-03-10`). */
  day(key: string): string;
  /** `5 minutes ago`, from `now` in milliseconds; empty for nonsense. */
  relative(iso: string, now: number): string;
  list(parts: readonly string[]): string;
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

export function createFormat(locale: string): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const rules = new Intl.PluralRules(locale);
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const bytes = units.map(
    (unit) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumSignificantDigits: 3,
      }),
  );
  const parsed = (iso: string): number | null => {
    const time = Date.parse(iso);
    return Number.isNaN(time) ? null : time;
  };
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes(value) {
      let unit = 0;
      let shown = Math.max(0, value);
      while (shown >= 999.5 && unit < units.length - 1) {
        shown /= 1000;
        unit += 1;
      }
      return bytes[unit]?.format(shown) ?? number.format(value);
    },
    pixels: ({ width, height }) => `${width} × ${height}`,
    plural: (count, forms) => (rules.select(count) === 'one' ? forms.one : forms.other),
    dateTime(iso) {
      const at = parsed(iso);
      return at === null ? '' : dateTime.format(at);
    },
    date(iso) {
      const at = parsed(iso);
      return at === null ? '' : date.format(at);
    },
    time(iso) {
      const at = parsed(iso);
      return at === null ? '' : time.format(at);
    },
    timeOfDay(text) {
      const [hour = 0, minute = 0] = text.split(':').map(Number);
      return time.format(new Date(2000, 0, 1, hour, minute));
    },
    day(key) {
      const [year = 0, month = 1, date = 1] = key.split('-').map(Number);
      return key === '' ? '' : day.format(new Date(year, month - 1, date));
    },
    relative(iso, now) {
      const at = parsed(iso);
      if (at === null) return '';
      const seconds = (at - now) / 1000;
      for (const [unit, length] of steps)
        if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
      return relative.format(0, 'minute').replace(/^this minute$/, 'just now');
    },
    list: (parts) => list.format(parts),
  };
}
