import type { ImageId, Rating } from '../../shared/model.ts';
import { colorNumbers } from '../../shared/search/oklab.ts';
import type { Database } from './driver.ts';
import type { FolderRepository, StoredFolder } from './folder-repository.ts';
import { createRefresh } from './folder-refresh.ts';
import { fileColumns, fileFrom, type FileRow } from './folder-scans.ts';
import type { ImageRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

type Places = Pick<
  FolderRepository,
  | 'settle'
  | 'done'
  | 'restamp'
  | 'refuse'
  | 'gone'
  | 'imageOf'
  | 'hashOf'
  | 'placesOf'
  | 'rateAgain'
  | 'dropFiles'
  | 'dropMissing'
  | 'letCopiesGo'
  | 'forget'
>;

interface PlaceRow extends FileRow {
  readonly root: string;
  readonly mode: StoredFolder['mode'];
}

/** Which image a file is: by content first, by where it lies second. */
export function createFolderPlaces(
  db: Database,
  parts: {
    readonly transaction: Transaction;
    readonly images: Pick<ImageRepository, 'upsert' | 'get'>;
    readonly written: (id: ImageId) => void;
  },
): Places {
  const { transaction, images, written } = parts;
  const refresh = createRefresh(db, written);
  const place = db.prepare<PlaceRow>(
    `SELECT ${fileColumns}, f.path AS root, f.mode AS mode FROM folder_file AS ff JOIN folder AS f ON f.key = ff.folder_key
     WHERE ff.key = ?`,
  );
  const imageOf = db.prepare<{ id: string }>('SELECT image_id AS id FROM local_image WHERE hash = ?');
  // Of a time when local pictures were known by their path: what was copied can still be told by its content.
  const copied = db.prepare<{ id: string }>(
    `SELECT id FROM image WHERE file_hash = ? AND provider = 'local'
       AND NOT EXISTS (SELECT 1 FROM local_image WHERE image_id = image.id) ORDER BY key LIMIT 1`,
  );
  const hashOf = db.prepare<{ hash: string }>('SELECT hash FROM local_image WHERE image_id = ?');
  const exists = db.prepare<{ key: number }>('SELECT key FROM image WHERE id = ?');
  const elsewhere = db.prepare<{ n: number }>(
    'SELECT count(*) AS n FROM folder_file WHERE image_id = ? AND key <> ? AND missing = 0 AND hash IS NOT NULL',
  );
  const otherRatings = db.prepare<{ n: number }>(
    `SELECT count(*) AS n FROM folder_file AS ff JOIN folder AS f ON f.key = ff.folder_key
     WHERE ff.image_id = ? AND ff.key <> ? AND ff.hash IS NOT NULL AND coalesce(ff.said, ff.told, f.rating) <> 'safe'`,
  );
  const ratingOfFolder = db.prepare<{ rating: string }>(
    'SELECT ifnull(ff.told, f.rating) AS rating FROM folder AS f JOIN folder_file AS ff ON ff.folder_key = f.key WHERE ff.key = ?',
  );
  const facts = db.prepare(
    `UPDATE image SET dominant_color = :color, color_l = :l, color_a = :a, color_b = :b, color_family = :family, own_hash = :own
     WHERE id = :id`,
  );
  // The copy in pictures/ is of what it was.
  const letCopyGo = db.prepare(
    'UPDATE image SET file_hash = NULL WHERE id = ? AND file_hash IS NOT NULL AND file_hash <> ?',
  );
  const know = db.prepare(
    'INSERT INTO local_image (image_id, hash) VALUES (?, ?) ON CONFLICT (image_id) DO UPDATE SET hash = excluded.hash',
  );
  const settle = db.prepare(
    `UPDATE folder_file SET hash = :hash, image_id = :image, said = :said, failure = NULL, missing = 0, todo = :todo WHERE key = :key`,
  );
  const done = db.prepare('UPDATE folder_file SET todo = 0 WHERE key = ?');
  const restamp = db.prepare('UPDATE folder_file SET bytes = ?, mtime = ? WHERE key = ?');
  const refuse = db.prepare('UPDATE folder_file SET hash = NULL, failure = ?, todo = ?, missing = 0 WHERE key = ?');
  const gone = db.prepare('UPDATE folder_file SET missing = 1, todo = 0 WHERE key = ?');
  const places = db.prepare<PlaceRow>(
    `SELECT ${fileColumns}, f.path AS root, f.mode AS mode FROM folder_file AS ff JOIN folder AS f ON f.key = ff.folder_key
     WHERE ff.image_id = ? ORDER BY ff.missing, ff.hash IS NULL, ff.key`,
  );
  const page = db.prepare<{ key: number; id: string }>(
    'SELECT key, image_id AS id FROM folder_file WHERE folder_key = ? AND key > ? AND image_id IS NOT NULL ORDER BY key LIMIT ?',
  );
  const some = db.prepare<{ key: number; id: string | null }>(
    'SELECT key, image_id AS id FROM folder_file WHERE folder_key = ? LIMIT ?',
  );
  const someMissing = db.prepare<{ key: number; id: string | null }>(
    'SELECT key, image_id AS id FROM folder_file WHERE folder_key = ? AND missing = 1 LIMIT ?',
  );
  const drop = db.prepare('DELETE FROM folder_file WHERE key = ?');
  const unkeep = db.prepare('UPDATE image SET kept = 0 WHERE id = ? AND kept = 1');
  const dropImage = db.prepare(
    `DELETE FROM image WHERE id = ? AND provider = 'local' AND file_hash IS NULL AND kept = 0
       AND merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM image AS m WHERE m.merged_into = image.key)
       AND NOT EXISTS (SELECT 1 FROM duplicate_apart WHERE low = image.key OR high = image.key)
       AND NOT EXISTS (SELECT 1 FROM folder_file WHERE image_id = image.id)
       AND NOT EXISTS (SELECT 1 FROM favorite WHERE image_id = image.id)
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE image_id = image.id)
       AND NOT EXISTS (SELECT 1 FROM collection_image WHERE image_id = image.id)
       AND NOT EXISTS (SELECT 1 FROM image_note WHERE image_id = image.id)
       AND NOT EXISTS (SELECT 1 FROM block WHERE kind = 'image' AND value = image.id)
       AND NOT EXISTS (SELECT 1 FROM wallpaper WHERE image_id = image.id)`,
  );

  /** The image a file with this content is. */
  function imageFor(row: PlaceRow, hash: string): ImageId {
    const known = imageOf.get([hash])?.id ?? copied.get([hash])?.id;
    if (known !== undefined) return known;
    // Edited where it lies: it is still that picture, unless another file is. A copy in the library is never replaced.
    const before = row.image_id;
    const edited =
      before !== null &&
      row.missing === 0 &&
      row.mode === 'reference' &&
      (elsewhere.get([before, row.key])?.n ?? 0) === 0;
    if (edited) return before;
    for (let n = 0; ; n += 1) {
      const id = `local:${hash.slice(0, 32)}${n === 0 ? '' : `-${n}`}`;
      // Taken by a picture that has become another one since.
      if (exists.get([id]) === undefined) return id;
    }
  }

  function ratingOf(id: ImageId, file: number, said: Rating | null): Rating {
    const here = said ?? ratingOfFolder.get([file])?.rating;
    return here === 'safe' && (otherRatings.get([id, file])?.n ?? 0) === 0 ? 'safe' : 'adult';
  }

  const dropRows = (find: () => readonly { key: number; id: string | null }[]): readonly ImageId[] | null =>
    transaction(() => {
      const rows = find();
      for (const { key } of rows) drop.run([key]);
      const ids = [...new Set(rows.flatMap(({ id }) => id ?? []))];
      for (const id of ids) refresh(id);
      return rows.length === 0 ? null : ids;
    });

  return {
    settle: (file, read, isDone) =>
      transaction(() => {
        const row = place.get([file]);
        if (row === undefined) return null;
        const id = imageFor(row, read.hash);
        const known = images.get(id);
        images.upsert([
          {
            ...read.describe(known),
            id,
            provider: 'local',
            remoteId: id.slice('local:'.length),
            rating: ratingOf(id, file, read.said),
          },
        ]);
        if (read.facts !== null) {
          const { dominantColor: color, ownHash: own } = read.facts;
          const numbers = colorNumbers(color) ?? { l: null, a: null, b: null, family: null };
          const { l, a, b, family } = numbers;
          facts.run({ id, color, l, a, b, family, own });
        }
        letCopyGo.run([id, read.hash]);
        know.run([id, read.hash]);
        settle.run({ key: file, hash: read.hash, image: id, said: read.said, todo: isDone ? 0 : 2 });
        if (row.image_id !== null && row.image_id !== id) refresh(row.image_id);
        refresh(id);
        return { image: id, added: known === null };
      }),
    done: (file) => void done.run([file]),
    restamp: (file, bytes, mtime) => void restamp.run([bytes, mtime, file]),
    refuse: (file, reason, retry) =>
      transaction(() => {
        refuse.run([reason, retry ? 1 : 0, file]);
        const image = place.get([file])?.image_id;
        if (image !== null && image !== undefined) refresh(image);
      }),
    gone: (file) =>
      transaction(() => {
        gone.run([file]);
        const image = place.get([file])?.image_id;
        if (image !== null && image !== undefined) refresh(image);
      }),
    imageOf: (hash) => imageOf.get([hash])?.id ?? null,
    hashOf: (id) => hashOf.get([id])?.hash ?? null,
    placesOf: (id) => places.all([id]).map((row) => ({ ...fileFrom(row), root: row.root, mode: row.mode })),
    rateAgain: (folder, after, limit) =>
      transaction(() => {
        const rows = page.all([folder, after, limit]);
        for (const { id } of rows) {
          const image = images.get(id);
          const rating = (otherRatings.get([id, 0])?.n ?? 0) === 0 ? 'safe' : 'adult';
          if (image !== null && image.rating !== rating) images.upsert([{ ...image, rating }]);
        }
        return rows.length < limit ? null : (rows.at(-1)?.key ?? null);
      }),
    dropFiles: (folder, limit) => dropRows(() => some.all([folder, limit])),
    dropMissing: (folder, limit) => dropRows(() => someMissing.all([folder, limit])),
    letCopiesGo: (ids) => transaction(() => ids.forEach((id) => unkeep.run([id]))),
    forget: (ids) => transaction(() => ids.reduce((n, id) => n + dropImage.run([id]).changes, 0)),
  };
}
