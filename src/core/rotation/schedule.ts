import type { ChangeReason } from '../../shared/rotation.ts';
import { earliest, nextBoundary, nextCron, playlistAt, type Schedule } from './playlists.ts';

/** What the schedule goes by: when the picture last changed (ms), and which playlist it was of. */
export interface ScheduleState {
  readonly lastChangeAt: number;
  readonly playlist: string | null;
}

export interface Due {
  /** The picture is to change now, for this reason; null: not yet. However much was missed, it is due once. */
  readonly now: ChangeReason | null;
  /** The next instant (ms) at which something is due; null: never by itself. */
  readonly at: number | null;
}

/**
 * What is due at `now`. Everything counts from the last change, whoever made it, so nothing is done twice and what fell into a sleep is done once. A
 * clock that went back behind the last change starts anew from now.
 */
export function due(schedule: Schedule, state: ScheduleState, now: number): Due {
  const since = Math.min(state.lastChangeAt, now);
  const playlist = playlistAt(schedule.playlists, schedule.timeZone, now);
  if ((playlist?.id ?? null) !== state.playlist) return { now: 'playlist', at: now };
  const at = earliest([
    schedule.everyMinutes === null ? null : since + schedule.everyMinutes * 60_000,
    ...schedule.times.map((pattern) => nextCron(pattern, schedule.timeZone, since)),
  ]);
  if (at !== null && at <= now) return { now: 'schedule', at: now };
  return { now: null, at: earliest([at, nextPlaylistChange(schedule, state.playlist, now)]) };
}

/** Boundaries looked at: a week of two playlists a day, and then some. */
const boundaries = 40;

/** The next instant at which another playlist applies than now. */
function nextPlaylistChange(schedule: Schedule, current: string | null, now: number): number | null {
  let at = now;
  for (let n = 0; n < boundaries; n += 1) {
    const next = nextBoundary(schedule.playlists, schedule.timeZone, at);
    if (next === null) return null;
    if ((playlistAt(schedule.playlists, schedule.timeZone, next)?.id ?? null) !== current) return next;
    at = next;
  }
  return null;
}
