import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContentGate } from '../core/catalog/gate.ts';
import { collectionHandlers } from '../core/collection-handlers.ts';
import { createCollections } from '../core/collections/collections.ts';
import { createSmartCollections } from '../core/collections/smart.ts';
import { editHandlers } from '../core/edit-handlers.ts';
import { createEdits } from '../core/edits/edits.ts';
import { createEventBus } from '../core/events.ts';
import { createLibrary } from '../core/library/library.ts';
import { createRefill } from '../core/rotation/refill.ts';
import { createResolveSources } from '../core/rotation/sources.ts';
import { openTestStore, testImage } from '../core/store/testing.ts';
import type { BroughtAlbum } from '../shared/collections.ts';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import type { Handlers } from '../core/dispatch.ts';
import { expectMistake, json, run, type Ran } from './testing/run-cli.ts';

let test: ReturnType<typeof openTestStore>;
let handlers: Partial<Handlers>;
let library: ReturnType<typeof createLibrary>;
const settings = () => ({ adultContent: false });

beforeEach(() => {
  test = openTestStore();
  const now = (): number => test.clock.time;
  const events = createEventBus();
  const edits = createEdits({ store: test.store, events, now });
  const gate = createContentGate(settings);
  const collections = createCollections({ store: test.store, edits, gate, events, now });
  library = createLibrary({ search: test.store.search, settings, clock: { now }, random: () => 0.5 });
  handlers = {
    ...editHandlers(edits),
    ...collectionHandlers({
      collections,
      smart: createSmartCollections(library.search),
      store: test.store,
      images: {
        get: (id) =>
          Promise.resolve(
            fail(
              id === 'waifu-im:98'
                ? appError('offline', 'No network.')
                : appError('not_found', `There is no image ${id}.`),
            ),
          ),
      },
      albums: () => Promise.resolve(ok({ albums: brought, edit: null })),
    }),
  };
  test.store.images.upsert([1, 2, 3].map((n) => testImage({ id: `waifu-im:${n}`, tags: n === 3 ? ['sea'] : ['sky'] })));
});
afterEach(() => test.close());

const brought: readonly BroughtAlbum[] = [
  { collection: 4, name: 'Quiet', images: 12, created: true, added: 12, taken: 0 },
  { collection: 5, name: 'Still', images: 7, created: false, added: 2, taken: 1 },
];

const line = (...words: readonly string[]): Promise<Ran> => run(words, handlers);
const refused = async (...words: readonly string[]): Promise<string> => {
  const ran = await line(...words);
  expect(ran.code, words.join(' ')).toBeGreaterThan(0);
  expect(ran.out).toBe('');
  expect(json(await line(...words, '--json'))).toMatchObject({ ok: false });
  return ran.error;
};
const shown = async (id: string): Promise<readonly string[]> => {
  const answer = json(await line('collections', 'show', id, '--json')) as { value: { images: { id: string }[] } };
  return answer.value.images.map((image) => image.id);
};

describe('collections in the terminal', () => {
  it('are made, filled, ordered, described, and taken back', async () => {
    expect((await line('collections', 'list')).out).toBe('There are no collections.\n');
    expect((await line('collections', 'create', 'Sky', 'waifu-im:1')).out).toBe('Created "Sky". 1 "Sky": 1 image.\n');
    await line('collections', 'create', 'Sea');
    expect((await line('collections', 'add', '1', 'waifu-im:2', 'waifu-im:3', '--before', 'waifu-im:1')).out).toBe(
      'Added 2 pictures to "Sky". 1 "Sky": 3 images.\n',
    );
    await line('collections', 'move', '1', 'waifu-im:2');
    expect(await shown('1')).toEqual(['waifu-im:3', 'waifu-im:1', 'waifu-im:2']);
    await line('collections', 'transfer', '1', '2', 'waifu-im:3');
    expect(await shown('2')).toEqual(['waifu-im:3']);
    expect((await line('collections', 'cover', '1', 'waifu-im:2')).out).toMatch(/^Changed the cover of "Sky"\./);
    await line('collections', 'note', '1', 'From the hills.');
    expect((await line('collections', 'note', '1')).out).toBe('From the hills.\n');
    expect((await line('note', 'waifu-im:1', 'mine')).out).toBe('Wrote a note on a picture.\n');
    expect((await line('note', 'waifu-im:1')).out).toBe('mine\n');
    await line('collections', 'order', '2', '1');
    expect((await line('collections', 'list')).out).toMatch(/Sea[^]*Sky/);
    expect((await line('collections', 'rename', '1', 'Skies')).out).toMatch(/^Renamed "Sky" to "Skies"\./);
    expect((await line('collections', 'remove', '1')).out).toBe('Removed "Skies".\n');
    expect((await line('edits', 'undo')).out).toBe('Undone: Removed "Skies".\n');
    expect(await shown('1')).toEqual(['waifu-im:1', 'waifu-im:2']);
    expect((await line('edits', 'redo')).out).toBe('Made again: Removed "Skies".\n');
    expect((await line('edits', 'list')).out).toMatch(/Removed "Skies"\./);
    expect((await line('edits', 'undo', '--to', '1')).out).toMatch(/^Undone: 11 changes, to: Created "Sky"\.\n$/);
    expect((await line('collections', 'list')).out).toBe('There are no collections.\n');
    expect(await refused('edits', 'undo')).toBe('kabegami: There is nothing to undo.\n');
  });

  it('are filled by a search, for looking at and for pools', async () => {
    expect((await line('collections', 'smart', 'Found', 'tag:sky')).out).toBe(
      'Created "Found". 1 "Found": 2 images.\n',
    );
    expect((await shown('1')).toSorted()).toEqual(['waifu-im:1', 'waifu-im:2']);
    expect(await refused('collections', 'search', '1', 'rating:purple')).toMatch(/cannot be understood/);
    const resolve = createResolveSources({ store: test.store, settings });
    const refill = createRefill({
      finds: test.store.finds,
      browse: () => Promise.reject(new Error('not asked')),
      scan: () => Promise.reject(new Error('not asked')),
      arrange: library.arrange,
      clock: { now: () => (test.clock.time += 100_000) },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    const inPool = async (): Promise<number> => {
      const sources = resolve({ id: 'p', name: 'P', sources: [{ kind: 'collection', collection: 1, weight: 1 }] });
      const need = { orientation: null, minWidth: 0, minHeight: 0 };
      await refill(sources, { urgent: false, need });
      return test.store.candidates.count({
        sources: sources.map(({ source }) => source),
        rules: { ...need, rating: 'safe', animated: true, cached: false },
        pool: 'p',
      }).total;
    };
    expect(await inPool()).toBe(2);
    await line('collections', 'search', '1', 'tag:sea');
    expect(await shown('1')).toEqual(['waifu-im:3']);
    expect(await inPool()).toBe(1);
    test.store.images.upsert([
      testImage({ id: 'waifu-im:4', tags: ['sea'] }),
      testImage({ id: 'waifu-im:3', tags: [] }),
    ]);
    expect(await shown('1')).toEqual(['waifu-im:4']);
    expect(await inPool()).toBe(1);
    expect(await refused('collections', 'add', '1', 'waifu-im:1')).toMatch(/filled by its search/);
  });

  it('say what is not there', async () => {
    const missing = 'kabegami: There is no collection 9.\n';
    for (const verb of [
      ['show', '9'],
      ['remove', '9'],
      ['rename', '9', 'x'],
      ['cover', '9'],
      ['note', '9'],
      ['order', '9'],
      ['take', '9', 'waifu-im:1'],
      ['add', '9', 'waifu-im:1'],
    ]) {
      expect(await refused('collections', ...verb)).toBe(missing);
      expect((await line('collections', ...verb)).code).toBe(1);
    }
    await line('collections', 'create', 'Sky', 'waifu-im:1');
    expect(await refused('collections', 'add', '1', 'waifu-im:99')).toBe('kabegami: There is no image waifu-im:99.\n');
    expect(await refused('collections', 'add', '1', 'waifu-im:2', 'waifu-im:98')).toBe(
      'kabegami: waifu-im:98: No network.\n',
    );
    expect(await refused('collections', 'take', '1', 'waifu-im:2')).toBe('kabegami: waifu-im:2 is not in "Sky".\n');
    expect(await refused('collections', 'take', '1', 'waifu-im:2', 'waifu-im:3')).toBe(
      'kabegami: waifu-im:2, waifu-im:3 are not in "Sky".\n',
    );
    const part = await line('collections', 'take', '1', 'waifu-im:1', 'waifu-im:2');
    expect(part).toMatchObject({ code: 1, error: '' });
    expect(part.out).toContain('Took 1 picture out of "Sky".');
    expect(part.out).toContain('Not done: waifu-im:2. It is not in "Sky".');
    expect(await refused('edits', 'undo', '--to', '77')).toMatch(/There is no change 77 to undo/);
    expect(await refused('note', 'waifu-im:99')).toMatch(/Not in the library/);
    await expectMistake('collections add x waifu-im:1');
    await expectMistake('collections add 1 nonsense');
    await expectMistake('edits undo --to none');
  });

  it('are brought over from the albums of an account', async () => {
    const { out, code } = await line('collections', 'albums');
    expect(code).toBe(0);
    expect(out).toMatch(/4\s+Quiet\s+12\s+all\s+0/);
    expect(out).toMatch(/5\s+Still\s+7\s+2\s+1/);
    expect(out).toContain('Nothing has changed.');
  });
});
