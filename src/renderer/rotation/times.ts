/** A time of day on some days of the week: what a person means by most cron patterns. */
export interface WeekTime {
  /** `HH:MM` */
  readonly time: string;
  /** 0 is Sunday; none means every day. Sorted. */
  readonly days: readonly number[];
}

const number = /^\d{1,2}$/;
const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The days of a cron field: `*`, `1-5`, `0,6`, `mon-fri`. Null for what is more than that. */
function daysOf(field: string): readonly number[] | null {
  if (field === '*' || field === '?') return [];
  const day = (text: string): number | null => {
    const named = names.indexOf(text.toLowerCase());
    if (named >= 0) return named;
    return number.test(text) && Number(text) <= 7 ? Number(text) : null;
  };
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first = '', last = first, ...more] = part.split('-');
    const from = day(first);
    const to = day(last);
    if (from === null || to === null || from > to || more.length > 0) return null;
    for (let each = from; each <= to; each += 1) days.add(each % 7);
  }
  return days.size === 7 ? [] : [...days].sort((a, b) => a - b);
}

/** What a cron pattern of five fields means in plain words, where it means one time of day; null where it is more than that. */
export function readTime(pattern: string): WeekTime | null {
  const [minute = '', hour = '', ofMonth, month, ofWeek = '', ...more] = pattern.trim().split(/\s+/);
  if (more.length > 0 || ofMonth !== '*' || month !== '*') return null;
  if (!number.test(minute) || !number.test(hour) || Number(minute) > 59 || Number(hour) > 23) return null;
  const days = daysOf(ofWeek);
  return days === null ? null : { time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`, days };
}

/** The pattern for a time of day. */
export function writeTime({ time, days }: WeekTime): string {
  const [hour, minute] = time.split(':');
  const some = [...new Set(days)].sort((a, b) => a - b);
  const all = some.length === 0 || some.length === 7;
  return `${Number(minute)} ${Number(hour)} * * ${all ? '*' : some.join(',') === '1,2,3,4,5' ? '1-5' : some.join(',')}`;
}

/** Five fields of what a cron field is made of. Whether they make sense is the owner's to say. */
export function looksLikeCron(pattern: string): boolean {
  return /^\S+(\s+\S+){4}$/.test(pattern.trim()) && /^[\d\s*/,\-?#LWa-zA-Z]+$/.test(pattern);
}
