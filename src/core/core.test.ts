import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../../e2e/servers/index.ts';
import type { CallInput, CallName, CallOutput, EventName, Events } from '../shared/contract.ts';
import type { Result } from '../shared/result.ts';
import { systemClock } from './clock.ts';
import { createCore, type Core } from './core.ts';
import { forkCodec } from './files/fork-codec.ts';
import { createFileVault } from './secrets/file-vault.ts';
import { silentLog } from './testing/fake-core.ts';

/** The whole core on real services, a real database and the real codec; only the desktop is missing. */
let servers: TestServers;
let folder: string;
let core: Core;

beforeAll(async () => {
  servers = await startServers({ pictures: 24, limits: 'off' });
});
afterAll(() => servers.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-core-'));
  core = await open();
});
afterEach(async () => {
  await core.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(waifuImUrl = servers.waifuIm.url): Promise<Core> {
  const created = await createCore({
    host: 'terminal',
    version: '0.0.0',
    dataFolder: folder,
    overrides: { waifuImUrl, yiffRestUrl: servers.yiffRest.url, waifuImToken: undefined, yiffRestKey: undefined },
    fetch: globalThis.fetch,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    secrets: createFileVault({ folder }),
    codec: forkCodec(fileURLToPath(new URL('./files/codec-process.ts', import.meta.url)), { clock: systemClock }),
    displays: null,
    machine: null,
    env: { PATH: '' },
    platform: process.platform,
  });
  if (!created.ok) throw new Error(created.error.message);
  return created.value;
}

let serial = 0;
function call<N extends CallName>(name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>> {
  serial += 1;
  return core.dispatch({ id: `call-${serial}`, name, input }, new AbortController().signal) as Promise<
    Result<CallOutput<N>>
  >;
}
async function value<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await call(name, input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
function nextEvent<N extends EventName>(name: N): Promise<Events[N]> {
  return new Promise((resolve) => {
    const stop = core.events.subscribe((heard, payload) => {
      if (heard !== name) return;
      stop();
      resolve(payload as Events[N]);
    });
  });
}

describe('the core', () => {
  it('does not take a typo for a display of the history', async () => {
    expect(await call('wallpaper.history', {})).toMatchObject({ ok: true, value: { entries: [] } });
    expect(await call('wallpaper.history', { display: 'nosuch' })).toMatchObject({
      ok: false,
      error: { code: 'no_display' },
    });
  });

  it('finds a picture at each service, shows it, keeps it, and verifies clean', async () => {
    for (const provider of ['waifu-im', 'yiff-rest'] as const) {
      const page = await value('browse', { filter: { provider }, limit: 5 });
      const [image] = page.images;
      if (image === undefined) throw new Error(`${provider} answered nothing`);
      expect(image).toMatchObject({ provider, rating: 'safe', cached: false, favorite: false });

      const changed = nextEvent('images.changed');
      expect(await core.openMedia(image.id, 'small')).toMatchObject({ ok: true, value: { contentType: 'image/webp' } });
      expect((await changed).images).toMatchObject([{ id: image.id, cached: true }]);

      expect(await value('image.download', { id: image.id })).toMatchObject({ id: image.id, cached: true });
    }
    expect(await value('library.verify', {})).toMatchObject({ clean: true, problems: [] });
    expect((await value('library.stats', {})).files).toBe(2);
  });

  it('reports progress of a download to its caller', async () => {
    const page = await value('browse', { filter: { provider: 'waifu-im' }, limit: 1 });
    const id = page.images[0]?.id ?? '';
    const progress = nextEvent('progress');
    await value('image.download', { id });
    expect(await progress).toMatchObject({ request: `call-${serial}`, kind: 'download', image: id, unit: 'bytes' });
  });

  it('keeps adult content out everywhere until the opt-in, and hides it at once after', async () => {
    expect(await call('browse', { filter: { provider: 'waifu-im', rating: 'adult' } })).toMatchObject({
      ok: false,
      error: { code: 'content_blocked' },
    });
    await value('settings.set', { patch: { adultContent: true } });
    const page = await value('browse', { filter: { provider: 'waifu-im', rating: 'adult' }, limit: 5 });
    const [adult] = page.images;
    if (adult === undefined) throw new Error('the test service has no adult-flagged picture');
    expect(await core.openMedia(adult.id, 'small')).toMatchObject({ ok: true });
    await value('favorites.add', { ids: [adult.id] });

    await value('settings.set', { patch: { adultContent: false } });
    const blocked = { ok: false, error: { code: 'content_blocked' } };
    expect(await core.openMedia(adult.id, 'small')).toMatchObject(blocked);
    expect(await core.openMedia(adult.id, 'small', { onlyHere: true })).toMatchObject(blocked);
    expect(await call('image.get', { id: adult.id })).toMatchObject(blocked);
    expect(await call('image.download', { id: adult.id })).toMatchObject(blocked);
    expect(await call('wallpaper.set', { id: adult.id })).toMatchObject(blocked);
    expect(await value('favorites.list', {})).toMatchObject({ images: [], hidden: 1 });
  });

  it('goes on from the disk when the service is gone', async () => {
    const page = await value('browse', { filter: { provider: 'waifu-im' }, limit: 3 });
    for (const image of page.images) await value('image.download', { id: image.id });
    await core.close();
    core = await open('http://127.0.0.1:9');
    const offline = await value('browse', { filter: { provider: 'waifu-im' } });
    expect(offline.offline).toBe(true);
    expect(offline.images.map((image) => image.id).sort()).toEqual(page.images.map((image) => image.id).sort());
    expect(await core.openMedia(offline.images[0]?.id ?? '', 'full')).toMatchObject({ ok: true });
    const status = await value('status', {});
    expect(status.providers.find(({ id }) => id === 'waifu-im')).toMatchObject({
      online: false,
      error: { code: 'offline' },
    });
  });

  it('shows what is on the disk and fetches nothing, where only that is asked for', async () => {
    const page = await value('browse', { filter: { provider: 'waifu-im' }, limit: 2 });
    const [kept, other] = page.images.map(({ id }) => id);
    await value('image.download', { id: kept ?? '' });
    const asked = servers.pictures.requests.length;
    expect(await core.openMedia(kept ?? '', 'full', { onlyHere: true })).toMatchObject({ ok: true });
    expect(await core.openMedia(other ?? '', 'small', { onlyHere: true })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(servers.pictures.requests).toHaveLength(asked);
  });

  it('leaves nothing half-written when a picture breaks off', async () => {
    const page = await value('browse', { filter: { provider: 'waifu-im', orientation: 'landscape' }, limit: 1 });
    const id = page.images[0]?.id ?? '';
    servers.pictures.faults.add({ kind: 'wrong_length' });
    const broken = await core.openMedia(id, 'full');
    servers.pictures.faults.clear();
    expect(broken.ok).toBe(false);
    expect(await readdir(path.join(folder, 'incoming'))).toEqual([]);
    expect(await core.openMedia(id, 'full')).toMatchObject({ ok: true });
    expect(await value('library.verify', {})).toMatchObject({ clean: true });
  });

  it('says plainly that there is no desktop', async () => {
    const page = await value('browse', { filter: { provider: 'waifu-im' }, limit: 1 });
    const set = await call('wallpaper.set', { id: page.images[0]?.id ?? '' });
    expect(set).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^no_(backend|display)$/) } });
  });
});
