import { fit, type Fit, type Image } from '../../shared/model.ts';
import { changeReasons, type ChangeReason } from '../../shared/rotation.ts';
import type { Database } from './driver.ts';
import { imageColumns, imageTables, type ImageRow } from './image-rows.ts';
import type { Move, ShownEntry, StoredEntry, WallpaperRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

type CurrentRow = ImageRow & {
  readonly display: string;
  readonly name: string;
  readonly fit: string;
  readonly at: number;
};

interface EntryRow {
  readonly key: number;
  readonly display: string;
  readonly name: string;
  readonly image_id: string | null;
  readonly outside: string | null;
  readonly fit: string;
  readonly backend: string;
  readonly verified: number;
  readonly at: number;
  readonly reason: string;
  readonly current: number;
}

export const currentSql = `
  SELECT ${imageColumns}, w.display AS display, w.name AS name, w.fit AS fit, w.at AS at
  FROM shown AS s JOIN wallpaper AS w ON w.key = s.wallpaper_key
  JOIN ${imageTables.replace('image AS i', 'image AS i ON i.id = w.image_id')}
  ORDER BY w.name, w.display`;

const entryColumns = `w.key, w.display, w.name, w.image_id, w.outside, w.fit, w.backend, w.verified, w.at, w.reason,
  EXISTS (SELECT 1 FROM shown AS s WHERE s.display = w.display AND s.wallpaper_key = w.key) AS current`;

/** Pages of the history, of one display and of all. */
export const historySql = {
  one: `SELECT ${entryColumns} FROM wallpaper AS w WHERE w.display = :display AND w.key < :before ORDER BY w.key DESC LIMIT :limit`,
  all: `SELECT ${entryColumns} FROM wallpaper AS w WHERE w.key < :before ORDER BY w.key DESC LIMIT :limit`,
} as const;

/** What each display showed, in order, and where in it each display stands. */
export function createWallpaperRepository(
  db: Database,
  { transaction, imageFrom }: { readonly transaction: Transaction; readonly imageFrom: (row: ImageRow) => Image },
): WallpaperRepository {
  const addChange = db.prepare<{ key: number }>('INSERT INTO change (at, reason) VALUES (?, ?) RETURNING key');
  const addMove = db.prepare(
    'INSERT INTO move (change_key, display, before_key, after_key) VALUES (:change, :display, :before, :after)',
  );
  const addEntry = db.prepare<{ key: number }>(
    `INSERT INTO wallpaper (display, name, image_id, outside, fit, backend, verified, at, reason)
     VALUES (:display, :name, :image, :outside, :fit, :backend, :verified, :at, :reason) RETURNING key`,
  );
  const repeatEntry = db.prepare(
    `INSERT INTO wallpaper (display, name, image_id, outside, fit, backend, verified, at, reason)
     SELECT display, name, image_id, outside, fit, backend, verified, :at, reason FROM wallpaper WHERE key = :key`,
  );
  const setShown = db.prepare(
    `INSERT INTO shown (display, wallpaper_key) VALUES (:display, :key)
     ON CONFLICT (display) DO UPDATE SET wallpaper_key = excluded.wallpaper_key`,
  );
  const dropShown = db.prepare('DELETE FROM shown WHERE display = ?');
  const shownKey = db.prepare<{ key: number }>('SELECT wallpaper_key AS key FROM shown WHERE display = ?');
  const newestKey = db.prepare<{ key: number | null }>('SELECT max(key) AS key FROM wallpaper WHERE display = ?');
  const current = db.prepare<CurrentRow>(currentSql);
  const shown = db.prepare<EntryRow>(
    `SELECT ${entryColumns} FROM shown AS here JOIN wallpaper AS w ON w.key = here.wallpaper_key ORDER BY w.name, w.display`,
  );
  const entry = db.prepare<EntryRow>(`SELECT ${entryColumns} FROM wallpaper AS w WHERE w.key = ?`);
  // What "Safe now" covered a display with is no step on the way: nobody chose it, and it may be there many times.
  const before = db.prepare<EntryRow>(
    `SELECT ${entryColumns} FROM wallpaper AS w
     WHERE w.display = ? AND w.key < ? AND w.reason <> 'safe' ORDER BY w.key DESC LIMIT 1`,
  );
  const after = db.prepare<EntryRow>(
    `SELECT ${entryColumns} FROM wallpaper AS w
     WHERE w.display = ? AND w.key > ? AND w.reason <> 'safe' ORDER BY w.key LIMIT 1`,
  );
  const pages = {
    one: db.prepare<EntryRow>(historySql.one),
    all: db.prepare<EntryRow>(historySql.all),
  };
  const lastChange = db.prepare<{ key: number; reason: string }>(
    'SELECT key, reason FROM change WHERE undone = 0 ORDER BY key DESC LIMIT 1',
  );
  const movesOf = db.prepare<{ display: string; before_key: number | null; after_key: number }>(
    'SELECT display, before_key, after_key FROM move WHERE change_key = ? ORDER BY display',
  );
  const markUndone = db.prepare('UPDATE change SET undone = 1 WHERE key = ?');
  const renames = [
    'UPDATE wallpaper SET display = :to WHERE display = :from',
    'UPDATE OR IGNORE move SET display = :to WHERE display = :from',
    'UPDATE OR IGNORE shown SET display = :to WHERE display = :from',
    'DELETE FROM shown WHERE display = :from AND :to <> :from',
  ].map((sql) => db.prepare(sql));
  const outsideFiles = db.prepare<{ outside: string }>(
    `SELECT outside FROM (
       SELECT w.outside AS outside, max(w.key + (CASE WHEN s.wallpaper_key IS NULL THEN 0 ELSE 1e15 END)) AS place
       FROM wallpaper AS w LEFT JOIN shown AS s ON s.wallpaper_key = w.key
       WHERE w.outside IS NOT NULL GROUP BY w.outside)
     ORDER BY place DESC LIMIT ?`,
  );

  const keyOf = (row: { key: number } | undefined): number => {
    if (row === undefined) throw new Error('A row was written and is not there.');
    return row.key;
  };
  const insert = (one: ShownEntry, at: number, reason: ChangeReason): number =>
    keyOf(
      addEntry.get({
        display: one.display,
        name: one.name,
        image: one.image,
        outside: one.outside,
        fit: one.fit,
        backend: one.backend,
        verified: one.verified ? 1 : 0,
        at,
        reason,
      }),
    );
  const stand = (display: string): number | null => shownKey.get([display])?.key ?? null;

  const beside: WallpaperRepository['beside'] = ({ display, key }, direction) => {
    const row = (direction === 'before' ? before : after).get([display, key]);
    return row === undefined ? null : entryFrom(row);
  };

  return {
    record({ reason, at, entries }) {
      return transaction(() => {
        const change = keyOf(addChange.get([at, reason]));
        const moves = entries.map((one): Move => {
          const from = stand(one.display);
          // It had gone back: what it shows comes again first, so that "previous" leads there.
          if (from !== null && from !== newestKey.get([one.display])?.key) repeatEntry.run({ key: from, at });
          const to = insert(one, at, reason);
          setShown.run({ display: one.display, key: to });
          addMove.run({ change, display: one.display, before: from, after: to });
          return { display: one.display, before: from, after: to };
        });
        return { change, moves };
      });
    },
    move({ reason, at, moves }) {
      transaction(() => {
        const change = keyOf(addChange.get([at, reason]));
        for (const { display, to } of moves) {
          addMove.run({ change, display, before: stand(display), after: to });
          setShown.run({ display, key: to });
        }
      });
    },
    current: () =>
      current.all([]).map((row) => ({
        display: row.name,
        displayKey: row.display,
        image: imageFrom(row),
        fit: fitFrom(row.fit),
        setAt: new Date(row.at).toISOString(),
      })),
    shown: () => shown.all([]).map(entryFrom),
    entry(key) {
      const row = entry.get([key]);
      return row === undefined ? null : entryFrom(row);
    },
    neighbour(display, direction) {
      const from = stand(display);
      if (from === null) return null;
      return beside({ display, key: from }, direction);
    },
    beside,
    list({ display, before: below, limit }) {
      const from = below ?? Number.MAX_SAFE_INTEGER;
      const rows =
        display === null ? pages.all.all({ before: from, limit }) : pages.one.all({ display, before: from, limit });
      return rows.map(entryFrom);
    },
    lastChange() {
      const change = lastChange.get([]);
      if (change === undefined) return null;
      const moves = movesOf
        .all([change.key])
        .map((row) => ({ display: row.display, before: row.before_key, after: row.after_key }));
      return { key: change.key, reason: reasonFrom(change.reason), moves };
    },
    undo(change, instead = []) {
      transaction(() => {
        for (const { display, before_key } of movesOf.all([change])) {
          const other = instead.find((each) => each.display === display);
          if (other !== undefined) setShown.run({ display, key: other.to });
          else if (before_key === null) dropShown.run([display]);
          else setShown.run({ display, key: before_key });
        }
        markUndone.run([change]);
      });
    },
    rename(from, to) {
      if (from === to) return;
      transaction(() => {
        for (const statement of renames) statement.run({ from, to });
      });
    },
    outsideFiles: (limit) => outsideFiles.all([limit]).map(({ outside }) => outside),
  };
}

function entryFrom(row: EntryRow): StoredEntry {
  return {
    key: row.key,
    display: row.display,
    name: row.name,
    image: row.image_id,
    outside: row.outside,
    fit: fitFrom(row.fit),
    backend: row.backend,
    verified: row.verified === 1,
    at: row.at,
    reason: reasonFrom(row.reason),
    current: row.current === 1,
  };
}

function fitFrom(text: string): Fit {
  const parsed = fit.safeParse(text);
  return parsed.success ? parsed.data : 'fill';
}

function reasonFrom(text: string): ChangeReason {
  return changeReasons.find((reason) => reason === text) ?? 'set';
}
