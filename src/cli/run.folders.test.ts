import { describe, expect, it } from 'vitest';
import type { Folder, PickReport, ScanReport } from '../shared/folders.ts';
import { settings } from '../shared/model.ts';
import { ok } from '../shared/result.ts';
import { json, run } from './testing/run-cli.ts';

const known: Folder = {
  id: 1,
  path: '/pictures',
  mode: 'copy',
  rating: 'safe',
  watch: true,
  recursive: false,
  ofPool: false,
  state: 'idle',
  watching: true,
  scannedAt: null,
  pictures: 1,
  missing: 0,
  failed: 0,
  adult: 0,
  failures: [],
} as unknown as Folder;

describe('a folder that is added again', () => {
  const added = async (line: string): Promise<unknown> => {
    let seen: unknown = null;
    await run(line, {
      'folders.list': () => ok({ folders: [known], canChoose: false }),
      'folders.add': (options) => {
        seen = options;
        return ok(known);
      },
    });
    return seen;
  };

  it('stays as it is in everything that is not said', async () => {
    const { path, mode, rating, watch, recursive } = known;
    expect(await added('folders add /pictures')).toEqual({ path, mode, rating, watch, recursive });
    expect(await added('folders add /pictures --reference --rating adult')).toEqual({
      ...{ path, watch, recursive },
      ...{ mode: 'reference', rating: 'adult' },
    });
  });

  it('is adult, by reference and not watched where it is new and nothing is said', async () => {
    expect(await added('folders add /others')).toEqual({
      path: '/others',
      mode: 'reference',
      rating: 'adult',
      watch: false,
      recursive: true,
    });
  });
});

describe('a folder among single pictures', () => {
  const picked: PickReport = { images: [], added: 0, hidden: 0, folders: ['/pictures'], failed: 0, failures: [] };
  const report: ScanReport = {
    found: 2,
    added: 2,
    changed: 0,
    known: 0,
    failed: 0,
    missing: 0,
    failures: [],
    unreadable: [],
    others: [],
    sidecars: { read: 0, bad: 0 },
  };
  const handlers = (scan: ScanReport) => ({
    'folders.pick': () => ok(picked),
    'folders.list': () => ok({ folders: [known], canChoose: false }),
    'folders.scan': () => ok({ report: scan }),
    'settings.get': () => ok(settings.parse({})),
  });

  it('is read to its end: nobody goes on when the command has ended', async () => {
    const ran = await run('library add /pictures', handlers(report));
    expect(ran).toMatchObject({ code: 0, out: '/pictures: 2 pictures found: 2 added, 0 known before.\n' });
    expect(json(await run('library add /pictures --json', handlers(report)))).toMatchObject({
      value: { ...picked, scans: [{ report }] },
    });
    expect((await run('library add /pictures', handlers({ ...report, failed: 1 }))).code).toBe(1);
  });
});
