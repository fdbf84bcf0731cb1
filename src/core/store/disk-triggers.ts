/**
 * What keeps a picture file on this disk, and how much of the disk each reason takes. Both are kept right by triggers, so that no query has to
 * look at a million rows, and nothing that writes these tables has to think of it: `file.class` is the first of the classes below that holds for any
 * image of the file, `disk_total` the sum of each class and origin. `verify` compares both with what they are made from.
 *
 * A table that is made anew (`DROP TABLE`) loses its triggers: the migration that does it must run `diskTriggers` again; a test looks that all are there.
 */

/** In this order: a favorite that is also on the desktop counts as a favorite. All but `cache` are never evicted. */
export const diskClasses = ['favorite', 'collection', 'wallpaper', 'kept', 'cache'] as const;
export type DiskClass = (typeof diskClasses)[number];

/** How many of the newest entries of the history keep their pictures; without the setting. */
const defaultHistory = 200;
const historyKept = `ifnull((SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'historyKept'), ${defaultHistory})`;
const newestEntry = '(SELECT ifnull(max(key), 0) FROM wallpaper)';

/** What was merged into another image keeps nothing: the other one's file is the better one. */
const notMerged = ' AND i.merged_into IS NULL';
const some = (condition: string): string =>
  `EXISTS (SELECT 1 FROM image AS i WHERE i.file_hash = file.hash${notMerged} AND ${condition})`;

/** Chosen for the next change, and the picture of "safe now". */
const rotationPicture = `(
  i.id IN (SELECT json_extract(u.value, '$.image') FROM rotation_state AS r, json_each(r.value, '$.upcoming') AS u WHERE r.key = 'state')
  OR i.id = (SELECT json_extract(value, '$.safeImage') FROM rotation_state WHERE key = 'config'))`;

/** Of a row of `file`. A tombstone is a favorite: it can be restored. */
export const classSql = `CASE
  WHEN ${some('EXISTS (SELECT 1 FROM favorite AS f WHERE f.image_id = i.id)')} THEN 'favorite'
  WHEN ${some('EXISTS (SELECT 1 FROM collection_image AS c WHERE c.image_id = i.id)')} THEN 'collection'
  WHEN ${some(`(EXISTS (SELECT 1 FROM wallpaper AS w WHERE w.image_id = i.id AND w.key > ${newestEntry} - ${historyKept})
    OR i.id IN (SELECT w.image_id FROM shown AS s JOIN wallpaper AS w ON w.key = s.wallpaper_key)
    OR ${rotationPicture})`)} THEN 'wallpaper'
  WHEN ${some('i.kept = 1')} THEN 'kept'
  ELSE 'cache' END`;

/** The provider of the file's first image; empty for a file of no image. */
export const originSql = `ifnull((SELECT substr(i.id, 1, instr(i.id, ':') - 1) FROM image AS i WHERE i.file_hash = file.hash ORDER BY i.id LIMIT 1), '')`;

const judge = (hashes: string): string =>
  `UPDATE file SET class = ${classSql}, origin = ${originSql} WHERE hash IN (${hashes});`;
const filesOf = (ids: string): string => `SELECT file_hash FROM image WHERE id IN (${ids}) AND file_hash IS NOT NULL`;

const thumbs = (row: string): string => `(SELECT count(*) FROM thumbnail WHERE file_hash = ${row}.hash)`;
const thumbBytes = (row: string): string =>
  `(SELECT ifnull(sum(bytes), 0) FROM thumbnail WHERE file_hash = ${row}.hash)`;

/** An upsert would take the conflict policy of the statement that fired the trigger. */
const add = (row: string): string => `
  INSERT INTO disk_total (class, origin, files, bytes, thumbnails, thumbnail_bytes)
    SELECT ${row}.class, ${row}.origin, 0, 0, 0, 0
    WHERE NOT EXISTS (SELECT 1 FROM disk_total WHERE class = ${row}.class AND origin = ${row}.origin);
  UPDATE disk_total SET files = files + 1, bytes = bytes + ${row}.bytes,
      thumbnails = thumbnails + ${thumbs(row)}, thumbnail_bytes = thumbnail_bytes + ${thumbBytes(row)}
    WHERE class = ${row}.class AND origin = ${row}.origin;`;
const take = (row: string): string => `
  UPDATE disk_total SET files = files - 1, bytes = bytes - ${row}.bytes,
      thumbnails = thumbnails - ${thumbs(row)}, thumbnail_bytes = thumbnail_bytes - ${thumbBytes(row)}
    WHERE class = ${row}.class AND origin = ${row}.origin;`;
const thumbnail = (row: string, count: number, bytes: string): string => `
  UPDATE disk_total SET thumbnails = thumbnails + (${count}), thumbnail_bytes = thumbnail_bytes + (${bytes})
    WHERE class = (SELECT class FROM file WHERE hash = ${row}.file_hash) AND origin = (SELECT origin FROM file WHERE hash = ${row}.file_hash);`;

const rotationIds = (row: string): string =>
  `SELECT json_extract(u.value, '$.image') FROM json_each(${row}.value, '$.upcoming') AS u
   UNION SELECT json_extract(${row}.value, '$.safeImage')`;
const ofEntry = (key: string): string => filesOf(`SELECT image_id FROM wallpaper WHERE key = ${key}`);
/** Entries that leave the window of the history, or come into it, when the setting changes. */
const inWindow = (entries: string): string =>
  filesOf(`SELECT image_id FROM wallpaper WHERE key > ${newestEntry} - ${entries}`);

const mergedToo = ', merged_into';
const mergedChanged = ' OR old.merged_into IS NOT new.merged_into';

/** When, on which table, and what then. */
const triggers: Readonly<Record<string, readonly [when: string, then: string]>> = {
  disk_file_added: ['AFTER INSERT ON file', add('new')],
  disk_file_moved: [
    `AFTER UPDATE OF class, origin, bytes ON file
     WHEN old.class <> new.class OR old.origin <> new.origin OR old.bytes <> new.bytes`,
    take('old') + add('new'),
  ],
  // Here and not by the foreign key, so that the file is still known when its thumbnails are taken off.
  disk_file_going: ['BEFORE DELETE ON file', 'DELETE FROM thumbnail WHERE file_hash = old.hash;'],
  disk_file_gone: ['AFTER DELETE ON file', take('old')],
  disk_thumbnail_added: ['AFTER INSERT ON thumbnail', thumbnail('new', 1, 'new.bytes')],
  disk_thumbnail_changed: ['AFTER UPDATE OF bytes ON thumbnail', thumbnail('new', 0, 'new.bytes - old.bytes')],
  disk_thumbnail_gone: ['AFTER DELETE ON thumbnail', thumbnail('old', -1, '-old.bytes')],

  disk_image_added: ['AFTER INSERT ON image WHEN new.file_hash IS NOT NULL', judge('new.file_hash')],
  disk_image_changed: [
    `AFTER UPDATE OF file_hash, kept${mergedToo} ON image
     WHEN old.file_hash IS NOT new.file_hash OR old.kept <> new.kept${mergedChanged}`,
    judge('SELECT old.file_hash UNION SELECT new.file_hash'),
  ],
  disk_image_gone: ['AFTER DELETE ON image WHEN old.file_hash IS NOT NULL', judge('old.file_hash')],

  disk_favorite_added: ['AFTER INSERT ON favorite', judge(filesOf('new.image_id'))],
  disk_favorite_gone: ['AFTER DELETE ON favorite', judge(filesOf('old.image_id'))],
  disk_collected: ['AFTER INSERT ON collection_image', judge(filesOf('new.image_id'))],
  disk_uncollected: ['AFTER DELETE ON collection_image', judge(filesOf('old.image_id'))],

  disk_shown_added: ['AFTER INSERT ON shown', judge(ofEntry('new.wallpaper_key'))],
  disk_shown_changed: [
    'AFTER UPDATE OF wallpaper_key ON shown',
    judge(ofEntry('old.wallpaper_key')) + judge(ofEntry('new.wallpaper_key')),
  ],
  disk_shown_gone: ['AFTER DELETE ON shown', judge(ofEntry('old.wallpaper_key'))],
  // The new entry, and those that it pushes out of the window.
  disk_entry_added: [
    'AFTER INSERT ON wallpaper',
    judge(filesOf('new.image_id')) +
      judge(
        filesOf(`SELECT image_id FROM wallpaper WHERE key <= new.key - ${historyKept}
          AND key > ifnull((SELECT max(key) FROM wallpaper WHERE key < new.key), 0) - ${historyKept}`),
      ),
  ],
  // A merge tells of the kept one.
  disk_entry_retold: [
    'AFTER UPDATE OF image_id ON wallpaper WHEN old.image_id IS NOT new.image_id',
    judge(filesOf('old.image_id')) + judge(filesOf('new.image_id')),
  ],
  disk_entry_gone: ['AFTER DELETE ON wallpaper', judge(filesOf('old.image_id'))],
  disk_history_set: [
    "AFTER INSERT ON setting WHEN new.key = 'historyKept'",
    judge(inWindow(`max(CAST(new.value AS INTEGER), ${defaultHistory})`)),
  ],
  disk_history_changed: [
    "AFTER UPDATE OF value ON setting WHEN new.key = 'historyKept'",
    judge(inWindow('max(CAST(new.value AS INTEGER), CAST(old.value AS INTEGER))')),
  ],
  disk_rotation_set: [
    "AFTER INSERT ON rotation_state WHEN new.key IN ('state', 'config')",
    judge(filesOf(rotationIds('new'))),
  ],
  disk_rotation_changed: [
    "AFTER UPDATE OF value ON rotation_state WHEN new.key IN ('state', 'config')",
    judge(filesOf(`${rotationIds('new')} UNION ${rotationIds('old')}`)),
  ],
};

export const diskTriggerNames: readonly string[] = Object.keys(triggers);

/** Makes those that are missing. */
export const diskTriggers = Object.entries(triggers)
  .map(([name, [when, then]]) => `CREATE TRIGGER IF NOT EXISTS ${name} ${when} BEGIN ${then} END;`)
  .join('\n');

/** Makes the sums anew from the files, as they are classed. */
export const rebuildTotals = `
  DELETE FROM disk_total;
  INSERT INTO disk_total (class, origin, files, bytes, thumbnails, thumbnail_bytes)
    SELECT class, origin, count(*), sum(bytes), 0, 0 FROM file GROUP BY class, origin;
  UPDATE disk_total SET (thumbnails, thumbnail_bytes) = (
    SELECT count(*), ifnull(sum(t.bytes), 0) FROM thumbnail AS t JOIN file AS f ON f.hash = t.file_hash
    WHERE f.class = disk_total.class AND f.origin = disk_total.origin);`;

/** Classes every file and sums them up: for a library that has none of it yet. */
export const classAll = `UPDATE file SET class = ${classSql}, origin = ${originSql}; ${rebuildTotals}`;

/** The same as it was before images could be merged: for the migration that came before. */
export const beforeMerging = (sql: string): string =>
  sql.replaceAll(notMerged, '').replaceAll(mergedToo, '').replaceAll(mergedChanged, '');
