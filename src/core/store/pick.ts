import type { Database } from './driver.ts';
import { imageFrom, imageSelect, type ImageRow } from './image-rows.ts';
import type { ImageRepository } from './store.ts';

/** Candidates by where they come from. Both read an index alone; the row is fetched for the one that is drawn. */
const candidates = {
  library: `FROM image AS i WHERE i.file_hash IS NOT NULL AND i.rating IN ('safe', :also)`,
  favorites: `FROM favorite AS f JOIN image AS i ON i.id = f.image_id WHERE f.removed_at IS NULL AND i.rating IN ('safe', :also)`,
} as const;

/** One random image: counts the candidates, then takes the n-th. */
export function createPick(db: Database): ImageRepository['pick'] {
  const notExcluded = `AND i.key NOT IN (SELECT key FROM image WHERE id IN (SELECT value FROM json_each(:exclude)))`;
  const prepare = (from: keyof typeof candidates) => ({
    count: db.prepare<{ n: number }>(`SELECT count(*) AS n ${candidates[from]} ${notExcluded}`),
    nth: db.prepare<{ id: string }>(
      `SELECT i.id AS id ${candidates[from]} ${notExcluded} ORDER BY i.key LIMIT 1 OFFSET :n`,
    ),
  });
  const statements = { library: prepare('library'), favorites: prepare('favorites') };
  const byId = db.prepare<ImageRow>(`${imageSelect} WHERE i.id = ?`);

  return ({ from, rating, exclude, random }) => {
    const { count, nth } = statements[from];
    const parameters = { also: rating === 'any' ? 'adult' : 'safe', exclude: JSON.stringify(exclude) };
    const total = count.get(parameters)?.n ?? 0;
    if (total === 0) return null;
    const n = Math.min(total - 1, Math.floor(random() * total));
    const drawn = nth.get({ ...parameters, n });
    const row = drawn === undefined ? undefined : byId.get([drawn.id]);
    return row === undefined ? null : imageFrom(row);
  };
}
