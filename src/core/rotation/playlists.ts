import { Cron } from 'croner';
import type { Playlist, RotationConfig } from '../../shared/rotation.ts';

export type Schedule = Pick<RotationConfig, 'everyMinutes' | 'times' | 'timeZone' | 'playlists'>;

const week = 7;
const dayMinutes = 24 * 60;

/** The playlist that applies at an instant (ms): the first whose days and hours it falls into. */
export function playlistAt(playlists: readonly Playlist[], timeZone: string | null, at: number): Playlist | null {
  if (playlists.length === 0) return null;
  const { day, minute } = localTime(timeZone, at);
  return playlists.find((playlist) => applies(playlist, day, minute)) ?? null;
}

function applies({ days, from, to }: Playlist, day: number, minute: number): boolean {
  const start = minutesOf(from);
  const end = minutesOf(to);
  if (start < end) return days.includes(day) && minute >= start && minute < end;
  // Past midnight: the evening of its own day, or the morning after.
  return (days.includes(day) && minute >= start) || (days.includes((day + week - 1) % week) && minute < end);
}

/** The next instant (ms) at which a playlist begins or ends on some day; null where there are none. */
export function nextBoundary(playlists: readonly Playlist[], timeZone: string | null, after: number): number | null {
  const times = new Set(playlists.flatMap(({ from, to }) => [from, to]));
  return earliest(
    [...times].map((time) =>
      nextCron(`${minutesOf(time) % 60} ${Math.floor(minutesOf(time) / 60)} * * *`, timeZone, after),
    ),
  );
}

/** The next instant (ms) after `after` that a cron pattern names. Throws what croner throws of a bad pattern or zone. */
export function nextCron(pattern: string, timeZone: string | null, after: number): number | null {
  const cron = new Cron(pattern, { paused: true, ...(timeZone === null ? {} : { timezone: timeZone }) });
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}

/** The weekday (0 is Sunday) and the minute of the day on the wall clock of a zone. */
export function localTime(timeZone: string | null, at: number): { readonly day: number; readonly minute: number } {
  const parts = formatterFor(timeZone).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(value('weekday'));
  return { day, minute: (Number(value('hour')) * 60 + Number(value('minute'))) % dayMinutes };
}

const formatters = new Map<string | null, Intl.DateTimeFormat>();
function formatterFor(timeZone: string | null): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      hourCycle: 'h23',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      ...(timeZone === null ? {} : { timeZone }),
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

export function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
