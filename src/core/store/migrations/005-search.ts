import type { Database } from '../driver.ts';
import { colorNumbers } from '../../../shared/search/oklab.ts';
import { fold } from '../../../shared/search/fold.ts';
import { siteOf } from '../search/sites.ts';
import type { Migration } from './index.ts';

/** What `search_image` says of a row of `image`, in the order of its columns after the key. */
const columns = (row: 'new' | 'image'): string => `
  ${row}.uploaded, ${row}.added_at, ifnull(${row}.likes, 0),
  (SELECT liked_at FROM favorite WHERE image_id = ${row}.id AND removed_at IS NULL),
  ${row}.width, ${row}.height, ${row}.width * ${row}.height,
  CASE WHEN ${row}.height > 0 THEN min((2000 * ${row}.width + ${row}.height) / (2 * ${row}.height), 1000000) ELSE 1000 END,
  (${row}.width > ${row}.height) - (${row}.width < ${row}.height),
  ifnull(${row}.bytes, (SELECT bytes FROM file WHERE hash = ${row}.file_hash)),
  ${row}.rating = 'safe', ${row}.provider, ${row}.category, ${row}.animated, ${row}.file_hash IS NOT NULL,
  ${row}.color_l, ${row}.color_a, ${row}.color_b, ${row}.color_family,
  (${row}.color_l / 40) * 10000 + ((${row}.color_a + 500) / 40) * 100 + (${row}.color_b + 500) / 40,
  (((${row}.key * ${row}.key) % 2147483647) * 48271 + ${row}.key * 16807) % 2147483647`;
const names = `
  uploaded, added, likes, liked, width, height, pixels, ratio, lie, bytes, safe, provider, category, animated, cached,
  color_l, color_a, color_b, family, cell, shuffle`;
/** The columns of `image` it follows. */
const followed = [
  'uploaded',
  'added_at',
  'likes',
  'width',
  'height',
  'bytes',
  'rating',
  'provider',
  'category',
  'animated',
  'file_hash',
  'color_l',
  'color_a',
  'color_b',
  'color_family',
];
const valuesOf = (row: 'new' | 'old'): string => followed.map((name) => `${row}.${name}`).join(', ');

/** The words of an image that are no tags: its title, its note, and what stands in the addresses of its sources behind the host. */
const text = (row: 'new' | 'image'): string => `
  ${row}.key, ifnull(${row}.title, ''), ifnull((SELECT note FROM image_note WHERE image_id = ${row}.id), ''),
  ifnull((SELECT group_concat(CASE instr(substr(value, 9), '/') WHEN 0 THEN '' ELSE substr(value, 9 + instr(substr(value, 9), '/')) END, ' | ')
          FROM json_each(${row}.sources)), '')`;

const vocabularies = [
  { table: 'tag', link: 'image_tag', kind: 0 },
  { table: 'artist', link: 'image_artist', kind: 1 },
  { table: 'site', link: 'image_site', kind: 2 },
] as const;

/**
 * What search goes by. Triggers keep all of it in step with `image`, whoever writes there.
 *
 * `search_image` is the narrow half of `image`: what can be asked of it by numbers, and nothing else, so that a search touches few pages; what may never be
 * a result (blocked) is not in it. `search_text` holds the words of titles, notes and sources, `vocabulary` the three-letter pieces of every tag, artist and
 * site (key × 4 + kind). `images` and `safe` of a tag count the images that may be results, all and the safe ones.
 */
export const search: Migration = {
  version: 5,
  name: 'search',
  sql: `
    ALTER TABLE image ADD COLUMN title TEXT;                -- the file's name, of local pictures
    ALTER TABLE image ADD COLUMN color_l INTEGER;           -- dominant_color as OKLab, in thousandths
    ALTER TABLE image ADD COLUMN color_a INTEGER;
    ALTER TABLE image ADD COLUMN color_b INTEGER;
    ALTER TABLE image ADD COLUMN color_family TEXT;         -- its name for people: blue, grey

    ALTER TABLE tag ADD COLUMN folded TEXT;                 -- what the name is compared by
    ALTER TABLE tag ADD COLUMN images INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE tag ADD COLUMN safe INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX tag_folded ON tag (folded);
    ${['artist', 'site']
      .map(
        (name) => `
    CREATE TABLE ${name} (
      key INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      folded TEXT NOT NULL UNIQUE,
      images INTEGER NOT NULL DEFAULT 0,
      safe INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE image_${name} (
      ${name}_key INTEGER NOT NULL REFERENCES ${name} (key),
      uploaded INTEGER NOT NULL,
      image_key INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      width INTEGER NOT NULL,
      rating TEXT NOT NULL,
      PRIMARY KEY (${name}_key, uploaded, image_key, width, rating)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX image_${name}_by_image ON image_${name} (image_key);`,
      )
      .join('')}

    CREATE TABLE search_image (
      key INTEGER PRIMARY KEY,              -- image.key
      uploaded INTEGER NOT NULL,
      added INTEGER NOT NULL,
      likes INTEGER NOT NULL,
      liked INTEGER,                        -- when it became a favorite; null: it is none
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      pixels INTEGER NOT NULL,
      ratio INTEGER NOT NULL,               -- width / height in thousandths
      lie INTEGER NOT NULL,                 -- 1 landscape, 0 square, -1 portrait
      bytes INTEGER,
      safe INTEGER NOT NULL,
      provider TEXT NOT NULL,
      category TEXT,
      animated INTEGER NOT NULL,
      cached INTEGER NOT NULL,
      color_l INTEGER,
      color_a INTEGER,
      color_b INTEGER,
      family TEXT,
      cell INTEGER,                         -- cube of 40 thousandths its color lies in
      shuffle INTEGER NOT NULL              -- its place in a random order
    ) STRICT;
    CREATE TABLE search_total (
      key INTEGER PRIMARY KEY CHECK (key = 1),
      images INTEGER NOT NULL,
      safe INTEGER NOT NULL,
      revision INTEGER NOT NULL             -- grows whenever a result may differ
    ) STRICT;
    INSERT INTO search_total VALUES (1, 0, 0, 0);
    CREATE VIRTUAL TABLE search_text USING fts5 (
      title, note, source, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE vocabulary USING fts5 (name, content = '', tokenize = 'trigram');

    CREATE TABLE saved_search (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      query TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
  `,
  after(db) {
    nameColors(db);
    fillVocabularies(db);
    db.exec(`
      INSERT INTO search_image (key, ${names}) SELECT image.key, ${columns('image')} FROM image WHERE blocked = 0;
      INSERT INTO search_text (rowid, title, note, source) SELECT ${text('image')} FROM image;
      UPDATE search_total SET images = (SELECT count(*) FROM search_image), safe = (SELECT count(*) FROM search_image WHERE safe = 1);
      ${vocabularies
        .map(
          ({ table, link }) => `
      UPDATE ${table} SET
        images = (SELECT count(*) FROM ${link} AS l JOIN search_image AS s ON s.key = l.image_key WHERE l.${table}_key = ${table}.key),
        safe = (SELECT count(*) FROM ${link} AS l JOIN search_image AS s ON s.key = l.image_key WHERE l.${table}_key = ${table}.key AND l.rating = 'safe');`,
        )
        .join('')}
    `);
    db.exec(indexes + triggers);
  },
};

const indexes = `
  CREATE INDEX search_uploaded ON search_image (uploaded, key, safe, ratio);
  CREATE INDEX search_added ON search_image (added, key, safe, ratio);
  CREATE INDEX search_likes ON search_image (likes, key, safe, ratio);
  CREATE INDEX search_pixels ON search_image (pixels, key, safe, ratio);
  CREATE INDEX search_shuffle ON search_image (shuffle, key, safe, ratio);
  CREATE INDEX search_liked ON search_image (liked, key, safe, ratio) WHERE liked IS NOT NULL;
  CREATE INDEX search_cell ON search_image (cell, key) WHERE cell IS NOT NULL;
  CREATE INDEX search_family ON search_image (family, key) WHERE family IS NOT NULL;
  CREATE INDEX search_width ON search_image (width, key);
  CREATE INDEX search_height ON search_image (height, key);
  CREATE INDEX search_bytes ON search_image (bytes, key) WHERE bytes IS NOT NULL;
  CREATE INDEX search_ratio ON search_image (ratio, key);
  CREATE INDEX search_provider ON search_image (provider, key);
  CREATE INDEX search_category ON search_image (category, key) WHERE category IS NOT NULL;
  CREATE INDEX search_animated ON search_image (key) WHERE animated = 1;
  CREATE INDEX search_cached ON search_image (key) WHERE cached = 1;
  CREATE INDEX search_safe ON search_image (key) WHERE safe = 1;`;

const changed = `UPDATE search_total SET revision = revision + 1;`;
const counted = (row: 'new' | 'old', sign: '+' | '-'): string => `
    UPDATE search_total SET images = images ${sign} 1, safe = safe ${sign} ${row}.safe, revision = revision + 1;
    ${vocabularies
      .map(
        ({ table, link }) => `
    UPDATE ${table} SET images = images ${sign} 1, safe = safe ${sign} ${row}.safe
      WHERE key IN (SELECT ${table}_key FROM ${link} WHERE image_key = ${row}.key);`,
      )
      .join('')}`;

const triggers = `
  CREATE TRIGGER search_image_new AFTER INSERT ON image WHEN new.blocked = 0 BEGIN
    INSERT INTO search_image (key, ${names}) VALUES (new.key, ${columns('new')});
  END;
  CREATE TRIGGER search_image_change AFTER UPDATE OF ${followed.join(', ')} ON image
  WHEN new.blocked = 0 AND old.blocked = 0 AND (${valuesOf('new')}) IS NOT (${valuesOf('old')}) BEGIN
    UPDATE search_image SET (${names}) = (SELECT ${columns('new')}) WHERE key = new.key;
  END;
  CREATE TRIGGER search_image_out AFTER UPDATE OF blocked ON image WHEN new.blocked = 1 AND old.blocked = 0 BEGIN
    DELETE FROM search_image WHERE key = new.key;
  END;
  CREATE TRIGGER search_image_back AFTER UPDATE OF blocked ON image WHEN new.blocked = 0 AND old.blocked = 1 BEGIN
    INSERT INTO search_image (key, ${names}) VALUES (new.key, ${columns('new')});
  END;
  CREATE TRIGGER search_image_gone AFTER DELETE ON image BEGIN
    DELETE FROM search_image WHERE key = old.key;
    DELETE FROM search_text WHERE rowid = old.key;
  END;

  CREATE TRIGGER search_counted_in AFTER INSERT ON search_image BEGIN ${counted('new', '+')} END;
  CREATE TRIGGER search_counted_out AFTER DELETE ON search_image BEGIN ${counted('old', '-')} END;
  CREATE TRIGGER search_counted_change AFTER UPDATE ON search_image BEGIN
    UPDATE search_total SET safe = safe + new.safe - old.safe, revision = revision + 1;
  END;
  ${vocabularies
    .map(
      ({ table, link, kind }) => `
  CREATE TRIGGER search_${link}_in AFTER INSERT ON ${link} BEGIN
    UPDATE ${table} SET images = images + 1, safe = safe + (new.rating = 'safe')
      WHERE key = new.${table}_key AND EXISTS (SELECT 1 FROM search_image WHERE key = new.image_key);
    ${changed}
  END;
  CREATE TRIGGER search_${link}_out AFTER DELETE ON ${link} BEGIN
    UPDATE ${table} SET images = images - 1, safe = safe - (old.rating = 'safe')
      WHERE key = old.${table}_key AND EXISTS (SELECT 1 FROM search_image WHERE key = old.image_key);
    ${changed}
  END;
  CREATE TRIGGER search_${table}_named AFTER INSERT ON ${table} BEGIN
    UPDATE ${table} SET folded = lower(replace(replace(name, '_', ' '), '-', ' ')) WHERE key = new.key AND folded IS NULL;
    INSERT INTO vocabulary (rowid, name) SELECT key * 4 + ${kind}, folded FROM ${table} WHERE key = new.key;
  END;`,
    )
    .join('')}

  CREATE TRIGGER search_liked_in AFTER INSERT ON favorite BEGIN
    UPDATE search_image SET liked = CASE WHEN new.removed_at IS NULL THEN new.liked_at END
      WHERE key = (SELECT key FROM image WHERE id = new.image_id);
  END;
  CREATE TRIGGER search_liked_change AFTER UPDATE ON favorite BEGIN
    UPDATE search_image SET liked = CASE WHEN new.removed_at IS NULL THEN new.liked_at END
      WHERE key = (SELECT key FROM image WHERE id = new.image_id);
  END;
  CREATE TRIGGER search_liked_out AFTER DELETE ON favorite BEGIN
    UPDATE search_image SET liked = NULL WHERE key = (SELECT key FROM image WHERE id = old.image_id);
  END;

  CREATE TRIGGER search_text_new AFTER INSERT ON image BEGIN
    INSERT INTO search_text (rowid, title, note, source) VALUES (${text('new')});
  END;
  CREATE TRIGGER search_text_change AFTER UPDATE OF sources, title ON image
  WHEN (new.sources, new.title) IS NOT (old.sources, old.title) BEGIN
    INSERT OR REPLACE INTO search_text (rowid, title, note, source) VALUES (${text('new')});
    ${changed}
  END;
  ${(['INSERT', 'UPDATE', 'DELETE'] as const)
    .map(
      (deed) => `
  CREATE TRIGGER search_note_${deed.toLowerCase()} AFTER ${deed} ON image_note BEGIN
    INSERT OR REPLACE INTO search_text (rowid, title, note, source)
      SELECT ${text('image')} FROM image WHERE id = ${deed === 'DELETE' ? 'old' : 'new'}.image_id;
    ${changed}
  END;
  CREATE TRIGGER search_collected_${deed.toLowerCase()} AFTER ${deed} ON collection_image BEGIN ${changed} END;`,
    )
    .join('')}
`;

/** A color is worked out once, however many images have it. */
function nameColors(db: Database): void {
  const name = db.prepare(
    'UPDATE image SET color_l = :l, color_a = :a, color_b = :b, color_family = :family WHERE dominant_color = :color',
  );
  db.exec('CREATE INDEX migrating_colors ON image (dominant_color)');
  for (const { color } of db
    .prepare<{ color: string }>('SELECT DISTINCT dominant_color AS color FROM image WHERE dominant_color IS NOT NULL')
    .all([])) {
    const numbers = colorNumbers(color);
    if (numbers !== null) name.run({ color, ...numbers });
  }
  db.exec('DROP INDEX migrating_colors');
}

function fillVocabularies(db: Database): void {
  const foldTag = db.prepare('UPDATE tag SET folded = ? WHERE key = ?');
  for (const { key, name } of db.prepare<{ key: number; name: string }>('SELECT key, name FROM tag').all([])) {
    foldTag.run([fold(name), key]);
  }
  const part = 2_000;
  const some = db.prepare<{
    key: number;
    artists: string;
    sources: string;
    uploaded: number;
    width: number;
    rating: string;
  }>(`SELECT key, artists, sources, uploaded, width, rating FROM image WHERE key > ? ORDER BY key LIMIT ${part}`);
  const put = { artist: linkWith(db, 'artist'), site: linkWith(db, 'site') };
  for (let after = -1, read = part; read === part;) {
    const rows = some.all([after]);
    for (const row of rows) {
      for (const { name } of JSON.parse(row.artists) as { name: string }[]) put.artist(name, row);
      for (const source of JSON.parse(row.sources) as string[]) put.site(siteOf(source), row);
    }
    read = rows.length;
    after = rows.at(-1)?.key ?? after;
  }
  for (const { table, kind } of vocabularies)
    db.exec(`INSERT INTO vocabulary (rowid, name) SELECT key * 4 + ${kind}, folded FROM ${table}`);
}

function linkWith(db: Database, table: 'artist' | 'site') {
  const add = db.prepare(`INSERT INTO ${table} (name, folded) VALUES (?, ?) ON CONFLICT (folded) DO NOTHING`);
  const link = db.prepare(
    `INSERT INTO image_${table} (${table}_key, uploaded, image_key, width, rating)
     SELECT key, :uploaded, :image, :width, :rating FROM ${table} WHERE folded = :folded ON CONFLICT DO NOTHING`,
  );
  return (
    name: string | null,
    row: { readonly key: number; readonly uploaded: number; readonly width: number; readonly rating: string },
  ): void => {
    const folded = name === null ? '' : fold(name);
    if (name === null || folded === '') return;
    add.run([name, folded]);
    const { key, uploaded, width, rating } = row;
    link.run({ folded, image: key, uploaded, width, rating });
  };
}
