import { describe, expect, it } from 'vitest';
import { settings } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import { appError } from '../../shared/errors.ts';
import type { CleanUpPlan, StorageUsage } from '../../shared/storage.ts';
import { byteSize, timeSpan } from '../options.ts';
import { createRun, image, json } from '../testing/run-cli.ts';

const plan: CleanUpPlan = {
  plan: '2.5.abc',
  files: 2,
  bytes: 5_000_000,
  parts: [{ kind: 'cache', files: 2, bytes: 5_000_000 }],
  examples: [{ image: image('waifu-im:1'), bytes: 3_000_000, usedAt: new Date(2026, 0, 1, 12).toISOString() }],
  left: 7_000_000,
  above: 1_000_000,
};
const usage: StorageUsage = {
  limit: 1e9,
  used: 2e9,
  pinned: 15e8,
  evictable: 5e8,
  shares: [{ class: 'favorite', files: 3, bytes: 15e8, limited: true }],
  providers: [{ provider: '', files: 3, bytes: 15e8 }],
  largest: [{ image: image('waifu-im:1'), bytes: 9e8, class: 'favorite' }],
  hidden: 1,
  disk: { free: 5e9, total: 9e9 },
};

describe('sizes and times on the command line', () => {
  it('are read as people write them', () => {
    expect(['500MB', '1.5 GB', '800k', '12', '2tb', '7 bytes'].map(byteSize)).toEqual([
      500e6, 1.5e9, 800e3, 12, 2e12, 7,
    ]);
    expect(['12h', '30d', '4W'].map(timeSpan)).toEqual([43_200_000, 2_592_000_000, 2_419_200_000]);
    for (const text of ['', 'MB', '-1', '1.2.3', '5 GiB', '9e99', 'NaN']) expect(() => byteSize(text)).toThrow();
    for (const text of ['', '30', 'd', '-3d', '1.5d', '3m', '99999999999999d']) expect(() => timeSpan(text)).toThrow();
  });
});

describe('library usage', () => {
  it('says what is used, by what, and what is above the limit', async () => {
    const { out, code } = await createRun().run('library usage', { 'library.usage': () => ok(usage) });
    expect(code).toBe(0);
    expect(out).toMatch(/^2\.0 GB of 1\.0 GB used; 1\.5 GB of it always stay\.\nThat is 1\.0 GB above the limit/);
    expect(out).toMatch(/Favorites +3 +1\.5 GB +yes/);
    expect(out).toMatch(/waifu-im:1 +900\.0 MB +1920×1080 +favorites/);
    expect(out).toContain('1 more not shown.');
  });
});

describe('library gc', () => {
  const asked: unknown[] = [];
  const handlers = {
    'settings.get': () => ok(settings.parse({ cacheLimitBytes: 60_000_000 })),
    'library.gcPreview': (input: unknown) => {
      asked.push(input);
      return ok(plan);
    },
    'library.gc': (input: unknown) => {
      asked.push(input);
      return ok({ files: 2, bytes: 5_000_000, left: 7_000_000 });
    },
  };

  it('only says what would go with --dry-run', async () => {
    asked.length = 0;
    const { out } = await createRun().run('library gc --dry-run --to 6MB', handlers);
    expect(out).toMatch(/^2 files would go \(5\.0 MB\), 7\.0 MB would stay\./);
    expect(out).toMatch(/waifu-im:1 +3\.0 MB +2026-01-01 12:00/);
    expect(out).toContain('1.0 MB above that stay, because they are kept.');
    expect(asked).toEqual([{ to: 6_000_000, unusedFor: null, leftovers: false, backups: false }]);
  });

  it('does what it has previewed, and without options goes down to the limit', async () => {
    asked.length = 0;
    const { out } = await createRun().run('library gc', handlers);
    expect(out).toBe('2 files removed (5.0 MB); 7.0 MB are used.\n1.0 MB above that stay, because they are kept.\n');
    const request = { to: 60_000_000, unusedFor: null, leftovers: true, backups: true };
    expect(asked).toEqual([request, { ...request, plan: '2.5.abc' }]);
    expect(json(await createRun().run('library gc --older-than 30d --json', handlers))).toEqual(
      ok({ plan, removed: { files: 2, bytes: 5_000_000, left: 7_000_000 } }),
    );
  });

  it('ends with 1 when the plan has changed', async () => {
    const { code, error } = await createRun().run('library gc', {
      ...handlers,
      'library.gc': () => fail(appError('plan_changed', 'Look again.')),
    });
    expect([code, error]).toEqual([1, 'kabegami: Look again.\n']);
  });
});

describe('an answer that is no error but says that something is wrong', () => {
  it('ends with 1: a sync that failed, a library that is not clean', async () => {
    const report = { pulled: 0, pushed: 0, dropped: 0, held: 0 };
    const failed = await createRun().run('favorites sync --json', {
      'favorites.sync': () => ok({ ...report, error: { code: 'offline', message: 'No network.' } }),
    });
    expect([failed.code, json(failed)]).toMatchObject([1, { ok: true, value: { error: { code: 'offline' } } }]);
    const synced = await createRun().run('favorites sync', { 'favorites.sync': () => ok({ ...report, error: null }) });
    expect(synced.code).toBe(0);
    const problem = { kind: 'stray_file', subject: 'a', message: 'b', repaired: false } as const;
    const unclean = await createRun().run('library verify --json', {
      'library.verify': () => ok({ clean: false, problems: [problem], checked: 1 }),
    });
    expect([unclean.code, json(unclean)]).toMatchObject([1, { ok: true, value: { clean: false } }]);
    const repaired = await createRun().run('library verify --repair', {
      'library.verify': () => ok({ clean: true, problems: [{ ...problem, repaired: true }], checked: 1 }),
    });
    expect(repaired.code).toBe(0);
  });
});
