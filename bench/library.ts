import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLibrary } from '../src/core/library/library.ts';
import { chooseDriver, type Database } from '../src/core/store/driver.ts';
import { migrate } from '../src/core/store/migrate.ts';
import { migrations } from '../src/core/store/migrations/index.ts';
import { configure, databaseName, openStore } from '../src/core/store/open.ts';
import { createTestLog } from '../src/core/store/testing.ts';
import { settings } from '../src/shared/model.ts';
import { parse } from '../src/shared/search/index.ts';

/**
 * What searches cost among a million images (five tags each, most of them rare; artists, sources, colors; a tenth on the disk): median and 95th percentile in
 * milliseconds, beside their limits. The library is made once and kept in the folder for temporary files.
 *
 *     node bench/library.ts [images] [--again]
 */
const count = Number(process.argv[2] ?? 1_000_000);
const version = migrations.at(-1)?.version ?? 0;
const folder = path.join(tmpdir(), `kabegami-bench-library-${count}-v${version}`);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let state = 1;
/** Uniform in [0, 1), the same every time. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
}
const below = (n: number): number => Math.floor(random() * n);
const skewed = (n: number, power: number): number => Math.floor(random() ** power * n);

const syllables = [
  'ka',
  'lo',
  'mi',
  'ner',
  'sa',
  'to',
  'vel',
  'dri',
  'an',
  'fo',
  'qui',
  'ze',
  'bra',
  'hul',
  'py',
  'est',
];
const wordOf = (n: number): string => {
  let text = '';
  for (let rest = n + 17; rest > 0; rest = Math.floor(rest / syllables.length))
    text += syllables[rest % syllables.length];
  return text;
};
const tagNames = Array.from({ length: 20_000 }, (_, n) =>
  n % 3 === 0 ? wordOf(n) : `${wordOf(n % 300)}-${wordOf(n)}`,
);
const artistNames = Array.from({ length: 50_000 }, (_, n) => `${wordOf(n)} ${wordOf((n * 7) % 999)}`);
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

function fill(db: Database): void {
  configure(db);
  db.exec('PRAGMA synchronous = OFF');
  // As far as the version before search: that migration then brings everything up to date, and is measured on the way.
  migrate(db, migrations.slice(0, 4), () => undefined);
  const image = db.prepare(
    `INSERT INTO image (key, id, provider, remote_id, url, width, height, bytes, extension, rating, animated, tags, category, artists, sources,
       dominant_color, hash, md5, page_url, uploaded_at, uploaded, liked_at, likes, added_at, refreshed_at, file_hash)
     VALUES (:key, :id, :provider, :remote_id, :url, :width, :height, :bytes, 'jpg', :rating, :animated, :tags, :category, :artists, :sources,
       :color, NULL, NULL, NULL, :uploaded_at, :uploaded, NULL, :likes, :added, :added, :file)`,
  );
  const tag = db.prepare('INSERT INTO tag (key, name) VALUES (?, ?)');
  const file = db.prepare(
    `INSERT INTO file (hash, bytes, extension, width, height, added_at, used_at) VALUES (?, ?, 'jpg', ?, ?, ?, ?)`,
  );
  const like = db.prepare('INSERT INTO favorite (image_id, liked_at) VALUES (?, ?)');
  db.exec('BEGIN');
  tagNames.forEach((name, n) => tag.run([n + 1, name]));
  db.exec('COMMIT');
  for (let from = 0; from < count; from += 20_000) {
    db.exec('BEGIN');
    for (let key = from; key < Math.min(count, from + 20_000); key += 1) {
      const provider = key % 4 === 0 ? 'yiff-rest' : 'waifu-im';
      const [width, height] = sizes[skewed(sizes.length, 1.5)] ?? [1920, 1080];
      const wide = width + (random() < 0.2 ? below(400) : 0);
      const uploaded = Date.UTC(2018, 0, 1) + below(8 * 31_536_000) * 1000;
      const tags = [...new Set(Array.from({ length: 5 }, () => skewed(tagNames.length, 3)))];
      const rating = random() < 0.7 ? 'safe' : 'adult';
      const bytes = 100_000 + skewed(8_000_000, 2);
      const hash = key % 10 === 0 ? key.toString(16).padStart(64, '0') : null;
      const added = Date.UTC(2025, 0, 1) + Math.floor(key / 30) * 1000;
      if (hash !== null) file.run([hash, bytes, wide, height, added, added]);
      const host = `www.site-${skewed(40, 3)}.example`;
      image.run({
        key,
        id: `${provider}:${key}`,
        provider,
        remote_id: String(key),
        url: `https://cdn.example/${key}.jpg`,
        width: wide,
        height,
        bytes,
        rating,
        animated: random() < 0.02 ? 1 : 0,
        tags: JSON.stringify(tags.map((n) => tagNames[n])),
        category: provider === 'yiff-rest' ? `animals.${wordOf(below(20))}` : null,
        artists: JSON.stringify([{ name: artistNames[skewed(artistNames.length, 2)], links: [] }]),
        sources: JSON.stringify([`https://${host}/works/${(key * 7919) % 99_999_989}`]),
        color: `#${[0, 0, 0]
          .map(() =>
            Math.floor((random() + random()) * 127)
              .toString(16)
              .padStart(2, '0'),
          )
          .join('')}`,
        uploaded_at: new Date(uploaded).toISOString(),
        uploaded,
        likes: skewed(5000, 4),
        added,
        file: hash,
      });
      if (key % 200 === 0) like.run([`${provider}:${key}`, added + below(1e9)]);
    }
    db.exec('COMMIT');
  }
  // In the order of the table's key: a tenth of the time.
  db.exec(`INSERT OR IGNORE INTO image_tag (tag_key, uploaded, image_key, width, rating)
    SELECT t.key, i.uploaded, i.key, i.width, i.rating FROM image AS i, json_each(i.tags) AS j JOIN tag AS t ON t.name = j.value
    ORDER BY t.key, i.uploaded, i.key`);
}

if (process.argv.includes('--again')) rmSync(folder, { recursive: true, force: true });
if (!existsSync(folder)) {
  const started = performance.now();
  const unfinished = `${folder}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const db = chooseDriver().open(path.join(unfinished, databaseName));
  fill(db);
  say(`filled in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const migrating = performance.now();
  migrate(db, migrations, () => undefined);
  db.close();
  say(`brought up to date in ${((performance.now() - migrating) / 1000).toFixed(0)} s`);
  renameSync(unfinished, folder);
}

const now = Date.UTC(2026, 0, 1);
const opening = performance.now();
const opened = openStore({ folder, log: createTestLog(), clock: { now: () => now } });
if (!opened.ok) throw new Error(opened.error.message);
const store = opened.value;
const openedIn = performance.now() - opening;
say(
  `${store.driver.name}, SQLite ${store.driver.version}; ${count} images, ${(statSync(path.join(folder, databaseName)).size / 1e6).toFixed(0)} MB`,
);
say(`${''.padEnd(56)}   median      p95      CPU    limit`);
const line = (name: string, parts: readonly number[], limit: number): void =>
  say(
    `${name.padEnd(56)} ${parts.map((part) => part.toFixed(2).padStart(8)).join(' ')} ${String(limit).padStart(8)}${(parts[1] ?? 0) > limit ? '  over' : ''}`,
  );
line('open', [openedIn, openedIn, openedIn], 100);

async function measure(name: string, limit: number, times: number, work: (n: number) => unknown): Promise<void> {
  const taken: number[] = [];
  for (let n = 0; n < Math.min(3, times); n += 1) await work(n + times);
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    const result = work(n);
    if (result instanceof Promise) await result;
    taken.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  taken.sort((one, other) => one - other);
  const at = (share: number): number => taken[Math.floor(share * (times - 1))] ?? 0;
  line(name, [at(0.5), at(0.95), (user + system) / 1000 / times], limit);
}
const only = process.env['ONLY'] === undefined ? /./ : new RegExp(process.env['ONLY']);
const run: typeof measure = (name, ...rest) => (only.test(name) ? measure(name, ...rest) : Promise.resolve());

const open = (query: string, adult = true) => {
  const { terms, mistakes } = parse(query);
  if (mistakes[0] !== undefined) throw new Error(`${query}: ${mistakes[0].message}`);
  return store.search.open({ terms, adult, now, seed: 12_345 });
};
const page = (query: string, adult = true) => {
  const { rows } = open(query, adult).step(null, 60);
  return store.search.images(
    rows.map(({ key }) => key),
    adult,
  );
};
const tag = (n: number): string => `tag:${tagNames[n % tagNames.length] ?? ''}`;
const common = (n: number): string => tag(n % 25);
const medium = (n: number): string => tag(25 + ((n * 37) % 1000));

await run('page: everything', 10, 100, () => page(''));
await run('page: everything, adult off', 10, 100, () => page('', false));
await run('page: a common tag', 10, 100, (n) => page(common(n)));
await run('page: a tag', 10, 100, (n) => page(medium(n)));
await run('page: a tag, by likes', 10, 100, (n) => page(`${medium(n)} sort:likes`));
await run('page: a common tag, by size', 10, 100, (n) => page(`${common(n)} sort:size`));
await run('page: width and orientation', 10, 100, (n) => page(`width:>=${2560 + n} orientation:landscape`));
await run('page: rare width', 10, 100, (n) => page(`width:${1921 + n}`));
await run('page: bytes, by likes', 10, 100, () => page('bytes:<300kB sort:likes'));
await run('page: favorites on disk', 10, 100, () => page('is:favorite is:cached sort:liked'));
await run('page: uploaded in a month, random', 10, 100, (n) =>
  page(`uploaded:202${n % 6}-0${1 + (n % 9)} sort:random`),
);
await run('page: an artist', 10, 100, (n) => page(`artist:"${artistNames[(n * 991) % 9000] ?? ''}"`));
await run('page: not a common tag', 10, 100, (n) => page(`-${common(n)} rating:safe`));
await run('page: two tags + size', 10, 100, (n) => page(`${common(n)} ${common(n + 7)} width:>=2560`));
await run('page: common + rarer tag + size', 10, 100, (n) => page(`${common(n)} ${medium(n)} width:>=2560`));
await run('page: color', 10, 100, (n) => page(`color:#${((n * 7919) % 4096).toString(16).padStart(3, '0')}~`));
await run('page: color and tag', 10, 100, (n) =>
  page(`color:#${((n * 7919) % 4096).toString(16).padStart(3, '0')}~ ${common(n)}`),
);
await run('page: substring', 20, 100, (n) => page((tagNames[(n * 131) % 3000] ?? '').slice(1, 6)));
await run('page: short substring', 20, 100, (n) => page((tagNames[(n * 131) % 3000] ?? '').slice(1, 4)));
await run('page: two letters', 20, 100, (n) => page((tagNames[(n * 131) % 3000] ?? '').slice(0, 2)));
await run('page: two words', 20, 100, (n) =>
  page(`${(tagNames[n % 50] ?? '').slice(0, 5)} ${(artistNames[n * 3] ?? '').slice(0, 4)}`),
);
await run('page: a site', 20, 100, (n) => page(`source:site-${n % 30}`));
await run('page: a number in a source', 20, 100, (n) => page(String((n * 7919 * 11) % 99_999_989)));
await run('count: everything', 10, 50, () => open('').count());
await run('count: two tags', 50, 50, (n) => open(`${common(n)} ${common(n + 7)}`).count());
await run('count: width', 50, 50, () => open('width:>=2560 orientation:landscape').count());
await run('facets: everything', 50, 30, () => open('').facets());
await run('facets: a common tag', 50, 30, (n) => open(common(n)).facets());
await run('facets: a tag', 50, 30, (n) => open(medium(n)).facets());
await run('facets: width', 50, 30, () => open('width:>=2560 orientation:landscape').facets());
await run('random: everything', 1, 200, (n) => open('').random((n * 0.618) % 1));
await run('random: filtered', 1, 200, (n) =>
  open('width:>=2560 orientation:landscape rating:safe').random((n * 0.618) % 1),
);
await run('random: a common tag', 1, 200, (n) => open(common(n)).random((n * 0.618) % 1));
await run('arrange: a step of everything', 50, 30, () => open('').step(null, 20_000));
await run('arrange: a step of a width', 50, 30, () => open('width:>=2560').step(null, 20_000));
await run('arrange: a step of a common tag by likes', 50, 30, (n) =>
  open(`${common(n)} sort:likes`).step(null, 20_000),
);
await run('arrange: a step of a color', 50, 30, (n) =>
  open(`color:#${((n * 7919) % 4096).toString(16).padStart(3, '0')}~`).step(null, 20_000),
);
await run('complete: two letters', 20, 100, (n) =>
  store.search.names('tag', (tagNames[n] ?? '').slice(0, 2), true, 12),
);
await run('complete: four letters', 20, 100, (n) =>
  store.search.names('artist', (artistNames[n] ?? '').slice(0, 4), true, 12),
);

const library = createLibrary({
  search: store.search,
  settings: () => ({ ...settings.parse({}), adultContent: true }),
  clock: { now: () => now },
  random,
});
const ask = async (query: string): Promise<void> => {
  const answer = await library.search({ query, cursor: null, limit: 60 });
  if (!answer.ok) throw new Error(answer.error.message);
};
await run('service: search, everything', 50, 50, () => ask(''));
await run('service: search, two tags + size', 50, 50, (n) => ask(`${common(n)} ${common(n + 7)} width:>=2560`));
await run('service: search, substring', 50, 50, (n) => ask((tagNames[(n * 131) % 3000] ?? '').slice(1, 6)));
await run('service: search, color', 50, 50, (n) => ask(`color:#${((n * 7919) % 4096).toString(16).padStart(3, '0')}~`));
await run('service: random', 50, 50, () => library.random('width:>=2560'));
await run('whole: arrange everything', 5000, 1, async () => {
  let cursor: string | null = null;
  do {
    const answer: Awaited<ReturnType<typeof library.arrange>> = await library.arrange({
      query: '',
      cursor,
      limit: 20_000,
    });
    if (!answer.ok) throw new Error(answer.error.message);
    cursor = answer.value.next;
  } while (cursor !== null);
});
await run('whole: ruler of everything', 5000, 1, () => library.ruler(''));
store.close();
