import { fold } from '../../../shared/search/fold.ts';
import type { Database } from '../driver.ts';

/** The image, and what its rows in the link tables repeat of it. `known`: it has been there before. */
export interface Linked {
  readonly key: number;
  readonly uploaded: number;
  readonly width: number;
  readonly rating: string;
  readonly known: boolean;
}

/** Writes which tags, artists and sites an image has; what it had before is replaced as a whole. */
export interface ImageWords {
  tags(image: Linked, names: readonly string[]): void;
  artists(image: Linked, names: readonly string[]): void;
  sites(image: Linked, names: readonly string[]): void;
}

export function createImageWords(db: Database): ImageWords {
  return {
    tags: linker(db, 'tag', 'name'),
    artists: linker(db, 'artist', 'folded'),
    sites: linker(db, 'site', 'folded'),
  };
}

/** Tags are known by their very name; artists and sites by what it is compared by. */
function linker(db: Database, table: 'tag' | 'artist' | 'site', by: 'name' | 'folded') {
  const drop = db.prepare(`DELETE FROM image_${table} WHERE image_key = ?`);
  const find = db.prepare<{ key: number }>(`SELECT key FROM ${table} WHERE ${by} = ?`);
  const add = db.prepare(`INSERT INTO ${table} (name, folded) VALUES (?, ?)`);
  const link = db.prepare(
    `INSERT INTO image_${table} (${table}_key, uploaded, image_key, width, rating)
     VALUES (:key, :uploaded, :image, :width, :rating) ON CONFLICT DO NOTHING`,
  );
  return ({ key: image, uploaded, width, rating, known }: Linked, names: readonly string[]): void => {
    if (known) drop.run([image]);
    for (const name of names) {
      const folded = fold(name);
      if (folded === '' && by === 'folded') continue;
      const same = by === 'name' ? name : folded;
      let key = find.get([same])?.key;
      if (key === undefined) {
        add.run([name, folded]);
        key = find.get([same])?.key;
      }
      if (key === undefined) throw new Error(`The ${table} ${name} was written and is not there.`);
      link.run({ key, uploaded, image, width, rating });
    }
  };
}
