import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FileRecord } from '../../store/store.ts';
import { chooseDriver } from '../../store/driver.ts';
import { createTestLog, openTestStore, testImage } from '../../store/testing.ts';
import { createLayout } from '../../files/layout.ts';
import { createPictures } from '../../files/create-pictures.ts';
import { createBackups, type Backups, type BackupParts } from '../backups.ts';
import { runDatabaseJob } from '../database-jobs.ts';
import { carryOutRestore } from '../swap.ts';

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
export const silent = { onProgress: () => undefined, signal: new AbortController().signal };

/** A data folder with a library of every kind of thing, whose "pictures" are text that bears its hash as a name. */
export function createTestLibrary(folder: string = mkdtempSync(path.join(tmpdir(), 'kabegami-backup-'))) {
  const outside = mkdtempSync(path.join(tmpdir(), 'kabegami-elsewhere-'));
  const clock = { time: Date.UTC(2026, 0, 10, 12) };
  return {
    folder,
    clock,
    /** A folder that is none of the program's. */
    outside,
    backups: (more: Partial<BackupParts> = {}): Backups =>
      createBackups({
        folder,
        version: '0.1.0',
        clock: { now: () => (clock.time += 1) },
        log: createTestLog(),
        // In this thread: a new one for each job would take most of a test's time.
        runJob: (job) => Promise.resolve().then(() => runDatabaseJob(job) as never),
        ...more,
      }),
    carryOut: () => carryOutRestore(folder, createTestLog()),
    /** Adds a picture of this content to the image; `id` must be known. */
    addPicture: (store: ReturnType<typeof openTestStore>['store'], id: string, content: string): FileRecord => {
      const file = { hash: sha256(content), bytes: Buffer.byteLength(content), extension: 'png', width: 4, height: 3 };
      const target = createLayout(folder).picture(file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
      store.files.attach(id, file, { dominantColor: '#112233', hash: null });
      return file;
    },
    open: () => openTestStore(folder).store,
    wipe(): void {
      for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true });
    },
    remove(): void {
      for (const gone of [folder, outside]) rmSync(gone, { recursive: true, force: true });
    },
  };
}
export type TestLibrary = ReturnType<typeof createTestLibrary>;

/** Favorites, outbox, collections, history, blocks, pools, settings and pictures, `size` images in all. */
export function fillLibrary(library: TestLibrary, size = 12): void {
  const store = library.open();
  const ids = Array.from({ length: size }, (_, n) => `waifu-im:${n}`);
  store.images.upsert(
    ids.map((id, n) =>
      testImage({ id, tags: ['sky', `tag-${n % 3}`], artists: [{ name: `Painter ${n % 4}`, links: [] }] }),
    ),
  );
  ids
    .slice(0, Math.ceil(size / 2))
    .forEach((id, n) => library.addPicture(store, id, `picture ${n} ${'x'.repeat(n * 700)}`));
  ids.slice(0, 3).forEach((id) => store.files.keep(id));
  store.settings.set({ ...store.settings.get(), theme: 'dark', cacheLimitBytes: 5_000_000_000 });
  store.settings.remember('lastFilter', { provider: 'waifu-im' });
  const db = store.database;
  for (const id of ids.slice(2, 6)) db.prepare('INSERT INTO favorite (image_id, liked_at) VALUES (?, 5)').run([id]);
  db.prepare('INSERT INTO favorite (image_id, liked_at, removed_at) VALUES (?, 5, 9)').run([ids[6] ?? '']);
  db.prepare("INSERT INTO outbox (image_id, desired, queued_at) VALUES (?, 'liked', 7)").run([ids[3] ?? '']);
  const collection = store.collections.insert({ name: '夜 & "day"', query: null, at: 1 });
  const members = ids.slice(0, 5).reverse();
  store.collections.put(
    collection,
    members.map((image, n) => ({ image, position: n * 1024 })),
  );
  store.pools.save({ id: 'mine', name: 'Mine', sources: [{ kind: 'favorites', weight: 2 }] });
  store.blocks.add({ kind: 'tag', value: 'adult-only-tag' }, 3);
  const copy = 'an outside picture';
  const name = `${sha256(copy).slice(0, 40)}.png`;
  mkdirSync(path.join(library.folder, 'outside'), { recursive: true });
  writeFileSync(path.join(library.folder, 'outside', name), copy);
  const shown = { display: 'edid:1', name: 'LEFT', fit: 'fill', backend: 'test', verified: true } as const;
  store.wallpapers.record({ reason: 'outside', at: 1, entries: [{ ...shown, image: null, outside: name }] });
  store.wallpapers.record({ reason: 'set', at: 2, entries: [{ ...shown, image: ids[1] ?? '', outside: null }] });
  store.close();
}

/** Everything a database says, but for thumbnails, which can be made again. */
export function dumpDatabase(file: string): Readonly<Record<string, readonly string[]>> {
  const db = chooseDriver().open(file);
  try {
    const tables = db
      .prepare<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all([])
      .map(({ name }) => name)
      .filter((name) => name !== 'thumbnail');
    return Object.fromEntries(
      tables.map((name) => [
        name,
        db
          .prepare<Record<string, unknown>>(`SELECT * FROM "${name}"`)
          .all([])
          .map((row) => JSON.stringify(Object.entries(row).filter(([key]) => key !== '_metadata')))
          .sort(),
      ]),
    );
  } finally {
    db.close();
  }
}

/** Every file of a library's parts with the hash of its content; the database by its dump. */
export function dumpLibrary(folder: string): unknown {
  const files = (part: string): readonly string[] =>
    existsSync(path.join(folder, part))
      ? readdirSync(path.join(folder, part), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => path.join(entry.parentPath, entry.name))
          .map((file) => `${path.relative(folder, file)} ${sha256(readFileSync(file))}`)
          .sort()
      : [];
  return {
    database: dumpDatabase(path.join(folder, 'library.db')),
    pictures: files('pictures'),
    outside: files('outside'),
  };
}

/** What `library verify` says of it. */
export async function verifyLibrary(folder: string, repair = false) {
  const { store } = openTestStore(folder);
  const pictures = createPictures({
    folder,
    index: store.files,
    disk: store.disk,
    limitBytes: () => 1e9,
    checkDatabase: store.check,
    fetchPicture: () => Promise.reject(new Error('There is no network.')),
    codec: { thumbnails: none, compose: none, looks: none, compare: none, close: () => Promise.resolve() },
    clock: { now: () => 0 },
    log: createTestLog(),
  });
  const report = await pictures.verify({ repair });
  await pictures.close();
  store.close();
  if (!report.ok) throw new Error(report.error.message);
  return report.value;
}

function none(): Promise<never> {
  return Promise.reject(new Error('Nothing is decoded here.'));
}
