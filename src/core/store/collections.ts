import type { Collection } from '../../shared/rotation.ts';
import type { Database } from './driver.ts';
import type { CollectionRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

export function createCollectionRepository(
  db: Database,
  { transaction }: { readonly transaction: Transaction },
): CollectionRepository {
  const columns = `key AS id, name, (SELECT count(*) FROM collection_image WHERE collection_key = key) AS images`;
  const list = db.prepare<Collection>(`SELECT ${columns} FROM collection ORDER BY position, key`);
  const get = db.prepare<Collection>(`SELECT ${columns} FROM collection WHERE key = ?`);
  const named = db.prepare<{ key: number }>('SELECT key FROM collection WHERE name = ?');
  const create = db.prepare(`INSERT INTO collection (name, created_at, position)
     VALUES (?, ?, (SELECT ifnull(max(position), 0) + 1048576 FROM collection))`);
  const rename = db.prepare('UPDATE collection SET name = :name WHERE key = :id');
  const remove = db.prepare('DELETE FROM collection WHERE key = ?');
  const images = db.prepare<{ image_id: string }>(
    'SELECT image_id FROM collection_image WHERE collection_key = ? ORDER BY position, image_id',
  );
  const last = db.prepare<{ n: number }>(
    'SELECT ifnull(max(position), 0) AS n FROM collection_image WHERE collection_key = ?',
  );
  const add = db.prepare(
    `INSERT INTO collection_image (collection_key, image_id, position)
     SELECT :collection, id, :position FROM image WHERE id = :image ON CONFLICT DO NOTHING`,
  );
  const take = db.prepare(
    'DELETE FROM collection_image WHERE collection_key = :id AND image_id IN (SELECT value FROM json_each(:images))',
  );
  const read = (id: number): Collection | null => collectionFrom(get.get([id]));

  return {
    list: () => list.all([]).flatMap((row) => collectionFrom(row) ?? []),
    get: read,
    create: (name, at) =>
      transaction(() => {
        if (named.get([name]) !== undefined) return null;
        create.run([name, at]);
        const made = named.get([name]);
        return made === undefined ? null : read(made.key);
      }),
    rename: (id, name) =>
      transaction(() => {
        const owner = named.get([name]);
        if (owner !== undefined && owner.key !== id) return 'taken';
        return rename.run({ id, name }).changes > 0 ? 'done' : 'missing';
      }),
    remove: (id) => remove.run([id]).changes > 0,
    images: (id) => images.all([id]).map(({ image_id }) => image_id),
    add(id, ids) {
      transaction(() => {
        let position = last.get([id])?.n ?? 0;
        for (const image of ids)
          position += 1048576 * add.run({ collection: id, image, position: position + 1048576 }).changes;
      });
    },
    take: (id, ids) => void take.run({ id, images: JSON.stringify(ids) }),
  };
}

function collectionFrom(row: Collection | undefined): Collection | null {
  return row === undefined ? null : { id: row.id, name: row.name, images: row.images };
}
