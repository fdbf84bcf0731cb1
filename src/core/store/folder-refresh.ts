import type { ImageId } from '../../shared/model.ts';
import type { Database } from './driver.ts';

/** Places of an image that are there: not missing, and read. */
export const presentPlaces = `folder_file AS ff JOIN folder AS f ON f.key = ff.folder_key
  WHERE ff.image_id = image.id AND ff.missing = 0 AND ff.hash IS NOT NULL`;

/** Works out anew whether an image lies in a folder now, after one of its places came or went. */
export function createRefresh(db: Database, written: (id: ImageId) => void): (id: ImageId) => void {
  const update = db.prepare(
    `UPDATE image SET in_folder = EXISTS (SELECT 1 FROM ${presentPlaces} AND f.mode = 'reference') WHERE id = ?`,
  );
  return (id) => {
    if (update.run([id]).changes > 0) written(id);
  };
}
