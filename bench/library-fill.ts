import { migrate } from '../src/core/store/migrate.ts';
import { migrations } from '../src/core/store/migrations/index.ts';
import { configure } from '../src/core/store/open.ts';
import type { Database } from '../src/core/store/driver.ts';
import type { RemoteImage } from '../src/shared/model.ts';

/** A made-up library, the same every time: what it has of everything is as uneven as in a real one. */

/** An image, and what happened to it here. Times in milliseconds. */
export interface Filled {
  readonly image: RemoteImage;
  readonly added: number;
  /** Its file is on the disk. */
  readonly file: string | null;
  readonly liked: number | null;
}

const syllables = 'ka lo mi ner sa to vel dri an fo qui ze bra hul py est'.split(' ');
function wordOf(n: number): string {
  let text = '';
  for (let rest = n + 17; rest > 0; rest = Math.floor(rest / syllables.length))
    text += syllables[rest % syllables.length] ?? '';
  return text;
}
export const tagNames: readonly string[] = Array.from({ length: 20_000 }, (_, n) =>
  n % 3 === 0 ? wordOf(n) : `${wordOf(n % 300)}-${wordOf(n)}`,
);
export const artistNames: readonly string[] = Array.from(
  { length: 50_000 },
  (_, n) => `${wordOf(n)} ${wordOf((n * 7) % 999)}`,
);
export const categoryNames: readonly string[] = Array.from({ length: 20 }, (_, n) => `animals.${wordOf(n)}`);
const sizes = [
  [1920, 1080],
  [2560, 1440],
  [3840, 2160],
  [1080, 1920],
  [1200, 1600],
  [5000, 2800],
  [1000, 1000],
  [7680, 4320],
] as const;

/** Uniform in [0, 1), the same every time. */
export function createRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

export function* libraryImages(count: number): Generator<Filled> {
  const random = createRandom();
  const below = (n: number): number => Math.floor(random() * n);
  const skewed = (n: number, power: number): number => Math.floor(random() ** power * n);
  const half = (): string =>
    Math.floor((random() + random()) * 127)
      .toString(16)
      .padStart(2, '0');
  for (let n = 1; n <= count; n += 1) {
    const provider = n % 4 === 0 ? 'yiff-rest' : 'waifu-im';
    const [width, height] = sizes[skewed(sizes.length, 1.5)] ?? [1920, 1080];
    const added = Date.UTC(2025, 0, 1) + Math.floor(n / 30) * 1000;
    yield {
      image: {
        id: `${provider}:${n}`,
        provider,
        remoteId: String(n),
        url: `https://cdn.example/${n}.jpg`,
        width: width + (random() < 0.2 ? below(400) : 0),
        height,
        bytes: 100_000 + skewed(8_000_000, 2),
        extension: 'jpg',
        rating: random() < 0.7 ? 'safe' : 'adult',
        animated: random() < 0.02,
        // A set: an image has a tag once.
        tags: [...new Set(Array.from({ length: 5 }, () => tagNames[skewed(tagNames.length, 3)] ?? ''))],
        category: provider === 'yiff-rest' ? (categoryNames[below(20)] ?? null) : null,
        artists: [{ name: artistNames[skewed(artistNames.length, 2)] ?? '', links: [] }],
        sources: [`https://www.site-${skewed(40, 3)}.example/works/${(n * 7919) % 99_999_989}`],
        dominantColor: `#${half()}${half()}${half()}`,
        hash: null,
        md5: null,
        pageUrl: null,
        uploadedAt: new Date(Date.UTC(2018, 0, 1) + below(8 * 31_536_000) * 1000).toISOString(),
        likedAt: null,
        likes: skewed(5000, 4),
      },
      added,
      file: n % 10 === 0 ? n.toString(16).padStart(64, '0') : null,
      liked: n % 200 === 0 ? added + below(1e9) : null,
    };
  }
}

/** The schema that rows are written to: the last one before search. */
const plainVersion = 4;

/**
 * Fills an empty database with `count` images, as a library of version 4, and brings it up to date: what search goes by is then made by the program's own
 * migrations. Its test compares this with what the store itself writes. `say` hears how long each part took.
 */
export function fillLibrary(db: Database, count: number, say: (line: string) => void = () => undefined): void {
  const started = performance.now();
  configure(db);
  db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA foreign_keys = OFF');
  migrate(db, migrations.slice(0, plainVersion), () => undefined);
  // Indexes are made from what is there: a fraction of what keeping them takes.
  const indexes = db
    .prepare<{ name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('image', 'image_tag', 'file', 'favorite')`,
    )
    .all([]);
  db.exec('BEGIN');
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  const put = db.prepare(
    `INSERT INTO image (id, provider, remote_id, url, width, height, bytes, extension, rating, animated, tags, category, artists, sources,
       dominant_color, hash, md5, page_url, uploaded_at, uploaded, liked_at, likes, added_at, refreshed_at, file_hash)
     VALUES (${Array.from({ length: 25 }, () => '?').join(', ')})`,
  );
  const putFile = db.prepare(
    `INSERT INTO file (hash, bytes, extension, width, height, added_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const like = db.prepare('INSERT INTO favorite (image_id, liked_at) VALUES (?, ?)');
  for (const { image, added, file, liked } of libraryImages(count)) {
    const { id, provider, remoteId, url, width, height, bytes, extension, rating, animated } = image;
    if (file !== null) putFile.run([file, bytes ?? 0, extension, width, height, added, added]);
    put.run([
      ...[id, provider, remoteId, url, width, height, bytes, extension, rating, animated ? 1 : 0],
      ...[JSON.stringify(image.tags), image.category, JSON.stringify(image.artists), JSON.stringify(image.sources)],
      ...[image.dominantColor, image.hash, image.md5, image.pageUrl, image.uploadedAt],
      ...[image.uploadedAt === null ? 0 : Date.parse(image.uploadedAt), image.likedAt, image.likes, added, added, file],
    ]);
    if (liked !== null) like.run([id, liked]);
  }
  // In the order of the tables' keys.
  db.exec(`INSERT INTO tag (name) SELECT DISTINCT j.value FROM image AS i, json_each(i.tags) AS j;
    INSERT INTO image_tag (tag_key, uploaded, image_key, width, rating)
      SELECT t.key, i.uploaded, i.key, i.width, i.rating FROM image AS i, json_each(i.tags) AS j JOIN tag AS t ON t.name = j.value
      ORDER BY t.key, i.uploaded, i.key`);
  for (const { sql } of indexes) db.exec(sql);
  db.exec('COMMIT');
  say(`filled in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  bringUpToDate(db, say);
}

/** Runs the migrations that are missing. */
export function bringUpToDate(db: Database, say: (line: string) => void): void {
  for (let steps = 1; steps <= migrations.length; steps += 1) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    migrate(db, migrations.slice(0, steps), () => undefined);
    const taken = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    if (taken > 0.05)
      say(
        `migration ${migrations[steps - 1]?.name ?? ''} in ${taken.toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s)`,
      );
  }
}
