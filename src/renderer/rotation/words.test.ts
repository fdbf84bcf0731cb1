import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PoolSource, RotationStatus } from '../../shared/rotation.ts';
import { t } from '../messages/index.ts';
import { createFakeClient } from '../testing/fake-client.ts';
import { byDay, dayOf } from './days.ts';
import { sameSource, shareOfSource, sourceWords, stateWords } from './describe.ts';
import { idFor } from './names.ts';
import { pauseUntil } from '../../shared/pause.ts';
import { looksLikeCron, readTime, writeTime } from './times.ts';

describe('set times', () => {
  it('are patterns and back', () => {
    const day = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), day, (hour, minute, days) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const sorted = days.sort((a, b) => a - b);
        expect(readTime(writeTime({ time, days: sorted }))).toEqual({ time, days: sorted });
      }),
    );
  });

  it('say in words what patterns of others mean, and leave alone what is more than a time of day', () => {
    expect(readTime('0 9 * * mon-fri')).toEqual({ time: '09:00', days: [1, 2, 3, 4, 5] });
    expect(readTime('30 7 * * 6,7')).toEqual({ time: '07:30', days: [0, 6] });
    expect(readTime('5 18 * * 0-6')).toEqual({ time: '18:05', days: [] });
    for (const more of ['*/20 8-18 * * *', '0 9 1 * *', '0 25 * * *', '0 9 * * 5-1', '0 9 * * 1-2-3', '@daily', ''])
      expect(readTime(more)).toBeNull();
    expect(writeTime({ time: '09:00', days: [1, 2, 3, 4, 5] })).toBe('0 9 * * 1-5');
    expect([looksLikeCron('0 9 * * 1-5'), looksLikeCron('0 9 * *'), looksLikeCron('0 9 * * $(x)')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(t.rotation.when.time('9:00 AM', [1, 2, 3, 4, 5])).toBe('9:00 AM on weekdays');
    expect(t.rotation.when.time('9:00 AM', [0, 3])).toBe('9:00 AM on Wednesdays and Sundays');
    expect(t.rotation.when.time('9:00 AM', [])).toBe('9:00 AM every day');
  });
});

describe('a pause', () => {
  it('lasts an hour, over the night, or until resumed', () => {
    const evening = new Date(2026, 2, 10, 22, 15);
    expect(pauseUntil('resumed', evening)).toBeNull();
    expect(pauseUntil('hour', evening)).toBe(new Date(2026, 2, 10, 23, 15).toISOString());
    expect(pauseUntil('tomorrow', evening)).toBe(new Date(2026, 2, 11, 6).toISOString());
    expect(pauseUntil('tomorrow', new Date(2026, 2, 11, 1, 30))).toBe(new Date(2026, 2, 11, 6).toISOString());
  });
});

describe('an id made from a name', () => {
  it('is one the model takes, and nobody else’s', () => {
    expect(idFor('Café & Birds', [], 'pool')).toBe('cafe-birds');
    expect(idFor('壁紙', ['pool'], 'pool')).toBe('pool-2');
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.array(fc.string()), (name, taken) => {
        const id = idFor(name, taken, 'pool');
        expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
        expect(taken).not.toContain(id);
      }),
    );
  });
});

describe('days', () => {
  it('keep the order and lose nothing', () => {
    const at = (day: number, hour: number): string => new Date(2026, 2, day, hour).toISOString();
    const entries = [at(10, 23), at(10, 0), at(9, 23), 'nonsense'].map((time) => ({ at: time }));
    expect(byDay(entries).map(({ key, entries: those }) => [key, those.length])).toEqual([
      ['2026-03-10', 2],
      ['2026-03-09', 1],
      ['', 1],
    ]);
    expect(dayOf(at(1, 12))).toBe('2026-03-01');
  });
});

describe('how rotation stands', () => {
  const status = async (part: Partial<RotationStatus>): Promise<RotationStatus> => {
    const answer = await createFakeClient().call('rotation.status', {});
    if (!answer.ok) throw new Error(answer.error.message);
    return { ...answer.value, ...part };
  };
  const now = new Date(2026, 2, 10, 12).getTime();

  it('is said in a sentence for every state', async () => {
    const { config } = await status({});
    expect(stateWords(await status({ state: 'off' }), now)).toBe('The picture changes only when you say so.');
    const nextAt = new Date(2026, 2, 10, 14, 30).toISOString();
    expect(stateWords(await status({ state: 'running', nextAt }), now)).toBe(
      'Next at 2:30 PM. Changes every 30 minutes.',
    );
    const tomorrow = new Date(2026, 2, 11, 6).toISOString();
    expect(stateWords(await status({ state: 'paused', pausedUntil: tomorrow }), now)).toBe(
      'Paused until Mar 11, 2026, 6:00 AM.',
    );
    expect(stateWords(await status({ state: 'paused', pausedUntil: null }), now)).toBe('Paused until you resume.');
    expect(stateWords(await status({ state: 'battery' }), now)).toContain('battery');
    expect(stateWords(await status({ state: 'full-screen' }), now)).toContain('fills the screen');
    expect(stateWords(await status({ state: 'safe' }), now)).toContain('Safe now');
    expect(stateWords(await status({ state: 'running', config: { ...config, everyMinutes: null } }), now)).toContain(
      'nothing below says when',
    );
    const much = { ...config, everyMinutes: 120, times: ['0 9 * * *'], onWake: true };
    expect(stateWords(await status({ state: 'running', nextAt: null, config: much }), now)).toBe(
      'Changes every 2 hours, at 1 set time, and on waking up.',
    );
  });
});

describe('sources of a pool', () => {
  const filter = {
    provider: 'waifu-im',
    tags: ['hills'],
    excludedTags: ['city'],
    category: null,
    orientation: 'landscape',
    minWidth: 2560,
    minHeight: 0,
    maxBytes: null,
    order: 'random',
    rating: 'safe',
    animated: 'any',
  } as const;
  const query: PoolSource = {
    kind: 'query',
    filter: { ...filter, tags: ['hills'], excludedTags: ['city'] },
    weight: 3,
  };
  const folder: PoolSource = { kind: 'folder', path: '/home/aki/Pictures', rating: 'adult', weight: 1 };

  it('have names, shares, and no double', () => {
    expect(sourceWords(query, () => null)).toBe('waifu.im: hills, not city, Landscape, at least 2560 wide');
    const collections = (id: number) => (id === 4 ? 'Autumn' : null);
    const searches = (text: string) => (text === 'tag:sky' ? 'Skies' : null);
    expect(sourceWords({ kind: 'search', query: 'tag:sky', weight: 1 }, collections, searches)).toBe('Skies');
    expect(sourceWords({ kind: 'search', query: 'tag:hills', weight: 1 }, collections, searches)).toBe('tag:hills');
    expect(sourceWords({ kind: 'collection', collection: 4, weight: 1 }, collections)).toBe('Autumn');
    expect(sourceWords({ kind: 'collection', collection: 5, weight: 1 }, () => null)).toBe('A collection that is gone');
    expect([shareOfSource([query, folder], 0), shareOfSource([], 0)]).toEqual([0.75, 0]);
    expect(sameSource(folder, { ...folder, rating: 'safe', weight: 9 })).toBe(true);
    expect(sameSource(query, { ...query, weight: 1 })).toBe(true);
    expect(sameSource(query, { kind: 'filter', filter: query.filter, weight: 1 })).toBe(false);
    expect(
      sameSource({ kind: 'collection', collection: 4, weight: 1 }, { kind: 'collection', collection: 5, weight: 1 }),
    ).toBe(false);
  });
});
