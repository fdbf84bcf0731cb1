import { describe, expect, it } from 'vitest';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore } from '../core/testing/fake-core.ts';
import { ok } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import { playlist, rotationConfig, type RotationStatus } from '../shared/rotation.ts';
import { expectAsked, expectMistake, image, json, run } from './testing/run-cli.ts';

const work = playlist.parse({ id: 'work', name: 'Work', days: [1, 2], from: '09:00', to: '17:00', pool: 'library' });

function status(more: Partial<RotationStatus> = {}): RotationStatus {
  return {
    config: rotationConfig.parse({ on: true }),
    state: 'running',
    pausedUntil: null,
    safe: false,
    nextAt: '2026-11-25T12:30:00.000Z',
    playlist: null,
    lastChange: { at: '2026-11-25T12:00:00.000Z', reason: 'schedule' },
    lastError: null,
    canUndo: true,
    displays: [
      {
        key: 'edid:del-1',
        id: 'LEFT',
        pool: { id: 'browse', name: 'Last search' },
        fit: 'fill',
        left: 3,
        total: 12,
        relaxed: ['still'],
        upcoming: image('waifu-im:9'),
      },
    ],
    ...more,
  };
}

describe('rotation', () => {
  it.each([
    ['rotation status', 'rotation.status', {}],
    ['rotation stop', 'rotation.set', { patch: { on: false } }],
    ['rotation start', 'rotation.resume', {}],
    ['rotation resume', 'rotation.resume', {}],
    ['rotation run', 'rotation.run', {}],
    ['rotation pause', 'rotation.pause', { until: null }],
    ['rotation pause --until 2100-01-01', 'rotation.pause', { until: new Date(2100, 0, 1).toISOString() }],
    ['rotation pause --until 2100-01-01T08:00', 'rotation.pause', { until: new Date(2100, 0, 1, 8).toISOString() }],
    ['rotation pause --until 2100-01-01T08:00:00Z', 'rotation.pause', { until: '2100-01-01T08:00:00.000Z' }],
    ['rotation set --every 5 --pool library', 'rotation.set', { patch: { everyMinutes: 5, pool: 'library' } }],
    ['rotation set --every never', 'rotation.set', { patch: { everyMinutes: null } }],
    ['rotation set --at none', 'rotation.set', { patch: { times: [] } }],
    [
      'rotation set --layout span --time-zone system --no-on-wake --pause-on-battery --max-upscale 1.5 --safe-image none',
      'rotation.set',
      {
        patch: {
          layout: 'span',
          timeZone: null,
          onWake: false,
          pauseOnBattery: true,
          maxUpscale: 1.5,
          safeImage: null,
        },
      },
    ],
  ] as const)('%s', (line, name, input) => expectAsked(line, name, input));

  it.each([
    'rotation pause --for soon',
    'rotation pause --until yesterday',
    'rotation pause --until 12',
    'rotation set',
    'rotation pause --until 2020-01-01T08:00:00Z',
    'rotation pause --for 1h --until tomorrow',
    'rotation set --every 0',
    'rotation set --layout heap',
    'rotation set --max-upscale 5',
    'rotation set --max-upscale much',
    'rotation playlists add work --days someday --from 09:00 --to 17:00 --pool library',
    'rotation playlists add work --days monkey --from 09:00 --to 17:00 --pool library',
    'rotation playlists add work --days mon-fri-sun --from 09:00 --to 17:00 --pool library',
    'rotation playlists add work --days mon',
    'rotation display LEFT --fit bent',
    'rotation dance',
  ])('%s is a mistake', (line) => expectMistake(line));

  it('is turned on after a pause has ended', async () => {
    const asked: unknown[] = [];
    const ran = await run('rotation start', {
      'rotation.resume': () => {
        asked.push('resume');
        return ok(status());
      },
      'rotation.set': ({ patch }) => {
        asked.push(patch);
        return ok(status());
      },
    });
    expect(ran.code).toBe(0);
    expect(asked).toEqual(['resume', { on: true }]);
  });

  it('pauses for a time from now, and until a time of day that is still to come', async () => {
    const ends: number[] = [];
    for (const line of [
      'rotation pause --for 45m',
      'rotation pause --until 17:30',
      'rotation pause --until tomorrow',
    ]) {
      const before = Date.now();
      await run(line, {
        'rotation.pause': ({ until }) => {
          ends.push(Date.parse(until ?? '') - before);
          return ok(status());
        },
      });
    }
    expect(ends[0]).toBeGreaterThanOrEqual(45 * 60_000);
    expect(ends[0]).toBeLessThan(46 * 60_000);
    for (const end of ends.slice(1)) {
      expect(end).toBeGreaterThan(0);
      expect(end).toBeLessThan(49 * 3_600_000);
    }
  });

  it('does not take a number for a month', async () => {
    expect((await run('rotation pause --until 12')).error).toContain('It must be a time such as 17:30');
  });

  it('says where no program runs that would carry it out', async () => {
    const on = { 'rotation.resume': () => ok(status()), 'rotation.set': () => ok(status()) };
    const note = /^Kabegami does not run: nothing changes by itself until it does\. Start it with: npm start/;
    for (const line of ['rotation start', 'rotation resume', 'rotation set --every 5', 'rotation start --json'])
      expect((await run(line, on)).error, line).toMatch(note);
    const off = status({ config: rotationConfig.parse({}) });
    expect((await run('rotation stop', { 'rotation.set': () => ok(off) })).error).toBe('');
    const core = createFakeCore(on);
    const visit = () => {
      const client = createClient(connectInMemory(core));
      return Promise.resolve({ client, close: () => Promise.resolve(client.close()) });
    };
    expect(await run('rotation start', {}, { visit })).toMatchObject({ code: 0, error: '' });
  });

  it('speaks of one minute as one, and of nothing as nothing', async () => {
    const config = rotationConfig.parse({ everyMinutes: 1 });
    const ran = await run('rotation status', { 'rotation.status': () => ok(status({ config })) });
    expect(ran.out).toMatch(/^Every +1 minute$/m);
    expect(ran.out).toMatch(/^At +—$/m);
  });

  it('reads well, and as JSON', async () => {
    const ran = await run('rotation status', { 'rotation.status': () => ok(status()) });
    expect(ran.out).toMatch(/^State +running$/m);
    expect(ran.out).toMatch(/^Every +30 minutes$/m);
    expect(ran.out).toMatch(/^LEFT +Last search +3 of 12 +waifu-im:9 +still$/m);
    const paused = { state: 'paused', nextAt: null } as const;
    const words = await run('rotation status', { 'rotation.status': () => ok(status(paused)) });
    expect(words.out).toMatch(/^State +paused until resumed$/m);
    expect(json(await run('rotation status --json', { 'rotation.status': () => ok(status()) }))).toEqual({
      ok: true,
      value: status(),
    });
  });
});

describe('rotation display', () => {
  const set = async (line: string, now = status()) => {
    let seen: unknown = null;
    const ran = await run(line, {
      'rotation.status': () => ok(now),
      'rotation.set': ({ patch }) => {
        seen = patch;
        return ok(now);
      },
    });
    return { ran, seen };
  };

  it('takes a name or a key, and keeps what is not named', async () => {
    const config = rotationConfig.parse({ displays: { 'edid:del-1': { pool: 'library', fit: 'fit' } } });
    const expected = { displays: { 'edid:del-1': { pool: 'library', fit: 'blur' } } };
    expect((await set('rotation display LEFT --fit blur', status({ config }))).seen).toEqual(expected);
    expect((await set('rotation display edid:del-1 --fit blur', status({ config }))).seen).toEqual(expected);
    expect((await set('rotation display LEFT --pool default --fit default', status({ config }))).seen).toEqual({
      displays: { 'edid:del-1': { pool: null, fit: null } },
    });
  });

  it('knows one that is not plugged in by what was set for it', async () => {
    const config = rotationConfig.parse({ displays: { 'edid:tv': { pool: 'library' } } });
    expect((await set('rotation display edid:tv --pool default', status({ config }))).seen).toEqual({
      displays: { 'edid:tv': { pool: null, fit: null } },
    });
  });

  it('does not take a typo for a display', async () => {
    const { ran, seen } = await set('rotation display LEFTT --fit blur');
    expect(seen).toBeNull();
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.error).toContain('There is no display called "LEFTT". There are: "LEFT".');
    const none = await set('rotation display toString', status({ displays: [] }));
    expect(none.ran.error).toContain('None is connected.');
  });
});

describe('rotation playlists', () => {
  const now = status({ config: rotationConfig.parse({ playlists: [work] }) });
  const change = async (line: string) => {
    let seen: unknown = null;
    const ran = await run(line, {
      'rotation.status': () => ok(now),
      'rotation.set': ({ patch }) => {
        seen = patch;
        return ok(now);
      },
    });
    return { ran, seen };
  };

  it('are listed', async () => {
    const ran = await run('rotation playlists list', { 'rotation.status': () => ok(now) });
    expect(ran.out).toMatch(/^work +mon,tue +09:00 +17:00 +library +—$/m);
    const empty = await run('rotation playlists list', { 'rotation.status': () => ok(status()) });
    expect(empty.out).toBe('There are no playlists.\n');
  });

  it('are added at the end, or replaced in their place', async () => {
    const made = { id: 'eve', name: 'eve', days: [5], from: '18:00', to: '02:00', pool: 'favorites', safeOnly: true };
    const added = await change(
      'rotation playlists add eve --days fri --from 18:00 --to 02:00 --pool favorites --safe-only',
    );
    expect(added.seen).toEqual({ playlists: [work, made] });
    const replaced = await change(
      'rotation playlists add work --days Saturday,sun,sat --from 10:00 --to 11:00 --pool library --name Weekend',
    );
    expect(replaced.seen).toEqual({
      playlists: [{ ...work, name: 'Weekend', days: [6, 0], from: '10:00', to: '11:00' }],
    });
  });

  it('can be on days from one to another, over the end of a week too', async () => {
    const on = async (days: string) => {
      const { seen } = await change(
        `rotation playlists add eve --days ${days} --from 18:00 --to 02:00 --pool favorites`,
      );
      return (seen as { playlists: { days: number[] }[] }).playlists.at(-1)?.days;
    };
    expect(await on('mon-fri')).toEqual([1, 2, 3, 4, 5]);
    expect(await on('sat-Monday,wed')).toEqual([6, 0, 1, 3]);
  });

  it('are removed, and one that is not there is an error', async () => {
    expect((await change('rotation playlists remove work')).seen).toEqual({ playlists: [] });
    const { ran, seen } = await change('rotation playlists remove wrok');
    expect(seen).toBeNull();
    expect(ran).toMatchObject({ code: 1, error: 'kabegami: There is no playlist "wrok".\n' });
  });
});
