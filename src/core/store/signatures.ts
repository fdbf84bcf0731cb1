import type { ImageId } from '../../shared/model.ts';
import type { Database } from './driver.ts';

/** What a file looks like, as it is kept: signed bytes as hex digits. */
export interface StoredSignature {
  readonly key: number;
  readonly value: string;
  /** Pixels of the file. */
  readonly width: number;
  readonly height: number;
}

/** An image whose file one may look at. */
export interface SignedImage {
  readonly key: number;
  readonly id: ImageId;
}

/** The looks of the files on this disk: which lack one, which were not compared with the others yet. All of it survives a crash at any place. */
export interface SignatureRepository {
  /** Files after `after` (a hash) whose signature is missing or of another version, looked for among the next `limit` files. `next`: null at the end. */
  missing(
    version: number,
    after: string | null,
    limit: number,
  ): { readonly files: readonly { readonly hash: string; readonly image: ImageId }[]; readonly next: string | null };
  /** An empty value: the file cannot be read, and is not tried again. */
  write(hash: string, version: number, value: string): void;
  /** In the order of their keys, those after `after`; unreadable ones left out. */
  page(after: number, limit: number): readonly StoredSignature[];
  /** Those not yet compared, the first `limit`. */
  pending(limit: number): readonly StoredSignature[];
  counts(): { readonly files: number; readonly signed: number; readonly pending: number };
  compared(keys: readonly number[]): void;
  /** All are to be compared again. */
  restart(): void;
  /** The images that have this file, at most `limit`. */
  images(key: number, limit: number): readonly SignedImage[];
}

/** Every content that can be looked at, by its hash: of the library's files, and of pictures that stay in their folders. */
export const contentsSql = `
  SELECT file.hash AS hash, signature.version, (SELECT id FROM image WHERE file_hash = file.hash LIMIT 1) AS image
  FROM file LEFT JOIN signature ON signature.file_hash = file.hash WHERE file.hash > :after
  UNION ALL
  SELECT local_image.hash AS hash, signature.version, local_image.image_id AS image
  FROM local_image JOIN image ON image.id = local_image.image_id AND image.in_folder = 1
    LEFT JOIN signature ON signature.file_hash = local_image.hash
  WHERE local_image.hash > :after AND NOT EXISTS (SELECT 1 FROM file WHERE hash = local_image.hash)
  ORDER BY hash LIMIT :limit`;

export function createSignatureRepository(db: Database): SignatureRepository & {
  /** The image got its file, which may be another image's too: its look is to be compared with one image more. */
  changed(id: ImageId): void;
} {
  const files = db.prepare<{ hash: string; version: number | null; image: string | null }>(contentsSql);
  const write = db.prepare(
    `INSERT INTO signature (file_hash, version, value, compared) VALUES (:hash, :version, :value, :value = '')
     ON CONFLICT (file_hash) DO UPDATE SET version = excluded.version, value = excluded.value, compared = excluded.compared`,
  );
  const again = db.prepare(
    `UPDATE signature SET compared = 0
     WHERE file_hash IN (SELECT file_hash FROM image WHERE id = :id UNION SELECT hash FROM local_image WHERE image_id = :id)
       AND compared = 1 AND value <> ''`,
  );
  const columns =
    'signature.key, signature.value, ifnull(file.width, image.width) AS width, ifnull(file.height, image.height) AS height';
  const from = `FROM signature LEFT JOIN file ON file.hash = signature.file_hash
    LEFT JOIN local_image ON local_image.hash = signature.file_hash LEFT JOIN image ON image.id = local_image.image_id`;
  const page = db.prepare<StoredSignature>(
    `SELECT ${columns} ${from} WHERE signature.key > ? AND signature.value <> '' ORDER BY signature.key LIMIT ?`,
  );
  const pending = db.prepare<StoredSignature>(
    `SELECT ${columns} ${from} WHERE signature.compared = 0 ORDER BY signature.key LIMIT ?`,
  );
  const counts = db.prepare<{ files: number; signed: number; pending: number }>(
    `SELECT (SELECT count(*) FROM file) + (SELECT count(*) FROM image WHERE in_folder = 1 AND file_hash IS NULL) AS files, (SELECT count(*) FROM signature) AS signed,
            (SELECT count(*) FROM signature WHERE compared = 0) AS pending`,
  );
  const done = db.prepare('UPDATE signature SET compared = 1 WHERE key IN (SELECT value FROM json_each(?))');
  const restart = db.prepare(`UPDATE signature SET compared = 0 WHERE value <> '' AND compared = 1`);
  const images = db.prepare<SignedImage>(
    `SELECT image.key, image.id FROM signature JOIN image ON image.file_hash = signature.file_hash
     WHERE signature.key = :key
     UNION SELECT image.key, image.id FROM signature JOIN local_image ON local_image.hash = signature.file_hash
       JOIN image ON image.id = local_image.image_id WHERE signature.key = :key AND image.in_folder = 1
     ORDER BY 1 LIMIT :limit`,
  );
  const plain = ({ key, value, width, height }: StoredSignature): StoredSignature => ({ key, value, width, height });

  return {
    missing(version, after, limit) {
      const rows = files.all({ after: after ?? '', limit });
      return {
        files: rows.flatMap(({ hash, image, version: found }) =>
          found === version || image === null ? [] : [{ hash, image }],
        ),
        next: rows.length < limit ? null : (rows.at(-1)?.hash ?? null),
      };
    },
    write: (hash, version, value) => void write.run({ hash, version, value }),
    page: (after, limit) => page.all([after, limit]).map(plain),
    pending: (limit) => pending.all([limit]).map(plain),
    counts() {
      const row = counts.get([]);
      return { files: row?.files ?? 0, signed: row?.signed ?? 0, pending: row?.pending ?? 0 };
    },
    compared: (keys) => void done.run([JSON.stringify(keys)]),
    restart: () => void restart.run([]),
    images: (key, limit) => images.all({ key, limit }).map((row) => ({ key: row.key, id: row.id })),
    changed: (id) => void again.run({ id }),
  };
}
