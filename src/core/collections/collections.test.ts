import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CollectionChange } from '../../shared/collections.ts';
import type { Result } from '../../shared/result.ts';
import { createContentGate } from '../catalog/gate.ts';
import { createEdits, type Edits } from '../edits/edits.ts';
import { createEventBus } from '../events.ts';
import { openTestStore, testImage } from '../store/testing.ts';
import { createCollections, type Collections } from './collections.ts';

let test: ReturnType<typeof openTestStore>;
let edits: Edits;
let collections: Collections;
let adultContent: boolean;
let told: unknown[];

const images = Array.from({ length: 8 }, (_, n) => `waifu-im:${n}`);
const [one = '', two = '', three = '', four = ''] = images;

beforeEach(() => {
  test = openTestStore();
  adultContent = false;
  told = [];
  const events = createEventBus();
  events.subscribe((name, payload) => {
    if (name === 'collections.changed') told.push(payload);
  });
  const now = (): number => test.clock.time;
  edits = createEdits({ store: test.store, events, now, keep: { edits: 40, bytes: 1_000_000 } });
  collections = createCollections({
    store: test.store,
    edits,
    gate: createContentGate(() => ({ adultContent })),
    events,
    now,
  });
  test.store.images.upsert(images.map((id) => testImage({ id })));
});
afterEach(() => test.close());

function done(result: Result<CollectionChange>): CollectionChange['collection'] {
  if (!result.ok) throw new Error(result.error.message);
  return result.value.collection;
}
const make = (name: string, ids: readonly string[] = []): number =>
  done(collections.create({ name, query: null, images: ids })).id;
function order(id: number): readonly string[] {
  const page = collections.images(id, null, 500);
  if (!page.ok) throw new Error(page.error.message);
  return page.value.images.map((image) => image.id);
}
const message = (result: Result<unknown>): string => (result.ok ? 'no error' : result.error.message);
const names = (): readonly string[] => collections.list().map(({ name }) => name);
/** Everything a person can see of collections and notes. */
function dump(): unknown {
  return {
    collections: collections.list().map((collection) => ({ ...collection, order: order(collection.id) })),
    places: test.store.database
      .prepare(
        `SELECT p.* FROM collection_image AS p JOIN collection AS c ON c.key = p.collection_key
         WHERE c.removed_at IS NULL ORDER BY c.key, p.position, p.image_id`,
      )
      .all([])
      .map((row) => Object.values(row as object).join()),
    notes: images.map((id) => test.store.notes.get(id)),
  };
}

describe('collections', () => {
  it('are made, named, noted, covered and ordered', () => {
    const sky = make('Sky', [one, two]);
    const sea = make('Sea');
    expect(collections.list()).toMatchObject([
      { id: sky, name: 'Sky', images: 2, notes: '', query: null, cover: null, covers: [{ id: one }, { id: two }] },
      { id: sea, name: 'Sea', images: 0, covers: [] },
    ]);
    expect(done(collections.change(sky, { name: 'Skies' })).name).toBe('Skies');
    expect(done(collections.change(sky, { notes: 'From the hills.' })).notes).toBe('From the hills.');
    expect(done(collections.change(sky, { cover: two }))).toMatchObject({ cover: two, covers: [{ id: two }] });
    done(collections.arrange(sea, sky));
    expect(names()).toEqual(['Sea', 'Skies']);
    done(collections.arrange(sea, null));
    expect(names()).toEqual(['Skies', 'Sea']);
    expect(edits.list().map(({ label }) => label)).toEqual([
      'Moved "Sea".',
      'Moved "Sea".',
      'Changed the cover of "Skies".',
      'Changed the notes of "Skies".',
      'Renamed "Sky" to "Skies".',
      'Created "Sea".',
      'Created "Sky".',
    ]);
    // A cover that was taken out is none any more.
    done(collections.take(sky, [two]));
    expect(collections.list()[0]).toMatchObject({ cover: null, covers: [{ id: one }] });
  });

  it('say what is wrong', () => {
    const sky = make('Sky', [one]);
    const smart = done(collections.create({ name: 'Found', query: 'sky', images: [] }));
    expect(message(collections.create({ name: 'Sky', query: null, images: [] }))).toBe(
      'There is a collection called "Sky" already. Choose another name.',
    );
    expect(message(collections.change(smart.id, { name: 'Sky' }))).toMatch(/called "Sky" already/);
    expect(message(collections.remove(99))).toBe('There is no collection 99.');
    expect(message(collections.images(99, null, 10))).toBe('There is no collection 99.');
    expect(message(collections.images(sky, 'x', 10))).toMatch(/not a place/);
    expect(message(collections.take(sky, [two]))).toBe('waifu-im:1 is not in "Sky".');
    expect(message(collections.move(sky, [two, three], null))).toBe('waifu-im:1, waifu-im:2 are not in "Sky".');
    expect(message(collections.add(sky, ['waifu-im:77'], null))).toBe('Not in the library: waifu-im:77.');
    expect(message(collections.add(sky, [two], three))).toBe('waifu-im:2 is not in this collection.');
    expect(message(collections.add(smart.id, [two], null))).toMatch(/filled by its search/);
    expect(message(collections.change(sky, { query: 'sea' }))).toMatch(/filled by hand/);
    expect(message(collections.change(sky, { cover: two }))).toBe('waifu-im:1 is not in "Sky".');
    expect(message(collections.setNote('waifu-im:77', 'x'))).toMatch(/Not in the library/);
    expect(message(collections.arrange(sky, 99))).toBe('There is no collection 99.');
  });

  it('keep an order by hand, and pages of it', () => {
    const sky = make('Sky', [one, two, three, four]);
    done(collections.move(sky, [four, one], two));
    expect(order(sky)).toEqual([four, one, two, three]);
    done(collections.move(sky, [four, one], one));
    expect(order(sky)).toEqual([four, one, two, three]);
    done(collections.add(sky, [images[5] ?? '', two], two));
    expect(order(sky)).toEqual([four, one, images[5], two, three]);
    const first = collections.images(sky, null, 2);
    const second = collections.images(sky, first.ok ? first.value.next : null, 2);
    expect(second).toMatchObject({ value: { images: [{ id: images[5] }, { id: two }], next: expect.any(String) } });
    const third = collections.images(sky, second.ok ? second.value.next : null, 2);
    expect(third).toMatchObject({ value: { images: [{ id: three }], next: null } });
  });

  it('record nothing where nothing changes', () => {
    const sky = make('Sky', [one]);
    const count = edits.list().length;
    expect(collections.add(sky, [one], null)).toMatchObject({ value: { edit: null } });
    expect(collections.change(sky, { name: 'Sky' })).toMatchObject({ value: { edit: null } });
    expect(collections.setNote(one, '')).toMatchObject({ value: { edit: null } });
    expect(edits.list()).toHaveLength(count);
  });

  it('move pictures from one to another as one edit', async () => {
    const sky = make('Sky', [one, two, three]);
    const sea = make('Sea', [two]);
    done(collections.transfer(sky, sea, [two, one]));
    expect([order(sky), order(sea)]).toEqual([[three], [two, one]]);
    expect(collections.of(one)).toMatchObject({ value: [sea] });
    await edits.undo(null);
    expect([order(sky), order(sea)]).toEqual([[one, two, three], [two]]);
  });

  it('come back as a whole, under another name where theirs is taken', async () => {
    const sky = make('Sky', [one, two]);
    done(collections.change(sky, { notes: 'Kept.', cover: two }));
    collections.remove(sky);
    expect(names()).toEqual([]);
    expect(message(collections.images(sky, null, 10))).toBe('There is no collection 1.');
    expect(collections.of(one)).toMatchObject({ value: [] });
    // Not through an edit: as a restored backup might.
    test.store.collections.insert({ name: 'Sky', query: null, at: 0 });
    expect(await edits.undo(null)).toMatchObject({
      missed: ['There is another collection called "Sky" now, so this one is called "Sky (2)".'],
    });
    expect(collections.list().find(({ id }) => id === sky)).toMatchObject({
      name: 'Sky (2)',
      notes: 'Kept.',
      cover: two,
      images: 2,
    });
  });

  it('are deleted for good only when no edit can bring them back', () => {
    const rows = (): unknown =>
      test.store.database.prepare<{ n: number }>('SELECT count(*) AS n FROM collection_image').get([])?.n;
    const sky = make('Sky', [one, two]);
    collections.remove(sky);
    const sea = make('Sea');
    for (let n = 0; n < 38; n++) done(collections.change(sea, { notes: `${n}` }));
    expect(rows()).toBe(2);
    for (let n = 0; n < 3; n++) done(collections.change(sea, { notes: `more ${n}` }));
    expect(rows()).toBe(0);
    expect(test.store.collections.buried(sky)).toBeNull();
  });

  it('undo what they can when their ground is gone', async () => {
    const sky = make('Sky', [one]);
    done(collections.add(sky, [two], null));
    test.store.database.exec(`DELETE FROM collection_image; DELETE FROM collection`);
    expect(await edits.undo(null)).toMatchObject({ missed: ['The collection this was about is gone.'] });
    const sea = make('Sea', [three, four]);
    done(collections.take(sea, [three, four]));
    test.store.database.exec(`DELETE FROM image_tag; DELETE FROM image WHERE id = '${four}'`);
    expect(await edits.undo(null)).toMatchObject({ missed: ['One picture is not in the library any more.'] });
    expect(order(sea)).toEqual([three]);
  });

  it('show nothing adult while that is off, nor anything blocked', () => {
    const adult = 'waifu-im:90';
    test.store.images.upsert([testImage({ id: adult, rating: 'adult', tags: ['adult-only-tag'] })]);
    expect(message(collections.create({ name: 'Night', query: null, images: [adult] }))).toMatch(/adult content/);
    adultContent = true;
    const night = make('Night', [adult, one]);
    done(collections.change(night, { cover: adult }));
    collections.setNote(adult, 'quiet');
    adultContent = false;
    expect(collections.list()[0]).toMatchObject({ cover: null, covers: [{ id: one }] });
    expect(collections.images(night, null, 10)).toMatchObject({ value: { images: [{ id: one }], hidden: 1 } });
    expect(message(collections.note(adult))).toMatch(/adult content/);
    expect(message(collections.of(adult))).toMatch(/adult content/);
    test.store.blocks.add({ kind: 'image', value: one }, 0);
    expect(collections.list()[0]?.covers).toEqual([]);
    expect(collections.images(night, null, 10)).toMatchObject({ value: { images: [], hidden: 0 } });
  });

  it('tell what changed, after it is written, also when it is taken back', async () => {
    const sky = make('Sky');
    done(collections.add(sky, [one], null));
    collections.setNote(one, 'mine');
    await edits.undo(null);
    expect(told).toEqual([
      { collections: [sky], notes: [] },
      { collections: [sky], notes: [] },
      { collections: [], notes: [one] },
      { collections: [], notes: [one] },
    ]);
  });

  it('leave nothing of a change that fails on its way', () => {
    const sky = make('Sky', [one, two]);
    const sea = make('Sea');
    const before = dump();
    test.store.database.exec(
      `CREATE TRIGGER fail BEFORE DELETE ON collection_image BEGIN SELECT raise(ABORT, 'the disk is full'); END`,
    );
    expect(() => collections.transfer(sky, sea, [one])).toThrow('the disk is full');
    test.store.database.exec('DROP TRIGGER fail');
    expect(dump()).toEqual(before);
    expect(edits.list()).toHaveLength(2);
  });

  it('of a pool are drawn from, and from a removed one nothing', () => {
    const sky = make('Sky', [one, two]);
    const sources = [{ kind: 'collection' as const, collection: sky }];
    const rules = {
      rating: 'safe',
      orientation: null,
      minWidth: 0,
      minHeight: 0,
      animated: true,
      cached: false,
    } as const;
    expect(test.store.candidates.count({ sources, rules, pool: 'p' })).toEqual({ left: 2, total: 2 });
    collections.remove(sky);
    expect(test.store.candidates.count({ sources, rules, pool: 'p' })).toEqual({ left: 0, total: 0 });
  });
});

describe('every change of collections', () => {
  const id = fc.integer({ min: 1, max: 4 });
  const some = fc.shuffledSubarray(images, { minLength: 1, maxLength: 4 });
  const before = fc.constantFrom(...images, null);
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const change: fc.Arbitrary<(on: Collections) => unknown> = fc.oneof(
    fc.record({ name, images: some }).map((made) => (on: Collections) => on.create({ ...made, query: null })),
    fc.tuple(id, name).map(
      ([key, to]) =>
        (on: Collections) =>
          on.change(key, { name: to }),
    ),
    fc.tuple(id, fc.constantFrom('', 'x', 'y')).map(
      ([key, notes]) =>
        (on: Collections) =>
          on.change(key, { notes }),
    ),
    fc.tuple(id, fc.constantFrom(...images)).map(
      ([key, cover]) =>
        (on: Collections) =>
          on.change(key, { cover }),
    ),
    id.map((key) => (on: Collections) => on.remove(key)),
    fc.tuple(id, id).map(
      ([key, other]) =>
        (on: Collections) =>
          on.arrange(key, other),
    ),
    fc.tuple(id, some, before).map(
      ([key, ids, at]) =>
        (on: Collections) =>
          on.add(key, ids, at),
    ),
    fc.tuple(id, some).map(
      ([key, ids]) =>
        (on: Collections) =>
          on.take(key, ids),
    ),
    fc.tuple(id, some, before).map(
      ([key, ids, at]) =>
        (on: Collections) =>
          on.move(key, ids, at),
    ),
    fc.tuple(id, id, some).map(
      ([from, to, ids]) =>
        (on: Collections) =>
          on.transfer(from, to, ids),
    ),
    fc.tuple(fc.constantFrom(...images), fc.constantFrom('', 'n', 'm')).map(
      ([image, note]) =>
        (on: Collections) =>
          on.setNote(image, note),
    ),
  );

  it('can be taken back and made again, to the very same rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 25 }), async (changes) => {
        test.store.database.exec(
          'DELETE FROM edit; DELETE FROM collection_image; DELETE FROM collection; DELETE FROM image_note; DELETE FROM sqlite_sequence',
        );
        const seen = [dump()];
        for (const make of changes) {
          const before = edits.list().length;
          make(collections);
          if (edits.list().length > before) seen.push(dump());
          else expect(dump()).toEqual(seen.at(-1));
        }
        for (let n = seen.length - 2; n >= 0; n--) {
          expect(await edits.undo(null)).toMatchObject({ count: 1, missed: [] });
          expect(dump()).toEqual(seen[n]);
        }
        expect(await edits.undo(null)).toMatchObject({ count: 0 });
        for (const state of seen.slice(1)) {
          expect(await edits.redo(null)).toMatchObject({ count: 1, missed: [] });
          expect(dump()).toEqual(state);
        }
        const oldest = edits.list().at(-1);
        if (oldest) await edits.undo(oldest.key);
        expect(dump()).toEqual(seen[0]);
        expect(test.store.check()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
