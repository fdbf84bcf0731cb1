/** Entries of one day of this machine's calendar. */
export interface Day<T> {
  /** `2026-03-10`; `''` where the date is nonsense. */
  readonly key: string;
  readonly entries: readonly T[];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Which day it was here. */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Puts what happened on the same day together; the order stays. */
export function byDay<T extends { readonly at: string }>(entries: readonly T[]): Day<T>[] {
  const days: { key: string; entries: T[] }[] = [];
  for (const entry of entries) {
    const key = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, entries: [entry] });
  }
  return days;
}
