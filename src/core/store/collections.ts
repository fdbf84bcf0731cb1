import type { ImageId } from '../../shared/model.ts';
import type { Database, SqlValue } from './driver.ts';
import type { Transaction } from './transaction.ts';

/** A collection as it is kept. What is removed is not there, but for `revive`. */
export interface StoredCollection {
  readonly id: number;
  readonly name: string;
  readonly notes: string;
  readonly query: string | null;
  readonly cover: ImageId | null;
  readonly position: number;
  /** Of those put in by hand. */
  readonly images: number;
}
export type CollectionFields = Pick<StoredCollection, 'name' | 'notes' | 'query' | 'cover' | 'position'>;

/** Where an image is in a collection; equal positions are told apart by the id. */
export interface CollectionPlace {
  readonly image: ImageId;
  readonly position: number;
}

/** Collections, ordered by hand, with gaps between positions. Changes are made by operations of edits (`core/collections`): callers hold a transaction. */
export interface CollectionRepository {
  /** In their order. */
  list(): readonly StoredCollection[];
  get(id: number): StoredCollection | null;
  named(name: string): number | null;
  /** At the end of the collections. The name must be free. Answers its number. */
  insert(collection: { readonly name: string; readonly query: string | null; readonly at: number }): number;
  write(id: number, fields: Partial<CollectionFields>): void;
  /** Out of sight; its images stay in it. */
  bury(id: number, at: number): void;
  /** The name of a removed collection; null where there is none (any more). */
  buried(id: number): string | null;
  revive(id: number, name: string): void;
  /** A removed collection can never come back: `sweep` deletes it. */
  forget(id: number): void;
  /** Deletes some rows of forgotten collections. Answers whether there is more to do. */
  sweep(limit: number): boolean;

  /** In their order, after a place. */
  after(id: number, place: CollectionPlace | null, limit: number): readonly CollectionPlace[];
  /** Backwards, before a place; null is the end. */
  before(id: number, place: CollectionPlace | null, limit: number): readonly CollectionPlace[];
  /** Those of the images that are in it. */
  places(id: number, images: readonly ImageId[]): readonly CollectionPlace[];
  /** Puts images at places, whether they were in it or not. Answers those that the library does not know. */
  put(id: number, places: readonly CollectionPlace[]): readonly ImageId[];
  take(id: number, images: readonly ImageId[]): void;
  /** The first that may be seen. */
  covers(id: number, adult: boolean, limit: number): readonly ImageId[];
  /** The collections an image was put in. */
  of(image: ImageId): readonly number[];
}

const step = 1 << 20;

export function createCollectionRepository(
  db: Database,
  { transaction }: { readonly transaction: Transaction },
): CollectionRepository {
  const select = `SELECT key AS id, name, notes, query, cover_id AS cover, position,
    (SELECT count(*) FROM collection_image WHERE collection_key = key) AS images FROM collection`;
  const list = db.prepare<StoredCollection>(`${select} WHERE removed_at IS NULL ORDER BY position, key`);
  const get = db.prepare<StoredCollection>(`${select} WHERE key = ? AND removed_at IS NULL`);
  const named = db.prepare<{ key: number }>('SELECT key FROM collection WHERE name = ? AND removed_at IS NULL');
  const insert = db.prepare(
    `INSERT INTO collection (name, created_at, position, query)
     VALUES (:name, :at, (SELECT ifnull(max(position), 0) + ${step} FROM collection WHERE removed_at IS NULL), :query)`,
  );
  const columns = { name: 'name', notes: 'notes', query: 'query', cover: 'cover_id', position: 'position' } as const;
  const writes = Object.fromEntries(
    Object.entries(columns).map(([field, column]) => [
      field,
      db.prepare(`UPDATE collection SET ${column} = :value WHERE key = :id`),
    ]),
  );
  const bury = db.prepare('UPDATE collection SET removed_at = :at WHERE key = :id AND removed_at IS NULL');
  const buried = db.prepare<{ name: string }>(
    'SELECT name FROM collection WHERE key = ? AND removed_at IS NOT NULL AND gone = 0',
  );
  const revive = db.prepare('UPDATE collection SET removed_at = NULL, name = :name WHERE key = :id');
  const forget = db.prepare('UPDATE collection SET gone = 1 WHERE key = ? AND removed_at IS NOT NULL');
  const gone = db.prepare<{ key: number }>('SELECT key FROM collection WHERE gone = 1 LIMIT 1');
  const empty = db.prepare(
    `DELETE FROM collection_image WHERE collection_key = :id
     AND image_id IN (SELECT image_id FROM collection_image WHERE collection_key = :id LIMIT :limit)`,
  );
  const drop = db.prepare('DELETE FROM collection WHERE key = ? AND gone = 1');

  const place = 'SELECT image_id, position FROM collection_image WHERE collection_key = :id';
  const first = db.prepare<PlaceRow>(`${place} ORDER BY position, image_id LIMIT :limit`);
  const last = db.prepare<PlaceRow>(`${place} ORDER BY position DESC, image_id DESC LIMIT :limit`);
  const after = db.prepare<PlaceRow>(
    `${place} AND (position, image_id) > (:position, :image) ORDER BY position, image_id LIMIT :limit`,
  );
  const before = db.prepare<PlaceRow>(
    `${place} AND (position, image_id) < (:position, :image) ORDER BY position DESC, image_id DESC LIMIT :limit`,
  );
  const given = 'SELECT value FROM json_each(:images)';
  const places = db.prepare<PlaceRow>(`${place} AND image_id IN (${given}) ORDER BY position, image_id`);
  const unknown = db.prepare<{ value: string }>(`${given} WHERE value NOT IN (SELECT id FROM image WHERE id = value)`);
  const put = db.prepare(
    `INSERT INTO collection_image (collection_key, image_id, position)
     SELECT :id, value ->> 0, value ->> 1 FROM json_each(:places) WHERE EXISTS (SELECT 1 FROM image WHERE id = value ->> 0)
     ON CONFLICT (collection_key, image_id) DO UPDATE SET position = excluded.position`,
  );
  const take = db.prepare(`DELETE FROM collection_image WHERE collection_key = :id AND image_id IN (${given})`);
  const covers = db.prepare<{ image_id: string }>(
    `SELECT c.image_id FROM collection_image AS c JOIN image AS i ON i.id = c.image_id
     WHERE c.collection_key = :id AND i.blocked = 0 AND (:adult OR i.rating = 'safe') ORDER BY c.position, c.image_id LIMIT :limit`,
  );
  const of = db.prepare<{ key: number }>(
    `SELECT c.key FROM collection_image AS p JOIN collection AS c ON c.key = p.collection_key
     WHERE p.image_id = ? AND c.removed_at IS NULL ORDER BY c.position, c.key`,
  );

  const beside = (
    [end, from]: readonly [typeof first, typeof after],
    id: number,
    at: CollectionPlace | null,
    limit: number,
  ): readonly CollectionPlace[] =>
    (at === null ? end.all({ id, limit }) : from.all({ id, limit, image: at.image, position: at.position })).map(
      placeFrom,
    );

  return {
    list: () => list.all([]).map(collectionFrom),
    get(id) {
      const row = get.get([id]);
      return row === undefined ? null : collectionFrom(row);
    },
    named: (name) => named.get([name])?.key ?? null,
    insert(collection) {
      insert.run(collection);
      const made = named.get([collection.name]);
      if (made === undefined) throw new Error('A collection was written and is not there.');
      return made.key;
    },
    write(id, fields) {
      for (const [field, value] of Object.entries(fields)) writes[field]?.run({ id, value: value as SqlValue });
    },
    bury: (id, at) => void bury.run({ id, at }),
    buried: (id) => buried.get([id])?.name ?? null,
    revive: (id, name) => void revive.run({ id, name }),
    forget: (id) => void forget.run([id]),
    sweep: (limit) =>
      transaction(() => {
        const row = gone.get([]);
        if (row === undefined) return false;
        if (empty.run({ id: row.key, limit }).changes < limit) drop.run([row.key]);
        return gone.get([]) !== undefined;
      }),

    after: (id, at, limit) => beside([first, after], id, at, limit),
    before: (id, at, limit) => beside([last, before], id, at, limit),
    places: (id, images) => places.all({ id, images: JSON.stringify(images) }).map(placeFrom),
    put(id, wanted) {
      put.run({ id, places: JSON.stringify(wanted.map(({ image, position }) => [image, position])) });
      return unknown.all({ images: JSON.stringify(wanted.map(({ image }) => image)) }).map(({ value }) => value);
    },
    take: (id, images) => void take.run({ id, images: JSON.stringify(images) }),
    covers: (id, adult, limit) => covers.all({ id, adult: adult ? 1 : 0, limit }).map(({ image_id }) => image_id),
    of: (image) => of.all([image]).map(({ key }) => key),
  };
}

interface PlaceRow {
  readonly image_id: string;
  readonly position: number;
}

function placeFrom({ image_id, position }: PlaceRow): CollectionPlace {
  return { image: image_id, position };
}

function collectionFrom(row: StoredCollection): StoredCollection {
  const { id, name, notes, query, cover, position, images } = row;
  return { id, name, notes, query, cover, position, images };
}
