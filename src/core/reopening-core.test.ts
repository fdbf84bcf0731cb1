import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settings } from '../shared/model.ts';
import { ok, type Result } from '../shared/result.ts';
import { createPlaces, keptName, stagedName } from './backup/places.ts';
import { promiseRestore } from './backup/swap.ts';
import type { Core } from './core.ts';
import type { Ports } from './ports.ts';
import { openReopeningCore } from './reopening-core.ts';
import { createFakeCore, silentLog } from './testing/fake-core.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'kabegami-reopen-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const waiting = { path: '/a', contentType: 'image/png', bytes: 1, hash: 'a' };

/** Cores that are no library: each notes what is asked of it once it closes. */
async function open(host: Ports['host'] = 'terminal') {
  const cores: { readonly closed: () => boolean; readonly media: AbortSignal[] }[] = [];
  const late: string[] = [];
  const ports = {
    host,
    version: '0.0.0',
    dataFolder: folder,
    clock: { now: () => Date.UTC(2026, 0, 1), sleep: () => Promise.resolve(), after: () => () => undefined },
    log: silentLog,
    codec: { close: () => Promise.resolve() },
  } as unknown as Ports;
  const opened = await openReopeningCore(ports, () => {
    let closed = false;
    const theme = cores.length === 0 ? 'dark' : 'light';
    const media: AbortSignal[] = [];
    const note = (what: string): void => void (closed && late.push(what));
    cores.push({ closed: () => closed, media });
    const core = createFakeCore(
      {
        'settings.get': async () => {
          await new Promise((resolve) => setImmediate(resolve));
          note('settings.get');
          return ok(settings.parse({ theme }));
        },
        'wallpaper.current': () => ok({ wallpapers: [], hidden: theme === 'light' ? 1 : 0 }),
        'rotation.status': () => ok({ state: 'off', theme } as never),
        'backup.restore': () => {
          const places = createPlaces(folder);
          mkdirSync(path.join(places.staged, 'outside'), { recursive: true });
          promiseRestore(places, {
            staged: stagedName,
            kept: keptName(Date.UTC(2026, 0, 1)),
            parts: ['outside'],
          });
          return ok({ notes: [] } as never);
        },
      },
      {
        settings: () => settings.parse({ theme }),
        openMedia: (_id, _variant, options) => {
          note('media');
          if (options?.signal !== undefined) media.push(options.signal);
          return new Promise((resolve) =>
            options?.signal?.addEventListener('abort', () => resolve(ok(waiting)), { once: true }),
          );
        },
        close: () => {
          closed = true;
          return Promise.resolve();
        },
      },
    );
    return Promise.resolve<Result<Core>>(ok(core));
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const core = opened.value;
  const call = (name: string, input: unknown = {}) => core.dispatch({ id: name, name, input }, signal);
  return { core, cores, late, call, restore: () => call('backup.restore', { source: { path: '/backup' } }) };
}

describe('a restore', () => {
  it('lets no call slip onto the library that closes, whenever it comes', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const { core, cores, late, call, restore } = await open();
      const restoring = restore();
      for (let n = 0; n < turns; n += 1) await Promise.resolve();
      const asked = call('settings.get');
      expect(await restoring).toMatchObject({ ok: true });
      expect((await asked).ok).toBe(true);
      expect(cores).toHaveLength(2);
      expect([turns, late]).toEqual([turns, []]);
      await core.close();
    }
  });

  it('tells hosts what is another in the library that came', async () => {
    const { core, restore } = await open('browser');
    const heard = new Map<string, unknown>();
    const told = new Promise<void>((resolve) => {
      core.events.subscribe((name, payload) => {
        heard.set(name, payload);
        if (heard.has('wallpaper.changed') && heard.has('rotation.changed')) resolve();
      });
    });
    await restore();
    await told;
    expect([...heard]).toMatchObject([
      ['library.restored', { notes: [] }],
      ['settings.changed', { theme: 'light' }],
      ['wallpaper.changed', { hidden: 1 }],
      ['rotation.changed', { theme: 'light' }],
    ]);
    await core.close();
  });

  it('ends pictures that are being opened before it closes their library', async () => {
    const { core, cores, restore } = await open();
    const opening = core.openMedia('waifu-im:1', 'full');
    await Promise.resolve();
    const [media] = cores[0]?.media ?? [];
    expect(media?.aborted).toBe(false);
    media?.addEventListener('abort', () => expect(cores[0]?.closed()).toBe(false));
    await restore();
    expect(media?.aborted).toBe(true);
    expect(await opening).toEqual(ok(waiting));
    await core.close();
  });
});
