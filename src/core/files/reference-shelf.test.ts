import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oldestReferencesSql } from '../store/reference-thumbnails.ts';
import { openTestStore } from '../store/testing.ts';
import { createLayout } from './layout.ts';
import { createReferenceShelf, type ReferenceShelf } from './reference-shelf.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const c = 'c'.repeat(64);
let test: ReturnType<typeof openTestStore>;
let shelf: ReferenceShelf;

beforeEach(() => {
  test = openTestStore();
  shelf = open();
});
afterEach(() => test.close());

const open = (): ReferenceShelf =>
  createReferenceShelf({ layout: createLayout(test.folder), index: test.store.disk.references });

async function add(hash: string, bytes: number): Promise<void> {
  const file = path.join(test.folder, 'made.webp');
  writeFileSync(file, 'x'.repeat(bytes));
  await shelf.add(hash, 480, file);
  test.clock.time += 1000;
}

const totals = () => test.store.disk.references.totals();

describe('the thumbnails of pictures that stay in their folders', () => {
  it('are there as they were made, or are to be made again', async () => {
    await add(a, 10);
    expect(await shelf.sizeOf(a, 480)).toBe(10);
    expect(await shelf.sizeOf(a, 1600)).toBeNull();
    writeFileSync(shelf.path(a, 480), 'cut');
    expect(await shelf.sizeOf(a, 480)).toBeNull();
    await add(a, 12);
    expect(totals()).toEqual({ thumbnails: 1, bytes: 12 });
    await shelf.drop(a);
    expect(existsSync(shelf.path(a, 480))).toBe(false);
    expect(test.store.disk.bytes()).toBe(0);
  });

  it('are counted from the first on, also where several are the first', async () => {
    const { references } = test.store.disk;
    let begun = 0;
    const begin = (folder: string): void => {
      begun += 1;
      references.begin(folder);
    };
    shelf = createReferenceShelf({ layout: createLayout(test.folder), index: { ...references, begin } });
    const made = [a, b, c].map((hash) => {
      const file = path.join(test.folder, `${hash}.webp`);
      writeFileSync(file, 'thumbnail');
      return shelf.add(hash, 480, file);
    });
    await Promise.all(made);
    // Beginning forgets what is counted.
    expect(begun).toBe(1);
    expect(totals()).toEqual({ thumbnails: 3, bytes: 27 });
    expect(await shelf.verify({ repair: false, isKnown: () => true })).toEqual([]);
  });

  it('go by their last use, to the hour, and only as many as it takes', async () => {
    for (const hash of [a, b, c]) await add(hash, 10);
    test.clock.time += 3_600_000;
    await shelf.sizeOf(a, 480);
    expect(await shelf.evict(5, test.clock.time + 1)).toBe(10);
    expect(await shelf.sizeOf(b, 480)).toBeNull();
    // c was not used since, a was.
    expect(await shelf.evict(100, test.clock.time)).toBe(10);
    expect([await shelf.sizeOf(c, 480), await shelf.sizeOf(a, 480)]).toEqual([null, 10]);
  });

  it('are chosen along an index', () => {
    const plan = test.store.database
      .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${oldestReferencesSql}`)
      .all({ before: 1, limit: 1 });
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('SEARCH reference_thumbnail USING INDEX reference_thumbnail_by_use') as string,
    ]);
  });

  it('begin anew when the count is not that of the folder', async () => {
    await add(a, 10);
    await open().recover();
    expect(await shelf.sizeOf(a, 480)).toBe(10);
    // As after a restore: the database is of another time.
    test.store.disk.references.begin('');
    await open().recover();
    expect(existsSync(path.join(test.folder, 'folder-thumbs'))).toBe(false);
    await add(b, 10);
    writeFileSync(path.join(test.folder, 'folder-thumbs', 'mark'), 'of another library');
    await open().recover();
    expect(totals()).toEqual({ thumbnails: 0, bytes: 0 });
    expect(existsSync(shelf.path(b, 480))).toBe(false);
  });

  it('are clean where a process was killed between the count and the file', async () => {
    await add(a, 10);
    test.store.disk.references.put({ hash: b, edge: 480, bytes: 20 });
    const known = { isKnown: () => true };
    expect(await shelf.sizeOf(b, 480)).toBeNull();
    expect(await shelf.verify({ repair: false, ...known })).toEqual([]);
    expect(totals()).toEqual({ thumbnails: 2, bytes: 30 });
    await shelf.verify({ repair: true, ...known });
    expect(totals()).toEqual({ thumbnails: 1, bytes: 10 });
  });

  it('are verified: what is damaged, not counted or of no picture is removed with `repair`', async () => {
    for (const hash of [a, b, c]) await add(hash, 10);
    writeFileSync(shelf.path(a, 480), '');
    const stray = shelf.path('d'.repeat(64), 480);
    mkdirSync(path.dirname(stray), { recursive: true });
    writeFileSync(stray, 'nobody counted it');
    const known = { isKnown: (hash: string) => hash !== c };
    expect((await shelf.verify({ repair: false, ...known })).map(({ subject }) => subject)).toEqual([
      `folder-thumbs/480/aa/${a}.webp`,
      `folder-thumbs/480/dd/${'d'.repeat(64)}.webp`,
    ]);
    expect(totals()).toEqual({ thumbnails: 3, bytes: 30 });
    expect(await shelf.verify({ repair: true, ...known })).toHaveLength(2);
    expect(await shelf.verify({ repair: true, ...known })).toEqual([]);
    expect(totals()).toEqual({ thumbnails: 1, bytes: 10 });
    expect(readFileSync(shelf.path(b, 480), 'utf8')).toHaveLength(10);
  });
});
