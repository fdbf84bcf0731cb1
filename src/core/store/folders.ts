import type { Rating } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import type { FolderCounts, FolderRepository, StoredFolder } from './folder-repository.ts';
import { createFolderPlaces } from './folder-places.ts';
import { createFolderScans } from './folder-scans.ts';
import type { ImageRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

interface Row {
  readonly key: number;
  readonly path: string;
  readonly mode: StoredFolder['mode'];
  readonly rating: string;
  readonly watch: number;
  readonly recursive: number;
  readonly of_pool: number;
  readonly picked: number;
  readonly scanned_at: number | null;
}
const columns = 'key, path, mode, rating, watch, recursive, of_pool, picked, scanned_at';

export function createFolderRepository(
  db: Database,
  parts: {
    readonly transaction: Transaction;
    readonly images: Pick<ImageRepository, 'upsert' | 'get'>;
    /** Hears of every image that changed, in its transaction. */
    readonly written: (id: string) => void;
  },
): FolderRepository {
  const list = db.prepare<Row>(`SELECT ${columns} FROM folder ORDER BY path`);
  const byKey = db.prepare<Row>(`SELECT ${columns} FROM folder WHERE key = ?`);
  const byPath = db.prepare<Row>(`SELECT ${columns} FROM folder WHERE path = ?`);
  const save = db.prepare(
    `INSERT INTO folder (path, mode, rating, watch, recursive, of_pool, picked, added_at)
     VALUES (:path, :mode, :rating, :watch, :recursive, :of_pool, :picked, :at)
     ON CONFLICT (path) DO UPDATE SET mode = excluded.mode, rating = excluded.rating, watch = excluded.watch,
       recursive = excluded.recursive, of_pool = excluded.of_pool, picked = excluded.picked`,
  );
  const readAgain = db.prepare('UPDATE folder_file SET todo = 1 WHERE folder_key = ? AND missing = 0 AND todo = 0');
  const remove = db.prepare('DELETE FROM folder WHERE key = ?');
  const counts = db.prepare<FolderCounts>(
    `SELECT count(*) FILTER (WHERE ff.hash IS NOT NULL AND ff.missing = 0) AS pictures,
            count(*) FILTER (WHERE ff.image_id IS NOT NULL AND ff.missing = 1 AND NOT EXISTS (
              SELECT 1 FROM folder_file AS other WHERE other.image_id = ff.image_id AND other.missing = 0
                AND other.hash IS NOT NULL)) AS missing,
            count(*) FILTER (WHERE ff.failure IS NOT NULL AND ff.missing = 0) AS failed,
            count(*) FILTER (WHERE ff.hash IS NOT NULL AND ff.missing = 0 AND coalesce(ff.said, ff.told, f.rating) <> 'safe') AS adult
     FROM folder AS f JOIN folder_file AS ff ON ff.folder_key = f.key WHERE f.key = ?`,
  );
  const failures = db.prepare<{ path: string; reason: string }>(
    `SELECT path, failure AS reason FROM folder_file
     WHERE folder_key = ? AND failure IS NOT NULL AND missing = 0 ORDER BY key LIMIT ?`,
  );
  const find = (row: Row | undefined): StoredFolder | null => (row === undefined ? null : folderFrom(row));

  return {
    list: () => list.all([]).map(folderFrom),
    get: (key) => find(byKey.get([key])),
    byPath: (path) => find(byPath.get([path])),
    save(folder, at) {
      const before = find(byPath.get([folder.path]));
      save.run({
        path: folder.path,
        mode: folder.mode,
        rating: folder.rating,
        watch: Number(folder.watch),
        recursive: Number(folder.recursive),
        of_pool: Number(folder.ofPool),
        picked: Number(folder.picked),
        at,
      });
      const saved = find(byPath.get([folder.path]));
      if (saved === null) throw new Error('A folder was written and is not there.');
      // What was only known of so far is to be copied.
      if (before?.mode === 'reference' && saved.mode === 'copy') readAgain.run([saved.key]);
      return saved;
    },
    remove: (key) => void remove.run([key]),
    counts(key) {
      const row = counts.get([key]);
      return {
        pictures: row?.pictures ?? 0,
        missing: row?.missing ?? 0,
        failed: row?.failed ?? 0,
        adult: row?.adult ?? 0,
      };
    },
    failures: (key, limit) => failures.all([key, limit]).map(({ path, reason }) => ({ path, reason })),
    ...createFolderScans(db, parts),
    ...createFolderPlaces(db, parts),
  };
}

function folderFrom(row: Row): StoredFolder {
  const rating: Rating = row.rating === 'safe' ? 'safe' : 'adult';
  return {
    key: row.key,
    path: row.path,
    mode: row.mode,
    rating,
    watch: row.watch === 1,
    recursive: row.recursive === 1,
    ofPool: row.of_pool === 1,
    picked: row.picked === 1,
    scannedAt: row.scanned_at,
  };
}
