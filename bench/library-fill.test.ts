import { expect, it } from 'vitest';
import { chooseDriver, type Database } from '../src/core/store/driver.ts';
import { openTestStore } from '../src/core/store/testing.ts';
import { fillLibrary, libraryImages } from './library-fill.ts';

/** All that a search goes by. Names have other keys where they were written in another order. */
function contents(db: Database): Readonly<Record<string, readonly unknown[]>> {
  db.exec(`CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_text, instance)`);
  const linked = (table: string): string =>
    `SELECT t.name, l.uploaded, l.image_key, l.width, l.rating FROM image_${table} AS l JOIN ${table} AS t ON t.key = l.${table}_key ORDER BY 3, 1`;
  const named = (table: string): string => `SELECT name, folded, images, safe FROM ${table} ORDER BY name`;
  const held = (table: string, kind: number): string =>
    `SELECT t.name FROM vocabulary AS v JOIN ${table} AS t ON t.key = v.rowid / 4
     WHERE vocabulary MATCH 'ner' AND v.rowid % 4 = ${kind} ORDER BY 1`;
  const ask = {
    image: 'SELECT * FROM image ORDER BY key',
    search: 'SELECT * FROM search_image ORDER BY key',
    total: 'SELECT images, safe FROM search_total',
    words: 'SELECT term, doc, col, offset FROM temp.words ORDER BY 1, 2, 3, 4',
    files: 'SELECT hash, bytes, class, origin FROM file ORDER BY hash',
    disk: 'SELECT * FROM disk_total WHERE files > 0 ORDER BY class, origin',
    favorites: 'SELECT * FROM favorite ORDER BY image_id',
    ...Object.fromEntries(
      ['tag', 'artist', 'site'].flatMap((table, kind) => [
        [table, named(table)],
        [`image_${table}`, linked(table)],
        [`held_${table}`, held(table, kind)],
      ]),
    ),
    schema: 'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name',
  };
  return Object.fromEntries(Object.entries(ask).map(([name, sql]) => [name, db.prepare(sql).all([])]));
}

it('fills a library as the store itself would', () => {
  const count = 400;
  const { store, clock, close } = openTestStore();
  const filled = chooseDriver().open(':memory:');
  try {
    store.transaction(() => {
      for (const { image, added, file, liked } of libraryImages(count)) {
        clock.time = added;
        store.images.upsert([image]);
        const { id, bytes, extension, width, height } = image;
        if (file !== null)
          store.files.attach(
            id,
            { hash: file, bytes: bytes ?? 0, extension, width, height },
            { dominantColor: null, hash: null },
          );
        if (liked !== null) store.favorites.like([{ id, at: liked }]);
      }
    });
    fillLibrary(filled, count);
    const [made, wanted] = [contents(filled), contents(store.database)];
    expect(Object.keys(made)).toEqual(Object.keys(wanted));
    for (const name of Object.keys(wanted)) {
      expect([name, made[name]?.length]).toEqual([name, wanted[name]?.length]);
      expect([name, made[name]]).toEqual([name, wanted[name]]);
    }
    expect(made['image']).toHaveLength(count);
    expect(made['words']?.length).toBeGreaterThan(count);
    expect(made['held_tag']?.length).toBeGreaterThan(3);
  } finally {
    filled.close();
    close();
  }
});
