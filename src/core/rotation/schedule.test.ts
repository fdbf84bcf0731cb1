import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playlist as playlistSchema } from '../../shared/rotation.ts';
import { localTime, playlistAt, type Schedule } from './playlists.ts';
import { due } from './schedule.ts';

const zone = 'Europe/Berlin';
const plain: Schedule = { everyMinutes: 30, times: [], timeZone: zone, playlists: [] };
const at = (iso: string): number => Date.parse(iso);
const state = (iso: string, playlist: string | null = null) => ({ lastChangeAt: at(iso), playlist });

describe('due', () => {
  it('comes every so many minutes after the last change, whoever made it', () => {
    expect(due(plain, state('2026-01-05T10:00:00Z'), at('2026-01-05T10:29:59Z'))).toEqual({
      now: null,
      at: at('2026-01-05T10:30:00Z'),
    });
    expect(due(plain, state('2026-01-05T10:00:00Z'), at('2026-01-05T10:30:00Z')).now).toBe('schedule');
  });

  it('is due once after a long sleep', () => {
    const woken = at('2026-01-08T03:12:00Z');
    expect(due(plain, state('2026-01-05T10:00:00Z'), woken).now).toBe('schedule');
    expect(due(plain, { lastChangeAt: woken, playlist: null }, woken)).toEqual({ now: null, at: woken + 30 * 60_000 });
  });

  it('neither storms nor stalls when the clock goes back', () => {
    const now = at('2026-01-05T08:00:00Z');
    expect(due(plain, state('2026-01-05T10:00:00Z'), now)).toEqual({ now: null, at: now + 30 * 60_000 });
  });

  it('keeps the wall clock over both changes of summer time', () => {
    const nine: Schedule = { ...plain, everyMinutes: null, times: ['0 9 * * *'] };
    expect(due(nine, state('2026-03-28T08:00:00Z'), at('2026-03-28T08:00:01Z')).at).toBe(at('2026-03-29T07:00:00Z'));
    expect(due(nine, state('2026-10-24T07:00:00Z'), at('2026-10-24T07:00:01Z')).at).toBe(at('2026-10-25T08:00:00Z'));
  });

  it('comes once where the hour is skipped, and once where it is there twice', () => {
    const night: Schedule = { ...plain, everyMinutes: null, times: ['30 2 * * *'] };
    const count = (from: string, to: string): number => {
      let n = 0;
      let last = at(from);
      for (;;) {
        const next = due(night, { lastChangeAt: last, playlist: null }, last).at;
        if (next === null || next >= at(to)) return n;
        n += 1;
        last = next;
      }
    };
    expect(count('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toBe(1);
    expect(count('2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toBe(1);
  });

  it('is due when another playlist begins or ends, and knows when that will be', () => {
    const work = playlistSchema.parse({
      id: 'work',
      name: 'Work',
      days: [1, 2, 3, 4, 5],
      from: '09:00',
      to: '17:00',
      pool: 'favorites',
    });
    const schedule: Schedule = { ...plain, everyMinutes: null, playlists: [work] };
    // Friday evening: next on Monday morning.
    expect(due(schedule, state('2026-01-09T17:00:00Z'), at('2026-01-09T17:00:00Z'))).toEqual({
      now: null,
      at: at('2026-01-12T08:00:00Z'),
    });
    expect(due(schedule, state('2026-01-09T17:00:00Z'), at('2026-01-12T08:00:00Z')).now).toBe('playlist');
    expect(due(schedule, state('2026-01-12T08:00:00Z', 'work'), at('2026-01-12T08:00:01Z')).at).toBe(
      at('2026-01-12T16:00:00Z'),
    );
  });
});

describe('playlistAt', () => {
  const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([hours, minutes]) => {
    const two = (n: number): string => String(n).padStart(2, '0');
    return `${two(hours)}:${two(minutes)}`;
  });
  const playlist = fc
    .record({ days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }), from: times, to: times })
    .map((one) => playlistSchema.parse({ id: 'p', name: 'P', pool: 'library', ...one }));

  it('is the one whose minutes, walked through from its beginning, reach this one', () => {
    fc.assert(
      fc.property(playlist, fc.integer({ min: 0, max: 366 * 24 * 60 }), (one, minutes) => {
        const now = Date.UTC(2026, 0, 1) + minutes * 60_000;
        const { day, minute } = localTime(null, now);
        const [from = 0, to = 0] = [one.from, one.to].map((time) => {
          const [hours = '0', rest = '0'] = time.split(':');
          return Number(hours) * 60 + Number(rest);
        });
        const length = (to - from + 24 * 60) % (24 * 60) || 24 * 60;
        const within = one.days.some((start) => {
          const since = ((day - start + 7) % 7) * 24 * 60 + minute - from;
          return since >= 0 ? since < length : since + 7 * 24 * 60 < length;
        });
        expect(playlistAt([one], null, now) !== null).toBe(within);
      }),
    );
  });
});
