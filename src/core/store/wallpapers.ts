import { fit, type Fit } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import { imageColumns, imageFrom, imageTables, type ImageRow } from './image-rows.ts';
import type { WallpaperRepository } from './store.ts';

type CurrentRow = ImageRow & { readonly display: string; readonly fit: string; readonly at: number };

/** The newest entry of each display, driven from `wallpaper_by_display`. */
export const currentSql = `
  SELECT ${imageColumns}, w.display AS display, w.fit AS fit, w.at AS at
  FROM (SELECT max(key) AS key FROM wallpaper GROUP BY display) AS newest
  JOIN wallpaper AS w ON w.key = newest.key
  JOIN ${imageTables.replace('image AS i', 'image AS i ON i.id = w.image_id')}
  ORDER BY w.display`;

export function createWallpaperRepository(db: Database): WallpaperRepository {
  const insert = db.prepare(
    `INSERT INTO wallpaper (display, image_id, fit, backend, verified, at)
     VALUES (:display, :id, :fit, :backend, :verified, :at)`,
  );
  const current = db.prepare<CurrentRow>(currentSql);
  const recent = db.prepare<{ image_id: string }>('SELECT image_id FROM wallpaper ORDER BY key DESC LIMIT ?');

  return {
    record(entry) {
      const { display, id, fit, backend, verified, at } = entry;
      insert.run({ display, id, fit, backend, verified: verified ? 1 : 0, at });
    },
    current: () =>
      current.all([]).map((row) => ({
        display: row.display,
        image: imageFrom(row),
        fit: fitFrom(row.fit),
        setAt: new Date(row.at).toISOString(),
      })),
    recent(limit) {
      const ids = new Set<string>();
      // One image on several displays takes several entries.
      for (const { image_id } of recent.all([limit * 4])) ids.add(image_id);
      return [...ids].slice(0, limit);
    },
  };
}

function fitFrom(text: string): Fit {
  const parsed = fit.safeParse(text);
  return parsed.success ? parsed.data : 'fill';
}
