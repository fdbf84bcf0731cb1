import type { ImageId } from '../../shared/model.ts';
import { colorNumbers } from '../../shared/search/oklab.ts';
import { classSql } from './disk-triggers.ts';
import type { Database } from './driver.ts';
import type { FileRecord, FileRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

type FileRow = FileRecord;
const columns = 'file.hash, file.bytes, file.extension, file.width, file.height';

/** True of a row of `file` that is never evicted, worked out anew: also for a copy of a library whose classes are not to be relied on. */
export const pinned = `(${classSql}) <> 'cache'`;

/** Uses seen but not yet written, at most. */
const bufferedUses = 500;

export function createFileRepository(
  db: Database,
  {
    transaction,
    now,
    written,
  }: {
    readonly transaction: Transaction;
    readonly now: () => number;
    /** Hears of every image that got its file, in its transaction. */
    readonly written: (id: ImageId) => void;
  },
): FileRepository & { flush(): void } {
  const insert = db.prepare(
    `INSERT INTO file (hash, bytes, extension, width, height, added_at, used_at)
     VALUES (:hash, :bytes, :extension, :width, :height, :now, :now)
     ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at`,
  );
  const tie = db.prepare(
    `UPDATE image SET file_hash = :file, dominant_color = ifnull(dominant_color, :color), color_l = ifnull(color_l, :l),
       color_a = ifnull(color_a, :a), color_b = ifnull(color_b, :b), color_family = ifnull(color_family, :family),
       hash = ifnull(hash, :hash), own_hash = ifnull(:hash, own_hash) WHERE id = :id`,
  );
  const untie = db.prepare('UPDATE image SET file_hash = NULL WHERE file_hash = ?');
  const remove = db.prepare('DELETE FROM file WHERE hash = ?');
  const ofImage = db.prepare<FileRow>(
    `SELECT ${columns} FROM image JOIN file ON file.hash = image.file_hash WHERE image.id = ?`,
  );
  const byHash = db.prepare<FileRow>(`SELECT ${columns} FROM file WHERE hash = ?`);
  const keep = db.prepare('UPDATE image SET kept = 1 WHERE id = ? AND kept = 0');
  const use = db.prepare(
    'UPDATE file SET used_at = :at WHERE hash = (SELECT file_hash FROM image WHERE id = :id) AND used_at < :at',
  );
  const page = db.prepare<FileRow>(`SELECT ${columns} FROM file WHERE hash > ? ORDER BY hash LIMIT ?`);
  const count = db.prepare<{ n: number }>('SELECT count(*) AS n FROM file');
  const addThumbnail = db.prepare(
    `INSERT INTO thumbnail (file_hash, edge, bytes) VALUES (?, ?, ?)
     ON CONFLICT (file_hash, edge) DO UPDATE SET bytes = excluded.bytes`,
  );
  const removeThumbnail = db.prepare('DELETE FROM thumbnail WHERE file_hash = ? AND edge = ?');
  const thumbnails = db.prepare<{ edge: number; bytes: number }>(
    'SELECT edge, bytes FROM thumbnail WHERE file_hash = ?',
  );
  const wanting = db.prepare<{ id: string }>(
    'SELECT id FROM image WHERE md5 = ? AND file_hash IS NULL ORDER BY key LIMIT 1',
  );

  /** When each image's file was last used: losing these in a crash is harmless, a write per picture on screen is not. */
  const uses = new Map<string, number>();
  function flush(): void {
    if (uses.size === 0) return;
    transaction(() => {
      for (const [id, at] of uses) use.run({ id, at });
    });
    uses.clear();
  }

  return {
    flush,
    attach(id, file, found) {
      transaction(() => {
        const { hash, bytes, extension, width, height } = file;
        insert.run({ hash, bytes, extension, width, height, now: now() });
        const color = found.dominantColor === null ? null : colorNumbers(found.dominantColor);
        const { changes } = tie.run({
          id,
          file: hash,
          color: found.dominantColor,
          l: color?.l ?? null,
          a: color?.a ?? null,
          b: color?.b ?? null,
          family: color?.family ?? null,
          hash: found.hash,
        });
        if (changes === 0) throw new Error(`There is no image ${id} to attach a file to.`);
        written(id);
      });
    },
    detach(hash) {
      transaction(() => {
        untie.run([hash]);
        remove.run([hash]);
      });
    },
    of: (id) => recordFrom(ofImage.get([id])),
    byHash: (hash) => recordFrom(byHash.get([hash])),
    keep: (id) => void keep.run([id]),
    touch(id) {
      uses.set(id, now());
      if (uses.size >= bufferedUses) flush();
    },
    all: (after, limit) => page.all([after ?? '', limit]).flatMap((row) => recordFrom(row) ?? []),
    count: () => count.get([])?.n ?? 0,
    attachThumbnail: (hash, edge, bytes) => void addThumbnail.run([hash, edge, bytes]),
    detachThumbnail: (hash, edge) => void removeThumbnail.run([hash, edge]),
    thumbnailsOf: (hash) => thumbnails.all([hash]).map(({ edge, bytes }) => ({ edge, bytes })),
    wanting: (md5) => wanting.get([md5])?.id ?? null,
  };
}

function recordFrom(row: FileRow | undefined): FileRecord | null {
  if (row === undefined) return null;
  const { hash, bytes, extension, width, height } = row;
  return { hash, bytes, extension, width, height };
}
