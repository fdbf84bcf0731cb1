import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, tokens, type TestServers } from '../../../e2e/servers/index.ts';
import type { AlbumsBrought } from '../../shared/collections.ts';
import { createContentGate } from '../catalog/gate.ts';
import { createEdits, type Edits } from '../edits/edits.ts';
import { createEventBus } from '../events.ts';
import { createTestServices } from '../providers/testing/services.ts';
import { openTestStore } from '../store/testing.ts';
import { createAlbums } from './albums.ts';
import { createCollections, type Collections } from './collections.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 12, limits: 'off', waifuIm: { images: 150, version: 'v7' } });
}, 60_000);
afterAll(() => servers.close());

let test: ReturnType<typeof openTestStore>;
let edits: Edits;
let collections: Collections;
let bring: () => Promise<AlbumsBrought>;
beforeEach(() => {
  test = openTestStore();
  const events = createEventBus();
  edits = createEdits({ store: test.store, events, now: () => 1 });
  const gate = createContentGate(() => ({ adultContent: true }));
  collections = createCollections({ store: test.store, edits, gate, events, now: () => 1 });
  const { providers } = createTestServices({ waifuIm: { baseUrl: servers.waifuIm.url, token: tokens.owner } });
  const albums = createAlbums({ store: test.store, remote: providers.albums, collections });
  bring = async () => {
    const brought = await albums(() => undefined, new AbortController().signal);
    if (!brought.ok) throw new Error(brought.error.message);
    return brought.value;
  };
});
afterEach(() => test.close());

/** Changes the account's albums as the service's own page would. */
async function own(path: string, method: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${servers.waifuIm.url}/users/me/albums${path}`, {
    method,
    headers: { 'x-api-key': tokens.owner, 'content-type': 'application/json', 'user-agent': 'Test/1.0 (test)' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}
async function album(name: string, images: readonly number[]): Promise<string> {
  const made = (await own('', 'POST', { name, description: '' })) as { readonly id: number };
  // The service shows what came last first.
  for (const id of [...images].reverse()) await own(`/${made.id}/images/${id}`, 'POST');
  return String(made.id);
}
const inside = (id: number): readonly string[] => {
  const page = collections.images(id, null, 500);
  return page.ok ? page.value.images.map(({ remoteId }) => remoteId) : [];
};

describe('albums of waifu.im', () => {
  it('become collections in their order, are brought in step, never doubled, and taken back', async () => {
    const images = servers.waifuIm.images.map(({ id }) => id);
    // More than a page of the service, in an order of their own.
    const long = [...images].reverse().slice(0, 120);
    const quiet = await album('Calm', long);
    const small = await album('Evening', images.slice(0, 3));
    collections.create({ name: 'Evening', query: null, images: [] });

    const first = await bring();
    expect(first.albums).toMatchObject([
      { name: 'Calm', images: 120, created: true },
      // Somebody has one of that name: it is not touched.
      { name: 'Evening (2)', images: 3, created: true },
    ]);
    const [one, two] = first.albums.map(({ collection }) => collection);
    expect(inside(one!)).toEqual(long.map(String));
    expect(first.edit).not.toBeNull();

    // Nothing has changed: no edit, nothing twice.
    expect(await bring()).toMatchObject({ edit: null, albums: [{ created: false, added: 0, taken: 0 }, { added: 0 }] });
    expect(collections.list()).toHaveLength(3);

    // There: one comes, one goes, the album gets another name. Here: one is put in by hand.
    await own(`/${quiet}/images/${long[1]}`, 'DELETE');
    await own(`/${small}/images/${images[7]}`, 'POST');
    await own(`/${quiet}`, 'PUT', { name: 'Calmer', description: '' });
    collections.add(one!, [`waifu-im:${images[0]}`], null);
    const again = await bring();
    expect(again.albums).toMatchObject([
      { collection: one, name: 'Calmer', created: false, added: 0, taken: 1 },
      { collection: two, created: false, added: 1, taken: 0 },
    ]);
    expect(inside(one!)).toEqual([...long.filter((_, at) => at !== 1), images[0]].map(String));
    expect(inside(two!)).toEqual([images[7], ...images.slice(0, 3)].map(String));

    // One step back undoes all of that run, the next one what its owner did, the next one the first run.
    await edits.undo(null);
    expect(collections.list().map(({ name }) => name)).toEqual(['Evening', 'Calm', 'Evening (2)']);
    expect(inside(two!)).toEqual(images.slice(0, 3).map(String));
    await edits.undo(null);
    await edits.undo(null);
    expect(collections.list().map(({ name }) => name)).toEqual(['Evening']);
    // Removed here, made anew when asked for again.
    expect((await bring()).albums).toMatchObject([{ created: true }, { created: true }]);
    expect(collections.list()).toHaveLength(3);
    await own(`/${quiet}`, 'DELETE');
    await own(`/${small}`, 'DELETE');
  });

  it('say what is in the way: no token, a service without albums', async () => {
    const ask = async (waifuIm: Parameters<typeof createTestServices>[0]['waifuIm']) => {
      const { providers } = createTestServices({ waifuIm: { baseUrl: servers.waifuIm.url, ...waifuIm } });
      const albums = createAlbums({ store: test.store, remote: providers.albums, collections });
      return albums(() => undefined, new AbortController().signal);
    };
    expect(await ask({ token: null })).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await ask({ token: tokens.owner, apiVersion: 'v5' })).toMatchObject({ error: { code: 'bad_request' } });
    expect(collections.list()).toEqual([]);
  });
});
