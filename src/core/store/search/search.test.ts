import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, print } from '../../../shared/search/index.ts';
import { chooseDriver } from '../driver.ts';
import { openStore, type OpenedStore } from '../open.ts';
import { createTestLog } from '../testing.ts';
import { bruteForce, known, library, now, query, type Known } from './search-model.ts';
import type { SearchLimits } from './open-search.ts';
import { createSearchRepository } from './search-repository.ts';
import type { FoundRow, Place, SearchQuery, SearchRepository } from './types.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-search-'));
const opened: OpenedStore[] = [];
afterAll(() => {
  for (const store of opened) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function openWith(napi: string): { readonly store: OpenedStore; readonly clock: { time: number } } {
  const clock = { time: now };
  const result = openStore({
    folder: path.join(folder, String(opened.length)),
    log: createTestLog(),
    clock: { now: () => clock.time },
    driver: chooseDriver(napi),
  });
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return { store: result.value, clock };
}

/** Everything of a library is there, and nothing else. */
function fill({ store, clock }: ReturnType<typeof openWith>, images: readonly Known[]): void {
  const { database: db } = store;
  store.transaction(() => {
    for (const table of ['favorite', 'image_note', 'collection_image', 'duplicate_member', 'image', 'file'])
      db.prepare(`DELETE FROM ${table}`).run([]);
    for (const each of images) {
      clock.time = each.added;
      store.images.upsert([each.image]);
      const { id } = each.image;
      if (each.cached) {
        const file = { hash: id.padEnd(64, '0'), bytes: 1, extension: 'png', width: 1, height: 1 };
        store.files.attach(id, file, { dominantColor: null, hash: null });
      }
      if (each.liked !== null) store.favorites.like([{ id, at: each.liked }]);
      if (each.note !== null)
        db.prepare('INSERT INTO image_note (image_id, note, at) VALUES (?, ?, 0)').run([id, each.note]);
      if (each.blocked) db.prepare('UPDATE image SET blocked = 1 WHERE id = ?').run([id]);
      if (each.duplicate)
        db.prepare('INSERT INTO duplicate_member (image_key, group_key) SELECT key, 1 FROM image WHERE id = ?').run([
          id,
        ]);
      if (each.collected)
        db.prepare('INSERT INTO collection_image (collection_key, image_id, position) VALUES (1, ?, 0)').run([id]);
    }
  });
}

function walk(search: SearchRepository, asked: SearchQuery, limit: number): readonly FoundRow[] {
  const open = search.open(asked);
  const rows: FoundRow[] = [];
  let place: Place | null = null;
  do {
    const step = open.step(place, limit);
    expect(step.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...step.rows);
    place = step.next;
  } while (place !== null);
  return rows;
}

const usual: SearchLimits = {
  mostGathered: 1000,
  window: 1000,
  ways: ['gather', 'listed', 'sifted', 'stretch', 'linked', 'ordered', 'ring'],
  mostCounting: 8000,
  mostFaceted: 1000,
  mostNames: 1000,
  mostKept: 16,
};
/** Every way there is, where there is a choice, and as if everything were many: in windows of three. */
const byWays: readonly SearchLimits[] = [
  usual,
  { ...usual, ways: ['gather', 'ordered', 'ring'], window: 3 },
  { ...usual, ways: ['listed', 'ring'], window: 3, mostCounting: 3, mostFaceted: 2 },
  { ...usual, ways: ['sifted', 'ring'], window: 3 },
  { ...usual, ways: ['stretch', 'ring'], window: 3 },
  { ...usual, ways: ['linked', 'ring'], window: 3 },
  { ...usual, ways: ['ordered', 'ring'], window: 3, mostNames: 1 },
];

describe.each([
  ['better-sqlite3', '10', 80],
  ['libsql', '9', 30],
])('search with %s', (_name, napi, runs) => {
  const world = openWith(napi);
  world.store.database
    .prepare(
      `INSERT INTO collection (key, name, created_at, position, query) VALUES (1, 'My Pictures', 0, 0, NULL), (2, 'Found', 0, 1, 'tag:sky width:>=1280 sort:likes -collection:found')`,
    )
    .run([]);
  const searches = byWays.map((limits) => createSearchRepository(world.store.database, limits));
  const idOf = (): ReadonlyMap<number, string> =>
    new Map(
      world.store.database
        .prepare<{ key: number; id: string }>('SELECT key, id FROM image')
        .all([])
        .map(({ key, id }) => [key, id]),
    );

  it('finds what fits, in order, counts it, and nothing else', () => {
    fc.assert(
      fc.property(
        library,
        fc.array(fc.record({ terms: query, adult: fc.boolean(), limit: fc.integer({ min: 1, max: 7 }) }), {
          minLength: 8,
          maxLength: 8,
        }),
        (images, asked) => {
          fill(world, images);
          const ids = idOf();
          const keys = new Map([...ids].map(([key, id]) => [id, key]));
          for (const { terms, adult, limit } of asked) {
            const text = print(terms);
            expect(parse(text).terms).toEqual(terms);
            const wanted = bruteForce(images, terms, adult, keys);
            for (const search of searches) {
              const rows = walk(search, { terms, adult, now, seed: 1000 }, limit);
              expect([text, adult, rows.map(({ key }) => ids.get(key))]).toEqual([text, adult, wanted.ids]);
            }
            searches.forEach((search, n) => {
              const counted = search.open({ terms, adult, now, seed: 1 }).count();
              const right = { total: wanted.ids.length, exact: true, hidden: wanted.hidden };
              if (n === 0 || counted.exact) expect([text, n, counted]).toEqual([text, n, right]);
              const drawn = search.open({ terms, adult, now, seed: 1 }).random(limit / 8);
              if (drawn === 'none') expect([text, wanted.ids]).toEqual([text, []]);
              else if (drawn !== 'later') expect(wanted.ids).toContain(ids.get(drawn));
            });
          }
        },
      ),
      { numRuns: runs },
    );
    // Long on a busy machine: eight searches in six ways over each library.
  }, 120_000);

  it('keeps its counts of names, whatever is written, blocked and removed', () => {
    const { database: db } = world.store;
    fc.assert(
      fc.property(
        library,
        fc.array(fc.tuple(fc.nat(20), fc.constantFrom('again', 'block', 'free', 'remove')), { maxLength: 12 }),
        library,
        (images, deeds, others) => {
          fill(world, images);
          for (const [n, deed] of deeds) {
            const id = images[n % Math.max(1, images.length)]?.image.id;
            if (id === undefined) continue;
            const other = others[n % Math.max(1, others.length)];
            if (deed === 'again' && other !== undefined) world.store.images.upsert([{ ...other.image, id }]);
            if (deed === 'block') db.prepare('UPDATE image SET blocked = 1 WHERE id = ?').run([id]);
            if (deed === 'free') db.prepare('UPDATE image SET blocked = 0 WHERE id = ?').run([id]);
            if (deed === 'remove') {
              db.prepare('DELETE FROM favorite WHERE image_id = ?').run([id]);
              db.prepare('DELETE FROM collection_image WHERE image_id = ?').run([id]);
              db.prepare('DELETE FROM image WHERE id = ?').run([id]);
            }
          }
          for (const table of ['tag', 'artist', 'site'])
            expect(
              db
                .prepare(
                  `SELECT name FROM ${table} WHERE images <> (SELECT count(*) FROM image_${table} AS l JOIN image AS i ON i.key = l.image_key AND i.blocked = 0 WHERE l.${table}_key = ${table}.key)
                   OR safe <> (SELECT count(*) FROM image_${table} AS l JOIN image AS i ON i.key = l.image_key AND i.blocked = 0 WHERE l.${table}_key = ${table}.key AND i.rating = 'safe')`,
                )
                .all([]),
            ).toEqual([]);
          expect(
            db.prepare('SELECT images - (SELECT count(*) FROM image WHERE blocked = 0) AS n FROM search_total').get([]),
          ).toMatchObject({ n: 0 });
          expect(
            db
              .prepare(
                `SELECT i.id FROM image AS i LEFT JOIN search_image AS s ON s.key = i.key WHERE (s.key IS NULL) <> i.blocked
                 OR (s.key IS NOT NULL AND (s.width <> i.width OR s.uploaded <> i.uploaded OR s.safe <> (i.rating = 'safe') OR s.cached <> (i.file_hash IS NOT NULL)))`,
              )
              .all([]),
          ).toEqual([]);
        },
      ),
      { numRuns: Math.ceil(runs / 3) },
    );
  });
});

it('keeps what it found out until a result may differ', () => {
  const { store } = openWith('10');
  const { database: db, search } = store;
  store.images.upsert([known(1, { tags: ['sky'] }), known(2, { tags: ['sea'] })]);
  const run = (sql: string) => () => void db.prepare(sql).run([]);
  const added = { hash: '1'.padEnd(64, '0'), bytes: 1, extension: 'png', width: 1, height: 1 };
  const changes: readonly (readonly [text: string, change: () => void, count: number])[] = [
    ['is:cached', () => store.files.attach('waifu-im:1', added, { dominantColor: null, hash: null }), 1],
    ['is:favorite', () => void store.favorites.like([{ id: 'waifu-im:2', at: now }]), 1],
    ['is:duplicate', run('INSERT INTO duplicate_member (image_key, group_key) VALUES (1, 1), (2, 1)'), 2],
    ['is:duplicate', run('DELETE FROM duplicate_member WHERE image_key = 1'), 1],
    [
      'collection:c',
      run(`INSERT INTO collection (name, created_at, position, query) VALUES ('C', 0, 0, 'tag:sky')`),
      1,
    ],
    ['collection:c', run(`UPDATE collection SET query = 'tag:none'`), 0],
    ['collection:d', run(`UPDATE collection SET name = 'D', query = NULL`), 0],
    [
      'collection:d',
      run(
        `INSERT INTO collection_image (collection_key, image_id, position) SELECT key, 'waifu-im:1', 0 FROM collection`,
      ),
      1,
    ],
    ['collection:d', run('UPDATE collection SET removed_at = 1'), 0],
    ['note:here', run(`INSERT INTO image_note (image_id, note, at) VALUES ('waifu-im:1', 'here', 0)`), 1],
    ['tag:land width:>1', () => store.images.upsert([known(2, { tags: ['land'] })]), 1],
    ['tag:land width:>1', run('UPDATE image SET blocked = 1 WHERE key = 2'), 0],
  ];
  const count = (text: string): number =>
    search.open({ terms: parse(text).terms, adult: true, now, seed: 1 }).count().total;
  for (const [text, change, wanted] of changes) {
    count(text);
    change();
    expect([text, count(text)]).toEqual([text, wanted]);
  }
});
