import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, tokens, type TestServers } from '../../../e2e/servers/index.ts';
import { favoriteQuery } from '../../shared/model.ts';
import type { Log } from '../ports.ts';
import { createJumpingClock } from '../providers/testing/clock.ts';
import { secretsFileName } from '../secrets/file-vault.ts';
import { createRealEngine } from './testing/real-engine.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 24, limits: 'off', waifuIm: { images: 60 } });
}, 60_000);
afterAll(() => servers.close());

/** The same suite for every version of the service, with the real providers and the real files. */
describe.each(['v5', 'v6', 'v7'] as const)('favorites against a %s server', (version) => {
  let folder = '';
  let lines: string[] = [];
  let engine: Awaited<ReturnType<typeof createRealEngine>>;
  const add = (message: string, details?: unknown): void => void lines.push(JSON.stringify([message, details]));
  const log: Log = { info: add, warn: add, error: add };
  const start = async () => {
    engine = await createRealEngine({ folder, waifuImUrl: servers.waifuIm.url, log, clock: createJumpingClock() });
  };
  const ids = (): number[] => servers.waifuIm.images.filter((image) => image.adult === false).map((image) => image.id);
  const local = async (): Promise<number[]> => {
    const list = await engine.favorites.list(favoriteQuery.parse({}));
    if (!list.ok) throw new Error(list.error.message);
    return list.value.images.map((image) => Number(image.remoteId)).sort((a, b) => a - b);
  };
  const remote = (): number[] => [...servers.waifuIm.favorites()].sort((a, b) => a - b);
  const sync = async (acceptRemovals = false) => {
    const report = await engine.favorites.sync({ acceptRemovals }, () => undefined);
    if (!report.ok) throw new Error(report.error.message);
    return report.value;
  };
  const idOf = (remoteId: number | undefined): string => `waifu-im:${remoteId ?? 'none'}`;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kabegami-favorites-'));
    lines = [];
    servers.waifuIm.setVersion(version);
    servers.waifuIm.setFavorites([]);
    servers.waifuIm.reset();
    await start();
    const account = await engine.accounts.set('waifu-im', tokens.owner);
    expect(account).toMatchObject({ ok: true, value: { valid: true, storage: 'file' } });
  });
  afterEach(async () => {
    servers.waifuIm.faults.clear();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes both ways and believes an empty list', async () => {
    const [one, two, three] = ids();
    expect(await sync()).toEqual({ pulled: 0, pushed: 0, dropped: 0, held: 0, error: null });
    await engine.favorites.add([idOf(one), idOf(two)]);
    expect(await sync()).toMatchObject({ pushed: 2, error: null });
    expect(remote()).toEqual(await local());
    servers.waifuIm.removeFavorite(one ?? 0);
    servers.waifuIm.addFavorite(three ?? 0);
    expect(await sync()).toMatchObject({ pulled: 1, dropped: 1 });
    expect(await local()).toEqual(remote());
    await engine.favorites.remove([idOf(two)]);
    servers.waifuIm.removeFavorite(three ?? 0);
    expect(await sync()).toMatchObject({ dropped: 1, error: null });
    expect(await local()).toEqual([]);
    expect(remote()).toEqual([]);
    expect(engine.favorites.pending()).toEqual([]);
  });

  it('sends a like once, whatever happens to the answers', async () => {
    const [one] = ids();
    await engine.favorites.add([idOf(one)]);
    servers.waifuIm.faults.add({
      kind: 'lost_answer',
      path: 'fav',
      method: 'POST',
      times: 1,
    });
    await sync();
    await sync();
    expect(remote()).toEqual([one]);
    expect(engine.favorites.pending()).toEqual([]);
  });

  it.each(['server_error', 'html_challenge', 'truncated_json', 'cut_off', 'empty_body'] as const)(
    'removes nothing because of %s',
    async (kind) => {
      const some = ids().slice(0, 4);
      servers.waifuIm.setFavorites(some);
      expect(await sync()).toMatchObject({ pulled: 4 });
      servers.waifuIm.setFavorites([]);
      servers.waifuIm.faults.add({ kind, path: 'fav' });
      expect(await sync()).toMatchObject({ dropped: 0, error: expect.anything() as unknown });
      expect(await local()).toHaveLength(4);
      servers.waifuIm.faults.clear();
      expect(await sync()).toMatchObject({ dropped: 4, error: null });
    },
  );

  it('parks what no longer exists and asks for a token that was revoked', async () => {
    await engine.favorites.add([idOf(ids()[0])]);
    // The image is unknown to the service by the time it is told.
    engine.store.images.upsert([
      { ...(engine.store.images.get(idOf(ids()[0])) ?? expect.fail()), id: 'waifu-im:999999', remoteId: '999999' },
    ]);
    await engine.favorites.add(['waifu-im:999999']);
    expect(await sync()).toMatchObject({ pushed: 1, error: null });
    expect(engine.favorites.pending()).toMatchObject([
      { id: 'waifu-im:999999', parked: true, reason: expect.any(String) as unknown },
    ]);
    const requests = servers.waifuIm.requests.length;
    expect(await engine.accounts.set('waifu-im', 'wrong-token-0123456789abcdef')).toMatchObject({
      ok: false,
      error: { code: 'unauthorized' },
    });
    expect(engine.accounts.secret('waifu-im.token')).toBe(tokens.owner);
    expect(servers.waifuIm.requests.length).toBeGreaterThan(requests);
  });

  it('keeps the token in the keystore alone', async () => {
    const [one, two] = ids();
    const heard: unknown[] = [];
    engine.events.subscribe((name, payload) => heard.push([name, payload]));
    await engine.favorites.add([idOf(one)]);
    await sync();
    servers.waifuIm.faults.add({ kind: 'server_error', path: 'fav' });
    await engine.favorites.add([idOf(two)]);
    await sync();
    const state = [
      engine.favorites.state(),
      engine.favorites.pending(),
      engine.accounts.list(),
      heard,
      lines,
      process.argv,
    ];
    expect(JSON.stringify(state)).not.toContain(tokens.owner);
    engine.store.database.exec(`VACUUM INTO '${path.join(folder, 'copy.db')}'`);
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const content = await readFile(path.join(file.parentPath, file.name), 'latin1');
      expect([file.name, content.includes(tokens.owner)]).toEqual([file.name, file.name === secretsFileName]);
    }
  });
});
