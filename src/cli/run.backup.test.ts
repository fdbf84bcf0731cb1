import { describe, expect, it } from 'vitest';
import type { BackupPreview, BackupState, LibraryCounts } from '../shared/backup.ts';
import { ok } from '../shared/result.ts';
import { json, run } from './testing/run-cli.ts';

/** Six in the evening here, wherever that is; in UTC it is written otherwise nearly everywhere. */
const at = new Date(2026, 0, 31, 18, 5).toISOString();
const counts: LibraryCounts = {
  images: 1,
  files: 1,
  favorites: 0,
  outbox: 0,
  collections: 0,
  blocks: 0,
  pools: 0,
  history: 0,
};
const state: BackupState = {
  snapshots: [{ name: 'library-v21-x.db', at, bytes: 5_000, schema: 21 }],
  kept: { name: 'before-restore-x', at },
  lost: false,
  last: { path: '/a.kabegami', at, bytes: 9_000 },
  dialogs: false,
};
const preview: BackupPreview = {
  createdAt: at,
  program: '0.1.0',
  schema: 21,
  older: false,
  bytes: 9_000,
  pictures: { choice: 'none', count: 0, bytes: 0 },
  counts,
  here: null,
  checked: true,
};

describe('backups', () => {
  it('are listed in local time, and in UTC as JSON', async () => {
    const handlers = { 'backup.list': () => ok(state) };
    const { out } = await run('backup list', handlers);
    expect(out).toMatch(/^Last backup: 2026-01-31 18:05, /m);
    expect(out).toMatch(/^Replaced 2026-01-31 18:05: /m);
    expect(out).toMatch(/^2026-01-31 18:05 +5\.0 kB +21 +library-v21-x\.db$/m);
    expect(json(await run('backup list --json', handlers))).toEqual(ok(state));
  });

  it('are marked where they are damaged', async () => {
    const snapshots = state.snapshots.map((snapshot) => ({ ...snapshot, damaged: true as const }));
    const { out } = await run('backup list', { 'backup.list': () => ok({ ...state, snapshots }) });
    expect(out).toMatch(/library-v21-x\.db \(damaged\)$/m);
  });

  it('and the status say that the library was lost', async () => {
    const handlers = {
      'backup.list': () => ok({ ...state, lost: true }),
      status: () =>
        ok({
          version: '1',
          dataFolder: '/x',
          owner: { host: 'terminal' as const, pid: 1 },
          providers: [],
          library: { images: 0, files: 0, bytes: 0, favorites: 0, thumbnails: 0, thumbnailBytes: 0 },
          sqlite: { driver: 'better-sqlite3', version: '3' },
        }),
    };
    const warning =
      'The library was lost and a new one begun. To put it back: kabegami backup restore --snapshot latest';
    expect((await run('backup list', handlers)).out.split('\n')[0]).toBe(warning);
    expect((await run('status', handlers)).out).toContain(warning);
    expect(json(await run('status --json', handlers))).toMatchObject({ value: { version: '1', warning } });
    const well = { ...handlers, 'backup.list': () => ok(state) };
    expect((await run('status', well)).out).not.toContain('Warning');
  });

  it('tell the local time they were made at', async () => {
    const { out } = await run('backup inspect /a.kabegami', { 'backup.inspect': () => ok(preview) });
    expect(out).toMatch(/^Made +2026-01-31 18:05$/m);
  });
});
