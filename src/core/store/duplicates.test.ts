import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageId } from '../../shared/model.ts';
import { openTestStore, testImage } from './testing.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => void (test = openTestStore()));
afterEach(() => test.close());

const rowsOf = (sql: string): readonly Readonly<Record<string, unknown>>[] =>
  test.store.database.prepare<Record<string, unknown>>(sql).all([]);
/** All of the library, row by row: but how often a result may have changed, and the inner tables of full text. */
function dump(): unknown {
  const tables = rowsOf(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'search_total'
       AND name NOT LIKE 'search_text%' AND name NOT LIKE 'vocabulary%' ORDER BY name`,
  ).map(({ name }) => String(name));
  return tables.map((name) => {
    // A sum of nothing says no more than no sum.
    const rows = rowsOf(`SELECT * FROM "${name}"`).filter((row) => name !== 'disk_total' || row['files'] !== 0);
    return [name, rows.map((row) => JSON.stringify(row)).sort()];
  });
}
const ids = ['waifu-im:1', 'waifu-im:2', 'yiff-rest:1', 'yiff-rest:2', 'local:a'];
const keyOf = (id: ImageId): number => Number(rowsOf(`SELECT key FROM image WHERE id = '${id}'`)[0]?.['key']);
const pair = (one: ImageId, other: ImageId, more: { distance?: number; sure?: boolean } = {}) => ({
  low: Math.min(keyOf(one), keyOf(other)),
  high: Math.max(keyOf(one), keyOf(other)),
  distance: 5,
  sure: false,
  ...more,
});
const groups = (adult = true): readonly (readonly ImageId[])[] =>
  test.store.duplicates
    .page({ adult, before: null, limit: 50, sure: false })
    .groups.map(({ members }) => members.map(({ id }) => id));

describe('groups of duplicates', () => {
  beforeEach(() => test.store.images.upsert(ids.map((id) => testImage({ id }))));

  it('are what pairs connect, whatever came first and was said to be different', () => {
    const two = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).filter(([one, other]) => one !== other);
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), two }) },
      fc.record({ do: fc.constant('separate' as const), two }),
      fc.record({ do: fc.constant('join' as const), two }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        test.store.database.exec(
          'DELETE FROM duplicate_pair; DELETE FROM duplicate_apart; DELETE FROM duplicate_member',
        );
        const known = new Set<string>();
        const apart = new Set<string>();
        for (const { do: what, two: those } of steps) {
          const [one, other] = [...those].sort();
          if (one === undefined || other === undefined) continue;
          if (what === 'add') test.store.duplicates.add([pair(one, other)]);
          if (what === 'separate') test.store.duplicates.separate([[one, other]]);
          if (what === 'join') test.store.duplicates.join([[one, other]]);
          if (what === 'add') known.add(`${one} ${other}`);
          else if (what === 'separate') apart.add(`${one} ${other}`);
          else apart.delete(`${one} ${other}`);
          const expected = components([...known].filter((name) => !apart.has(name)).map((name) => name.split(' ')));
          const found = groups().map((members) => [...members].sort());
          expect(found.sort()).toEqual(expected);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('show only what may be seen, page by page', () => {
    const adult = testImage({ id: 'waifu-im:9', rating: 'adult' });
    test.store.images.upsert([adult]);
    test.store.duplicates.add([pair('waifu-im:1', 'waifu-im:9'), pair('yiff-rest:1', 'yiff-rest:2')]);
    expect(groups(true)).toEqual([
      ['yiff-rest:1', 'yiff-rest:2'],
      ['waifu-im:1', 'waifu-im:9'],
    ]);
    expect(groups(false)).toEqual([['yiff-rest:1', 'yiff-rest:2']]);
    expect([test.store.duplicates.count(true), test.store.duplicates.count(false)]).toEqual([2, 1]);
    const first = test.store.duplicates.page({ adult: true, before: null, limit: 1, sure: false });
    const second = test.store.duplicates.page({ adult: true, before: first.next, limit: 1, sure: false });
    expect([first, second].map((page) => page.groups.map(({ members }) => members[0]?.id))).toEqual([
      ['yiff-rest:1'],
      ['waifu-im:1'],
    ]);
    expect(test.store.duplicates.page({ adult: true, before: second.next, limit: 1, sure: false }).next).toBeNull();
  });

  it('are told from their indexes, never from every image', () => {
    const plan = rowsOf(
      `EXPLAIN QUERY PLAN SELECT i.key FROM duplicate_member AS m JOIN image AS i ON i.key = m.image_key
       WHERE m.group_key = 1 AND i.blocked = 0 ORDER BY i.key`,
    ).map(({ detail }) => String(detail));
    expect(plan.join('\n')).toContain('duplicate_group');
    expect(plan.join('\n')).not.toMatch(/SCAN i\b/);
  });
});

function components(pairs: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const found: Set<string>[] = [];
  for (const two of pairs) {
    const touching = found.filter((set) => two.some((id) => set.has(id)));
    const union = new Set([...two, ...touching.flatMap((set) => [...set])]);
    for (const set of touching) found.splice(found.indexOf(set), 1);
    found.push(union);
  }
  return found.map((set) => [...set].sort()).sort();
}

describe('merging', () => {
  const traits = fc.record({
    tags: fc.subarray(['sky', 'night', 'sea', 'hills']),
    sources: fc.subarray(['https://a.example/', 'https://b.example/']),
    artists: fc.subarray(['Ann', 'ann', 'Kim']).map((names) => names.map((name) => ({ name, links: [] }))),
    rating: fc.constantFrom('safe' as const, 'adult' as const),
  });
  const state = fc.record({
    favorite: fc.constantFrom('none', 'liked', 'removed'),
    collections: fc.subarray([0, 1]),
    kept: fc.boolean(),
    note: fc.option(fc.constantFrom('one', 'two'), { nil: null }),
    shown: fc.boolean(),
  });

  it('then taking it back leaves the library as it was, to the last row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(traits, state), { minLength: 3, maxLength: 3 }),
        fc.subarray([1, 2], { minLength: 1 }),
        (images, others) => {
          test.close();
          test = openTestStore();
          const { store } = test;
          const names = ids.slice(0, 3);
          store.images.upsert(images.map(([more], n) => testImage({ id: names[n] ?? '', ...more })));
          const made = ['One', 'Two'].map((name) => store.collections.insert({ name, query: null, at: 1 }));
          for (const [n, [, has]] of images.entries()) {
            const id = names[n] ?? '';
            const file = { hash: String(n).repeat(64), bytes: 10 + n, extension: 'png', width: 1, height: 1 };
            store.files.attach(id, file, { dominantColor: null, hash: null });
            if (has.favorite !== 'none') store.favorites.like([{ id, at: 100 + n }]);
            if (has.favorite === 'removed') store.favorites.bury([id], 200);
            for (const place of has.collections)
              store.collections.put(made[place] ?? 0, [{ image: id, position: 100 * n + 7 }]);
            if (has.kept) store.files.keep(id);
            if (has.note !== null)
              store.database
                .prepare('INSERT INTO image_note (image_id, note, at) VALUES (?, ?, 1)')
                .run([id, has.note]);
            if (has.shown)
              store.wallpapers.record({
                reason: 'set',
                at: 1,
                entries: [
                  { display: 'd', name: 'D', image: id, outside: null, fit: 'fill', backend: 'x', verified: true },
                ],
              });
          }
          const before = dump();
          const record = store.merges.merge(
            'waifu-im:1',
            others.map((n) => names[n] ?? ''),
          );
          if (record === null) throw new Error('not merged');
          expect(dump()).not.toEqual(before);
          expect(store.check()).toEqual([]);
          expect(store.disk.audit(null, 9, false).wrong).toBe(0);
          expect(store.disk.sumsAreRight(false)).toBe(true);
          // As it comes back from the undo stack.
          expect(store.merges.unmerge(JSON.parse(JSON.stringify(record)) as typeof record)).toBe(true);
          expect(dump()).toEqual(before);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('gives what the others had to the kept one, and hides them everywhere', () => {
    const { store } = test;
    store.images.upsert([
      testImage({ id: 'waifu-im:1', tags: ['sky'], artists: [], rating: 'safe' }),
      testImage({ id: 'yiff-rest:1', tags: ['sky', 'sea'], rating: 'adult', sources: ['https://x.example/'] }),
    ]);
    const hash = 'f'.repeat(64);
    const file = { hash, bytes: 1, extension: 'png', width: 1, height: 1 };
    store.files.attach('yiff-rest:1', file, { dominantColor: null, hash: null });
    const collection = store.collections.insert({ name: 'Walls', query: null, at: 1 });
    store.collections.put(collection, [{ image: 'yiff-rest:1', position: 9 }]);
    store.favorites.like([{ id: 'yiff-rest:1', at: 7 }]);
    const evictable = () => store.disk.evictable({ after: null, limit: 9 });
    expect(evictable()).toEqual([]);

    expect(store.merges.merge('waifu-im:1', ['yiff-rest:1'])).not.toBeNull();
    // Since one of them is adult, so is the other: it is the same picture.
    expect(store.images.get('waifu-im:1')).toMatchObject({
      tags: ['sky', 'sea'],
      sources: ['https://source.example/1', 'https://x.example/'],
      artists: [{ name: 'Painter' }],
      rating: 'adult',
      favorite: true,
      blocked: false,
    });
    expect(store.images.get('yiff-rest:1')).toMatchObject({ blocked: true, mergedInto: 'waifu-im:1' });
    expect(store.collections.after(collection, null, 9)).toEqual([{ image: 'waifu-im:1', position: 9 }]);
    // Its like at the service is not taken back, its file may go.
    expect(store.favorites.status(['yiff-rest:1']).get('yiff-rest:1')).toBe('liked');
    expect(evictable()).toMatchObject([{ hash }]);

    // Neither service brings anything of it back.
    store.images.upsert([
      testImage({ id: 'yiff-rest:1', tags: ['other'] }),
      testImage({ id: 'waifu-im:1', tags: ['sky', 'new'], artists: [], rating: 'safe' }),
    ]);
    expect(store.images.get('yiff-rest:1')?.blocked).toBe(true);
    expect(store.images.get('waifu-im:1')).toMatchObject({ tags: ['sky', 'new', 'sea'], rating: 'adult' });
    store.blocks.add({ kind: 'tag', value: 'nothing' }, 1);
    store.blocks.remove({ kind: 'tag', value: 'nothing' });
    expect(store.images.get('yiff-rest:1')?.blocked).toBe(true);
  });

  it('refuses what is unknown, blocked, merged or named twice, and changes nothing then', () => {
    const { store } = test;
    store.images.upsert(ids.map((id) => testImage({ id, hash: null, md5: null })));
    store.merges.merge('waifu-im:1', ['waifu-im:2']);
    store.blocks.add({ kind: 'image', value: 'yiff-rest:2' }, 1);
    const before = dump();
    for (const [keep, others] of [
      ['waifu-im:1', ['waifu-im:1']],
      ['waifu-im:1', ['yiff-rest:1', 'yiff-rest:1']],
      ['waifu-im:1', ['yiff-rest:1', 'waifu-im:99']],
      ['waifu-im:1', ['yiff-rest:1', 'waifu-im:2']],
      ['yiff-rest:1', ['yiff-rest:2']],
      ['waifu-im:2', ['yiff-rest:1']],
    ] as const)
      expect([keep, others, store.merges.merge(keep, others)]).toEqual([keep, others, null]);
    expect(dump()).toEqual(before);
  });
});
