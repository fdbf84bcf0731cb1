import type { ImageId } from '../../shared/model.ts';
import type { Database } from './driver.ts';

/** What its owner wrote about a picture. Written by operations of edits: callers hold a transaction. */
export interface NoteRepository {
  get(image: ImageId): { readonly note: string; readonly at: number } | null;
  /** Null removes it. */
  set(image: ImageId, note: { readonly note: string; readonly at: number } | null): void;
}

export function createNoteRepository(db: Database): NoteRepository {
  const get = db.prepare<{ note: string; at: number }>('SELECT note, at FROM image_note WHERE image_id = ?');
  const save = db.prepare(
    `INSERT INTO image_note (image_id, note, at) VALUES (:image, :note, :at)
     ON CONFLICT (image_id) DO UPDATE SET note = excluded.note, at = excluded.at`,
  );
  const remove = db.prepare('DELETE FROM image_note WHERE image_id = ?');
  return {
    get(image) {
      const row = get.get([image]);
      return row === undefined ? null : { note: row.note, at: row.at };
    },
    set: (image, note) => void (note === null ? remove.run([image]) : save.run({ image, ...note })),
  };
}
