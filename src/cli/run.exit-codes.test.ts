import { describe, expect, it } from 'vitest';
import type { Handlers } from '../core/dispatch.ts';
import { appError } from '../shared/errors.ts';
import type { PickReport, ScanReport } from '../shared/folders.ts';
import { settings } from '../shared/model.ts';
import { fail, ok } from '../shared/result.ts';
import type { CleanUpPlan } from '../shared/storage.ts';
import type { ListsImported } from '../shared/transfer.ts';
import { json, run } from './testing/run-cli.ts';

const picked: PickReport = {
  images: ['local:1'],
  added: 1,
  hidden: 0,
  folders: [],
  failed: 1,
  failures: [{ path: '/nosuch', reason: 'It is not there.' }],
};
const report: ScanReport = {
  found: 2,
  added: 1,
  changed: 0,
  known: 0,
  failed: 1,
  missing: 0,
  failures: [{ path: 'a.png', reason: 'It is cut off.' }],
  unreadable: [],
  others: [],
  sidecars: { read: 0, bad: 0 },
};
const imported: ListsImported = {
  favorites: 1,
  collections: 0,
  blocks: 0,
  pools: 0,
  searches: 0,
  collected: 0,
  notes: ['The pool "Calm" was not taken over.'],
};
const plan: CleanUpPlan = { plan: 'p', files: 1, bytes: 5, parts: [], examples: [], left: 9_000, above: 4_000 };
const edit = { key: 1, label: 'Took 1 picture out of "Sky".', at: '2026-01-01T00:00:00.000Z', undone: true };
const scanned: Partial<Handlers> = {
  'folders.list': () => ok({ folders: [], canChoose: false }),
  'folders.scan': () => ok({ report }),
  'settings.get': () => ok(settings.parse({})),
};

describe('a verb that did a part of what was asked', () => {
  it.each<readonly [string, Partial<Handlers>, RegExp]>([
    ['library add /nosuch /a.png', { 'folders.pick': () => ok(picked) }, /\/nosuch +It is not there\./],
    ['folders scan 1', scanned, /a\.png +It is cut off\./],
    ['import lists /a.json', { 'import.lists': () => ok(imported) }, /"Calm" was not taken over/],
    ['favorites restore waifu-im:1', { 'favorites.restore': () => ok({ changed: [] }) }, /^Not removed at the service/],
    [
      'library gc --to 5kB',
      { 'library.gcPreview': () => ok(plan), 'library.gc': () => ok({ files: 1, bytes: 5, left: 9_000 }) },
      /4\.0 kB above that stay/,
    ],
    [
      'edits undo',
      { 'edits.undo': () => ok({ edit, count: 1, missed: ['The collection is gone.'] }) },
      /Not done: The collection is gone\./,
    ],
  ])('says what was not done, and ends with 1: %s', async (line, handlers, words) => {
    const ran = await run(line, handlers);
    expect(ran).toMatchObject({ code: 1, error: '' });
    expect(ran.out).toMatch(words);
    const document = await run(`${line} --json`, handlers);
    expect(document.code).toBe(1);
    expect(json(document)).toMatchObject({ ok: true });
  });

  it('ends with 0 where all of it was done, or was so already', async () => {
    const done = async (line: string, handlers: Partial<Handlers>) => (await run(line, handlers)).code;
    expect(await done('library add /a.png', { 'folders.pick': () => ok({ ...picked, failed: 0 }) })).toBe(0);
    expect(await done('favorites add waifu-im:1', { 'favorites.add': () => ok({ changed: [] }) })).toBe(0);
    const removed = { 'favorites.remove': () => ok({ changed: ['waifu-im:1'] }) };
    expect(await run('favorites remove waifu-im:1 waifu-im:2', removed)).toMatchObject({
      code: 0,
      out: 'Removed: waifu-im:1.\nNo favorite: waifu-im:2.\n',
    });
    const dry = { ...scanned, 'folders.preview': () => ok(report) };
    expect(await done('library import /a --dry-run', dry)).toBe(0);
  });
});

describe('a verb that finds nothing to do it to', () => {
  it.each<readonly [string, Partial<Handlers>, string]>([
    ['searches remove 99', { 'searches.remove': () => ok({ removed: false }) }, 'There is no saved search 99.'],
    ['block remove tag sky', { 'blocks.remove': () => ok({ removed: false }) }, 'The tag "sky" is not blocked.'],
    [
      'backup forget',
      { 'backup.forget': () => ok({ removed: false }) },
      'There is no library that a restore has replaced.',
    ],
    ['backup snapshot', { 'backup.snapshot': () => ok({ snapshot: null }) }, 'There is nothing to copy yet.'],
    ['edits redo', { 'edits.redo': () => ok({ edit: null, count: 0, missed: [] }) }, 'There is nothing to redo.'],
  ])('is an error: %s', async (line, handlers, message) => {
    expect(await run(line, handlers)).toMatchObject({ code: 1, out: '', error: `kabegami: ${message}\n` });
    expect(json(await run(`${line} --json`, handlers))).toEqual(fail(appError('not_found', message)));
  });
});
