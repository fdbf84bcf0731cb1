import type { Database } from './driver.ts';
import type { FolderFile, FolderRepository, SeenFile } from './folder-repository.ts';
import { createRefresh } from './folder-refresh.ts';
import type { Transaction } from './transaction.ts';

type Scans = Pick<
  FolderRepository,
  | 'begin'
  | 'ended'
  | 'seen'
  | 'seenSidecars'
  | 'spare'
  | 'sweep'
  | 'spreadSidecars'
  | 'toRead'
  | 'toReadCount'
  | 'file'
  | 'sidecarsOf'
  | 'pick'
  | 'unpick'
  | 'paths'
  | 'sidecarNames'
>;

export interface FileRow {
  readonly key: number;
  readonly folder_key: number;
  readonly path: string;
  readonly bytes: number;
  readonly mtime: number;
  readonly missing: number;
  readonly todo: number;
  readonly hash: string | null;
  readonly image_id: string | null;
}
export const fileColumns =
  'ff.key, ff.folder_key, ff.path, ff.bytes, ff.mtime, ff.missing, ff.todo, ff.hash, ff.image_id';

/** What a scan has seen of a folder, compared with what was there before. */
export function createFolderScans(
  db: Database,
  { transaction, written }: { readonly transaction: Transaction; readonly written: (id: string) => void },
): Scans {
  const refresh = createRefresh(db, written);
  const count = db.prepare('UPDATE folder SET scan = scan + 1 WHERE key = ?');
  const scanOf = db.prepare<{ scan: number }>('SELECT scan FROM folder WHERE key = ?');
  const ended = db.prepare('UPDATE folder SET scanned_at = ? WHERE key = ?');
  const file = db.prepare<FileRow>(
    `SELECT ${fileColumns} FROM folder_file AS ff WHERE ff.folder_key = ? AND ff.path = ?`,
  );
  const add = db.prepare(
    `INSERT INTO folder_file (folder_key, path, stem, bytes, mtime, scan, todo)
     VALUES (:folder, :path, :stem, :bytes, :mtime, :scan, 1)`,
  );
  const same = db.prepare('UPDATE folder_file SET scan = ?, missing = 0, todo = min(todo, 1) WHERE key = ?');
  // One that was missing stays so until it is read: what came back under its name may be another picture.
  const changed = db.prepare(
    'UPDATE folder_file SET scan = :scan, bytes = :bytes, mtime = :mtime, todo = 1, failure = NULL WHERE key = :key',
  );
  const sidecar = db.prepare(
    `INSERT INTO folder_sidecar (folder_key, path, bytes, mtime, scan, todo) VALUES (:folder, :path, :bytes, :mtime, :scan, 1)
     ON CONFLICT (folder_key, path) DO UPDATE SET scan = excluded.scan,
       todo = CASE WHEN bytes <> excluded.bytes OR mtime <> excluded.mtime THEN 1 ELSE todo END,
       bytes = excluded.bytes, mtime = excluded.mtime`,
  );
  const below = 'path >= :prefix AND path < :prefix || char(0x10ffff)';
  const spare = db.prepare(`UPDATE folder_file SET scan = :scan WHERE folder_key = :folder AND ${below}`);
  const spareSidecars = db.prepare(`UPDATE folder_sidecar SET scan = :scan WHERE folder_key = :folder AND ${below}`);
  const unseen = db.prepare<{ key: number; image_id: string | null }>(
    `SELECT key, image_id FROM folder_file
     WHERE folder_key = :folder AND missing = 0 AND scan < :scan AND ${below} LIMIT :limit`,
  );
  const miss = db.prepare('UPDATE folder_file SET missing = 1, todo = 0 WHERE key = ?');
  const neverRead = db.prepare('DELETE FROM folder_file WHERE key = ? AND image_id IS NULL');
  const dropSidecars = db.prepare(
    `DELETE FROM folder_sidecar WHERE folder_key = :folder AND path IN (
       SELECT path FROM folder_sidecar WHERE folder_key = :folder AND scan < :scan AND ${below} LIMIT :limit)`,
  );
  const news = db.prepare<{ path: string }>(
    'SELECT path FROM folder_sidecar WHERE folder_key = ? AND todo = 1 LIMIT ?',
  );
  const told = db.prepare('UPDATE folder_sidecar SET todo = 0 WHERE folder_key = ? AND path = ?');
  const tellOwners = db.prepare(
    'UPDATE folder_file SET todo = 1 WHERE folder_key = :folder AND (path = :path OR stem = :path) AND missing = 0',
  );
  const tellAll = db.prepare(`UPDATE folder_file SET todo = 1 WHERE folder_key = :folder AND ${below} AND missing = 0`);
  const toRead = {
    new: db.prepare<FileRow>(
      `SELECT ${fileColumns} FROM folder_file AS ff
       WHERE ff.folder_key = ? AND ff.todo = 1 AND ff.key > ? AND (ff.image_id IS NULL OR ff.missing = 1) ORDER BY ff.key LIMIT ?`,
    ),
    known: db.prepare<FileRow>(
      `SELECT ${fileColumns} FROM folder_file AS ff
       WHERE ff.folder_key = ? AND ff.todo = 1 AND ff.key > ? AND ff.image_id IS NOT NULL AND ff.missing = 0 ORDER BY ff.key LIMIT ?`,
    ),
  };
  const toReadCount = db.prepare<{ n: number }>(
    'SELECT count(*) AS n FROM folder_file WHERE folder_key = ? AND todo > 0',
  );
  const tell = db.prepare(
    'UPDATE folder_file SET told = :told, todo = 1 WHERE folder_key = :folder AND path = :path AND told IS NOT :told',
  );
  const unpick = db.prepare('DELETE FROM folder_file WHERE folder_key = ? AND path = ?');
  const paths = db.prepare<{ key: number; path: string }>(
    'SELECT key, path FROM folder_file WHERE folder_key = ? AND key > ? ORDER BY key LIMIT ?',
  );
  const sidecars = db.prepare<SeenFile>(
    'SELECT path, bytes, mtime FROM folder_sidecar WHERE folder_key = ? AND path IN (SELECT value FROM json_each(?))',
  );

  const seen: Scans['seen'] = (folder, scan, files) => {
    let news = 0;
    const back: string[] = [];
    transaction(() => {
      for (const { path, bytes, mtime } of files) {
        const before = file.get([folder, path]);
        if (before === undefined) {
          add.run({ folder, path, stem: stemOf(path), bytes, mtime, scan });
          news += 1;
        } else if (before.bytes === bytes && before.mtime === mtime) {
          same.run([scan, before.key]);
          if (before.missing === 1 && before.image_id !== null) {
            refresh(before.image_id);
            back.push(before.image_id);
          }
        } else {
          changed.run({ key: before.key, bytes, mtime, scan });
          news += 1;
        }
      }
    });
    return { changed: news, back };
  };

  return {
    begin(folder) {
      count.run([folder]);
      return scanOf.get([folder])?.scan ?? 0;
    },
    ended: (folder, at) => void ended.run([at, folder]),
    seen,
    seenSidecars(folder, scan, files) {
      if (files.length === 0) return;
      transaction(() => {
        for (const { path, bytes, mtime } of files) sidecar.run({ folder, path, bytes, mtime, scan });
      });
    },
    spare(folder, scan, prefix) {
      transaction(() => {
        spare.run({ folder, scan, prefix });
        spareSidecars.run({ folder, scan, prefix });
      });
    },
    sweep(folder, scan, prefix, limit) {
      return transaction(() => {
        const rows = unseen.all({ folder, scan, prefix, limit });
        const images: string[] = [];
        for (const { key, image_id } of rows) {
          // What was never in the library is no loss.
          if (image_id === null) neverRead.run([key]);
          else {
            miss.run([key]);
            refresh(image_id);
            images.push(image_id);
          }
        }
        return { left: rows.length + dropSidecars.run({ folder, scan, prefix, limit }).changes, images };
      });
    },
    spreadSidecars(folder, limit) {
      return transaction(() => {
        const rows = news.all([folder, limit]);
        for (const { path } of rows) {
          told.run([folder, path]);
          const slash = path.lastIndexOf('/') + 1;
          if (path.slice(slash) === galleryFile) tellAll.run({ folder, prefix: path.slice(0, slash) });
          else tellOwners.run({ folder, path: stemOf(path) });
        }
        return rows.length;
      });
    },
    toRead: (folder, kind, after, limit) => toRead[kind].all([folder, after, limit]).map(fileFrom),
    pick: (folder, files, told) =>
      transaction(() => {
        const fresh = files.filter(({ path }) => file.get([folder, path]) === undefined).map(({ path }) => path);
        seen(folder, scanOf.get([folder])?.scan ?? 0, files);
        for (const { path } of files) if (told !== null) tell.run({ folder, path, told });
        return fresh;
      }),
    unpick: (folder, path) =>
      transaction(() => {
        const image = file.get([folder, path])?.image_id;
        unpick.run([folder, path]);
        if (image !== null && image !== undefined) refresh(image);
        return paths.get([folder, 0, 1]) === undefined;
      }),
    paths: (folder, after, limit) => paths.all([folder, after, limit]).map(({ key, path }) => ({ key, path })),
    sidecarNames,
    toReadCount: (folder) => toReadCount.get([folder])?.n ?? 0,
    file(folder, path) {
      const row = file.get([folder, path]);
      return row === undefined ? null : fileFrom(row);
    },
    sidecarsOf(folder, path) {
      const names = sidecarNames(path);
      const rows = sidecars.all([folder, JSON.stringify(names)]);
      return names.flatMap((name) => {
        const row = rows.find((each) => each.path === name);
        return row === undefined ? [] : [{ path: row.path, bytes: row.bytes, mtime: row.mtime }];
      });
    },
  };
}

/** Of a whole folder, as gallery-dl writes it. */
const galleryFile = 'info.json';

/** Where the data of a picture may lie, the nearest first. */
function sidecarNames(path: string): readonly string[] {
  const stem = stemOf(path);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return [`${path}.json`, `${stem}.json`, `${path}.txt`, `${stem}.txt`, `${folder}${galleryFile}`];
}

/** A path without its extension. */
function stemOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
}

export function fileFrom(row: FileRow): FolderFile {
  return {
    key: row.key,
    folder: row.folder_key,
    path: row.path,
    bytes: row.bytes,
    mtime: row.mtime,
    missing: row.missing === 1,
    todo: row.todo === 1,
    hash: row.hash,
    image: row.image_id,
  };
}
