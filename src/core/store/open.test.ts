import { fork, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseDriver, type Driver } from './driver.ts';
import { storeError } from './errors.ts';
import { backUp, migrate, schemaVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { backupsName, configure, databaseName, openStore } from './open.ts';
import { createTestLog, openTestStore, testImage } from './testing.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kabegami-open-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (driver?: Driver) =>
  openStore({
    folder,
    log: createTestLog(),
    clock: { now: () => Date.UTC(2026, 0, 1) },
    ...(driver === undefined ? {} : { driver }),
  });

const newest = migrations.length;

describe('migrations', () => {
  it('are numbered from 1 without gaps', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it.each(['better-sqlite3', 'libsql'])(
    'go step by step, each leaving a sound database of strict tables (%s)',
    (name) => {
      const db = chooseDriver(name === 'libsql' ? '9' : '10').open(':memory:');
      configure(db);
      for (const [index] of migrations.entries()) {
        migrate(db, migrations.slice(0, index + 1), () => undefined);
        expect(schemaVersion(db)).toBe(index + 1);
        expect(db.prepare('PRAGMA integrity_check').all([])).toEqual([{ integrity_check: 'ok' }]);
      }
      const loose = db
        .prepare<{ name: string }>(
          `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
        )
        .all([]);
      expect(loose).toEqual([]);
      db.close();
    },
  );

  it('leave the version before them when a step fails', () => {
    const db = chooseDriver().open(':memory:');
    migrate(db, migrations, () => undefined);
    const broken = { version: newest + 1, name: 'broken', sql: 'CREATE TABLE half (a) STRICT; SELECT nonsense;' };
    const backedUp: number[] = [];
    expect(() => migrate(db, [...migrations, broken], (version) => backedUp.push(version))).toThrow();
    expect(backedUp).toEqual([newest]);
    expect(schemaVersion(db)).toBe(newest);
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).all([])).toEqual([]);
    db.close();
  });

  it('back an existing database up first, and only the newest copies stay', () => {
    const db = chooseDriver().open(path.join(folder, databaseName));
    migrate(db, migrations.slice(0, 1), () => undefined);
    db.close();
    const opened = open();
    expect(opened.ok).toBe(true);
    if (!opened.ok) return;
    const backups = path.join(folder, backupsName);
    expect(readdirSync(backups)).toEqual(['library-v1-2026-01-01T00-00-00-000Z.db']);
    const copy = chooseDriver().open(path.join(backups, readdirSync(backups)[0] ?? ''));
    expect(schemaVersion(copy)).toBe(1);
    copy.close();
    for (let day = 2; day < 22; day += 1) backUp(opened.value.database, backups, newest, Date.UTC(2026, 0, day));
    const kept = readdirSync(backups);
    expect(kept).toContain(`library-v${newest}-2026-01-21T00-00-00-000Z.db`);
    // An older program may need the last one of its schema.
    expect(kept).toContain('library-v1-2026-01-01T00-00-00-000Z.db');
    expect(kept).not.toContain(`library-v${newest}-2026-01-02T00-00-00-000Z.db`);
    expect(kept.length).toBeLessThan(12);
    opened.value.close();
  });
});

describe('openStore', () => {
  it('creates a private folder and database, and tells its driver', () => {
    folder = path.join(folder, 'deep', 'er');
    const opened = open();
    expect(opened.ok).toBe(true);
    if (!opened.ok) return;
    const { store } = { store: opened.value };
    expect(store.driver.name).toBe('better-sqlite3');
    expect(store.driver.version).toMatch(/^3\.\d+\.\d+$/);
    expect(store.check()).toEqual([]);
    expect(store.stats()).toEqual({ images: 0, files: 0, bytes: 0, favorites: 0, thumbnails: 0, thumbnailBytes: 0 });
    store.close();
    expect(readdirSync(folder)).toEqual([databaseName]);
  });

  it('shares a database between both drivers', () => {
    const first = open(chooseDriver('9'));
    if (!first.ok) throw new Error(first.error.message);
    expect(first.value.driver.name).toBe('libsql');
    first.value.images.upsert([testImage({ id: 'waifu-im:1' })]);
    first.value.close();
    const second = open(chooseDriver('10'));
    if (!second.ok) throw new Error(second.error.message);
    expect(second.value.images.get('waifu-im:1')?.tags).toEqual(['landscape', 'sky']);
    second.value.close();
  });

  it.each(['9', '10'])('refuses a database of a newer version and leaves it alone (Node-API %s)', (napi) => {
    const driver = chooseDriver(napi);
    const db = driver.open(path.join(folder, databaseName));
    db.exec('CREATE TABLE future (a INTEGER) STRICT; PRAGMA user_version = 9999');
    db.close();
    const opened = open(driver);
    expect(opened).toMatchObject({ ok: false, error: { code: 'database_newer' } });
    const again = driver.open(path.join(folder, databaseName));
    expect(schemaVersion(again)).toBe(9999);
    again.close();
    expect(existsSync(path.join(folder, backupsName))).toBe(false);
  });

  it.each(['9', '10'])('says what to do about a damaged database (Node-API %s)', (napi) => {
    writeFileSync(path.join(folder, databaseName), Buffer.alloc(8192, 'not a database'));
    const opened = open(chooseDriver(napi));
    expect(opened).toMatchObject({ ok: false, error: { code: 'database_corrupt' } });
    if (!opened.ok) expect(opened.error.message).toContain(backupsName);
  });

  it.each(['9', '10'])('says so when the folder cannot be written to (Node-API %s)', (napi) => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    folder = path.join(file, 'data');
    expect(open(chooseDriver(napi))).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable' } });
    folder = path.dirname(file);
    rmSync(path.join(folder, databaseName), { force: true });
    mkdirSync(path.join(folder, databaseName));
    expect(open(chooseDriver(napi))).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable' } });
  });

  it.each(['9', '10'])('tells a full disk apart (Node-API %s)', (napi) => {
    const opened = open(chooseDriver(napi));
    if (!opened.ok) throw new Error(opened.error.message);
    const store = opened.value;
    store.database.prepare('PRAGMA max_page_count = 1').get([]);
    const where = { database: 'library.db', backups: 'backups' };
    let thrown: unknown;
    try {
      for (let id = 0; id < 1000; id += 1)
        store.images.upsert([testImage({ id: `waifu-im:${id}`, url: 'x'.repeat(9000) })]);
    } catch (error) {
      thrown = error;
    }
    expect(storeError(thrown, where)?.code).toBe('disk_full');
    // The transaction that failed left nothing behind, and the next one works.
    store.database.prepare('PRAGMA max_page_count = 100000').get([]);
    store.images.upsert([testImage({ id: 'waifu-im:after' })]);
    expect(store.check()).toEqual([]);
    store.close();
  });

  it.each(['9', '10'])(
    'takes a version that no Kabegami gave, or tables of another, for damage (Node-API %s)',
    (napi) => {
      const driver = chooseDriver(napi);
      for (const sql of ['PRAGMA user_version = -1', 'CREATE TABLE image (a)', `PRAGMA user_version = ${newest}`]) {
        folder = mkdtempSync(path.join(folder, 'x'));
        const db = driver.open(path.join(folder, databaseName));
        db.exec(sql);
        db.close();
        expect(open(driver), sql).toMatchObject({ ok: false, error: { code: 'database_corrupt' } });
      }
    },
  );

  it('explains every trouble with the disk by what the file system says', () => {
    const where = { database: path.join(folder, databaseName), backups: 'backups' };
    for (const code of ['SQLITE_IOERR', 'SQLITE_IOERR_READ', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'EIO']) {
      const known = storeError(Object.assign(new Error('disk I/O error'), { code }), where);
      expect(known?.code).toBe('data_folder_unwritable');
      expect(known?.message).toContain('cannot be read or written');
    }
  });

  it('says that the disk is full on a disk too small to begin on (needs the right to mount a small tmpfs)', (context) => {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', folder]).status !== 0) return context.skip();
    try {
      for (const napi of ['9', '10']) {
        expect(open(chooseDriver(napi))).toMatchObject({ ok: false, error: { code: 'disk_full' } });
      }
    } finally {
      // libsql lets go of a database only when it is collected.
      spawnSync('umount', ['-l', folder]);
    }
  });

  it.skipIf(process.platform === 'win32').each(['9', '10'])('keeps everything private (Node-API %s)', (napi) => {
    const mode = (...parts: string[]): number => statSync(path.join(folder, ...parts)).mode & 0o777;
    const opened = open(chooseDriver(napi));
    if (!opened.ok) throw new Error(opened.error.message);
    opened.value.images.upsert([testImage({ id: 'waifu-im:1' })]);
    const backup = backUp(opened.value.database, path.join(folder, backupsName), 1, 0);
    const all = [databaseName, `${databaseName}-wal`, `${databaseName}-shm`, path.relative(folder, backup)];
    expect(all.map((name) => mode(name))).toEqual([0o600, 0o600, 0o600, 0o600]);
    opened.value.close();
    const kept = [databaseName, path.relative(folder, backup)];
    for (const name of kept) chmodSync(path.join(folder, name), 0o644);
    const again = open(chooseDriver(napi));
    if (again.ok) again.value.close();
    expect(kept.map((name) => mode(name))).toEqual([0o600, 0o600]);
  });

  it.each(['missing', 'empty'])('warns when a database is %s beside pictures', (how) => {
    const log = createTestLog();
    const start = (): void => {
      const opened = openStore({ folder, log, clock: { now: () => 0 } });
      if (opened.ok) opened.value.close();
    };
    if (how === 'empty') writeFileSync(path.join(folder, databaseName), '');
    mkdirSync(path.join(folder, 'pictures', 'ab'), { recursive: true });
    writeFileSync(path.join(folder, 'pictures', 'ab', 'a.png'), 'a');
    start();
    expect(log.lines).toEqual([expect.stringContaining('lost or replaced')]);
    start();
    expect(log.lines).toHaveLength(1);
  });

  it('does not take a bug for a trouble of the owner', () => {
    expect(storeError(new TypeError('x is undefined'), { database: 'a', backups: 'b' })).toBeNull();
  });
});

describe('transaction', () => {
  it('joins nested work and undoes all of it when anything throws', () => {
    const { store, close } = openTestStore();
    expect(() =>
      store.transaction(() => {
        store.images.upsert([testImage({ id: 'waifu-im:1' })]);
        store.transaction(() => store.settings.remember('a', 1));
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.images.get('waifu-im:1')).toBeNull();
    expect(store.settings.recall('a')).toBeUndefined();
    expect(store.transaction(() => store.transaction(() => 7))).toBe(7);
    close();
  });
});

it('keeps every committed transaction of a process that is killed', async () => {
  const child = fork(new URL('./testing-writer.ts', import.meta.url), [folder], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const committed = await new Promise<number>((resolve) => {
    let last = 0;
    child.on('message', (count: number) => {
      last = count;
      if (count === 40) child.kill('SIGKILL');
    });
    child.on('exit', () => resolve(last));
  });
  expect(committed).toBeGreaterThanOrEqual(40);
  const opened = open();
  if (!opened.ok) throw new Error(opened.error.message);
  expect(opened.value.check()).toEqual([]);
  for (let id = 1; id <= committed; id += 1) expect(opened.value.images.get(`waifu-im:${id}`)).not.toBeNull();
  opened.value.close();
});
