import { readFile, rm, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../shared/errors.ts';
import { settings, type Image, type Page } from '../shared/model.ts';
import { fail, ok } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import type { Handlers } from '../core/dispatch.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore, fakeSettings, silentLog } from '../core/testing/fake-core.ts';
import type { CliParts } from './context.ts';
import { runCli } from './run.ts';
import { typed } from './commands/settings.ts';
import { bytesText, clean, table } from './table.ts';

function image(id: string, more: Partial<Image> = {}): Image {
  return {
    id,
    provider: 'waifu-im',
    remoteId: id.split(':')[1] ?? '',
    url: 'https://127.0.0.1/a.png',
    width: 1920,
    height: 1080,
    bytes: 1_400_000,
    extension: 'png',
    rating: 'safe',
    animated: false,
    tags: ['sky', 'hills'],
    category: null,
    artists: [{ name: 'Ada', links: ['https://example.org/ada'] }],
    sources: [],
    dominantColor: '#336699',
    hash: null,
    md5: null,
    pageUrl: null,
    uploadedAt: null,
    likedAt: null,
    likes: null,
    cached: true,
    favorite: false,
    ...more,
  };
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** How many sessions were opened. */
  readonly opened: number;
}

interface Run {
  (
    line: string | readonly string[],
    handlers?: Partial<Handlers>,
    more?: Partial<CliParts & { input: string }>,
  ): Promise<Ran>;
}

const controller = { current: new AbortController() };
let folder: string;
beforeEach(async () => {
  controller.current = new AbortController();
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run: Run = async (line, handlers = {}, more = {}) => {
  let out = '';
  let error = '';
  let opened = 0;
  const core = createFakeCore(handlers);
  const code = await runCli(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, {
    version: '0.1.0',
    terminal: {
      out: (text) => (out += text),
      error: (text) => (error += text),
      columns: null,
      drawsProgress: false,
      input: () => Promise.resolve(more.input ?? ''),
      signal: controller.current.signal,
    },
    open: () => {
      opened++;
      const client = createClient(connectInMemory(core));
      return Promise.resolve(ok({ client, close: () => Promise.resolve(client.close()) }));
    },
    openLong: () => Promise.resolve(ok({ core, log: silentLog, close: () => Promise.resolve() })),
    browserHost: () => Promise.reject(new Error('not used')),
    rendererFolder: folder,
    dataFolder: folder,
    show: () => {},
    demo: null,
    ...more,
  });
  return { code, out, error, opened };
};

/** Exactly one JSON document, and nothing else. */
function json(ran: Ran): unknown {
  expect(ran.out.endsWith('\n')).toBe(true);
  return JSON.parse(ran.out) as unknown;
}

describe('every verb', () => {
  /** What each verb asks of the core. */
  const cases: readonly (readonly [string, keyof Handlers, unknown])[] = [
    ['status', 'status', {}],
    ['providers', 'providers.list', {}],
    ['categories', 'categories.list', { provider: 'yiff-rest' }],
    ['tags --provider waifu-im', 'tags.list', { provider: 'waifu-im' }],
    ['image waifu-im:1', 'image.get', { id: 'waifu-im:1' }],
    ['download waifu-im:1', 'image.download', { id: 'waifu-im:1' }],
    ['wallpaper set waifu-im:1', 'wallpaper.set', { id: 'waifu-im:1', displays: null, fit: null }],
    [
      'wallpaper set waifu-im:1 --display LEFT --display RIGHT --fit blur',
      'wallpaper.set',
      { id: 'waifu-im:1', displays: ['LEFT', 'RIGHT'], fit: 'blur' },
    ],
    ['wallpaper next --fit span', 'wallpaper.next', { fit: 'span' }],
    ['wallpaper current', 'wallpaper.current', {}],
    ['wallpaper backends', 'wallpaper.backends', {}],
    ['displays', 'displays.list', {}],
    ['library stats', 'library.stats', {}],
    ['library verify', 'library.verify', { repair: false }],
    ['library verify --repair', 'library.verify', { repair: true }],
    ['settings get', 'settings.get', {}],
    ['settings set adultContent true', 'settings.set', { patch: { adultContent: true } }],
    ['settings set cacheLimitBytes 60000000', 'settings.set', { patch: { cacheLimitBytes: 60_000_000 } }],
    ['settings set waifuImUserId null', 'settings.set', { patch: { waifuImUserId: null } }],
    ['settings set theme dark', 'settings.set', { patch: { theme: 'dark' } }],
    [
      'settings set waifuImUrl http://127.0.0.1:8080/',
      'settings.set',
      { patch: { waifuImUrl: 'http://127.0.0.1:8080' } },
    ],
    ['favorites add waifu-im:1 yiff-rest:2', 'favorites.add', { ids: ['waifu-im:1', 'yiff-rest:2'] }],
    ['favorites remove waifu-im:1', 'favorites.remove', { ids: ['waifu-im:1'] }],
    ['favorites restore waifu-im:1', 'favorites.restore', { ids: ['waifu-im:1'] }],
    ['favorites let-go waifu-im:1', 'favorites.letGo', { ids: ['waifu-im:1'] }],
    ['favorites toggle waifu-im:1', 'favorites.toggle', { id: 'waifu-im:1' }],
    ['favorites sync', 'favorites.sync', { acceptRemovals: false }],
    ['favorites sync --accept-removals', 'favorites.sync', { acceptRemovals: true }],
    ['favorites pending', 'favorites.pending', {}],
    ['account list', 'account.list', {}],
    ['account set waifu-im --stdin', 'account.set', { provider: 'waifu-im', token: 'abc' }],
    ['account bypass waifu-im --stdin', 'account.setBypass', { provider: 'waifu-im', bypass: 'abc' }],
    ['account bypass waifu-im --remove', 'account.setBypass', { provider: 'waifu-im', bypass: null }],
    ['account test yiff-rest', 'account.test', { provider: 'yiff-rest' }],
    ['account remove yiff-rest', 'account.remove', { provider: 'yiff-rest' }],
  ];

  it.each(cases)('%s asks for %s', async (line, name, expected) => {
    let seen: unknown;
    const handler = (input: unknown) => {
      seen = input;
      return fail(appError('offline', 'Seen.'));
    };
    const ran = await run(`${line} --json`, { [name]: handler } as Partial<Handlers>, { input: 'abc\n' });
    expect(seen).toEqual(expected);
    expect(json(ran)).toEqual({ ok: false, error: { code: 'offline', message: 'Seen.', retryable: true } });
    expect(ran.code).toBe(1);
    expect(ran.error).toBe('');
    const words = await run(line, { [name]: handler } as Partial<Handlers>, { input: 'abc\n' });
    expect(words).toMatchObject({ code: 1, out: '', error: 'kabegami: Seen.\n' });
  });

  it('passes every filter of favorites list on', async () => {
    let seen: unknown;
    await run(
      'favorites list --provider waifu-im --search sky --tag a --tag b --exclude-tag c --orientation portrait --min-width 1 ' +
        '--min-height 2 --max-bytes 3 --rating safe --animated no --sort artist --limit 5',
      {
        'favorites.list': (query) => {
          seen = query;
          return ok({ images: [], total: 0, hidden: 0, tombstones: [] });
        },
      },
    );
    expect(seen).toEqual({
      provider: 'waifu-im',
      search: 'sky',
      tags: ['a', 'b'],
      excludedTags: ['c'],
      orientation: 'portrait',
      minWidth: 1,
      minHeight: 2,
      maxBytes: 3,
      rating: 'safe',
      animated: 'no',
      sort: 'artist',
      limit: 5,
    });
  });
});

describe('browse', () => {
  const page = (ids: readonly string[], cursor: string | null, more: Partial<Page> = {}) =>
    ok({ images: ids.map((id) => image(id)), dropped: 0, cursor, offline: false, hidden: 0, ...more });

  it('passes every filter on', async () => {
    let seen: unknown;
    const ran = await run(
      'browse --provider waifu-im --tag a --tag b --exclude-tag c --orientation landscape --min-width 1920 --min-height 1080 ' +
        '--max-bytes 5000000 --order newest --rating any --animated yes --limit 3 --json',
      {
        browse: (input) => {
          seen = input;
          return page([], null, { dropped: 2 });
        },
      },
    );
    expect(seen).toEqual({
      filter: {
        provider: 'waifu-im',
        tags: ['a', 'b'],
        excludedTags: ['c'],
        category: null,
        orientation: 'landscape',
        minWidth: 1920,
        minHeight: 1080,
        maxBytes: 5_000_000,
        order: 'newest',
        rating: 'any',
        animated: 'yes',
      },
      cursor: null,
      limit: 3,
    });
    expect(json(ran)).toEqual({ ok: true, value: { images: [], dropped: 2, hidden: 0, offline: false } });
  });

  it('goes to the service that has categories when one is asked for', async () => {
    let seen: unknown;
    await run('browse --category animals.birb', {
      browse: ({ filter }) => {
        seen = [filter.provider, filter.category];
        return page([], null);
      },
    });
    expect(seen).toEqual(['yiff-rest', 'animals.birb']);
  });

  it('follows the pages to the limit, repeating nothing', async () => {
    const asked: unknown[] = [];
    const pages = [page(['waifu-im:1', 'waifu-im:2'], 'a'), page([], 'b'), page(['waifu-im:2', 'waifu-im:3'], 'c')];
    const ran = await run('browse --limit 3 --json', {
      browse: ({ cursor, limit }) => {
        asked.push([cursor, limit]);
        return pages.shift() ?? fail(appError('internal', 'asked too often'));
      },
    });
    expect(asked).toEqual([
      [null, 3],
      ['a', 1],
      ['b', 1],
    ]);
    expect((json(ran) as { value: { images: Image[] } }).value.images.map(({ id }) => id)).toEqual([
      'waifu-im:1',
      'waifu-im:2',
      'waifu-im:3',
    ]);
  });

  it('asks for large numbers in pages the contract allows', async () => {
    const asked: number[] = [];
    await run('browse --limit 450', {
      browse: ({ limit }) => {
        const start = asked.reduce((sum, each) => sum + each, 0);
        asked.push(limit);
        return page(
          Array.from({ length: limit }, (_, index) => `waifu-im:${start + index}`),
          'more',
        );
      },
    });
    expect(asked).toEqual([200, 200, 50]);
  });

  it('stops when a service has nothing new, however often it says that there is more', async () => {
    let asked = 0;
    const ran = await run('browse --limit 100 --json', {
      browse: () => {
        asked++;
        return page(['waifu-im:1'], 'again');
      },
    });
    expect(asked).toBe(11);
    expect(ran.code).toBe(0);
  });

  it('answers the first error', async () => {
    const pages = [page(['waifu-im:1'], 'a'), fail(appError('rate_limited', 'Slow down.', { retryAfter: 500 }))];
    const ran = await run('browse --json', { browse: () => pages.shift() ?? page([], null) });
    expect(json(ran)).toEqual({
      ok: false,
      error: { code: 'rate_limited', message: 'Slow down.', retryable: true, retryAfter: 500 },
    });
  });

  it('reads well', async () => {
    const ran = await run('browse', {
      browse: () => ok({ images: [image('waifu-im:1')], dropped: 0, cursor: null, offline: true, hidden: 2 }),
    });
    expect(ran.out).toContain('waifu-im:1  1920×1080  1.4 MB png  safe');
    expect(ran.out).toContain('cannot be reached');
    expect(ran.out).toContain('2 images hidden by your content setting.');
  });
});

describe('mistakes on the command line', () => {
  it.each([
    'nonsense',
    'status --nonsense',
    'status extra',
    'wallpaper',
    'wallpaper nonsense',
    'wallpaper set',
    'wallpaper set waifu-im:1 --fit round',
    'browse --limit 0',
    'browse --limit many',
    'browse --limit 1.5',
    'browse --min-width -1',
    'browse --provider nobody',
    'browse --rating maybe',
    'browse --orientation round',
    'browse --order best',
    'browse --animated maybe',
    'browse --tag',
    'browse --category ../..',
    'image not-an-id',
    'download',
    'settings get nonsense',
    'settings get __proto__',
    'settings set nonsense 1',
    'settings set theme 1',
    'settings set adultContent yes',
    'settings set waifuImUrl http://example.org',
    'settings set theme',
    'favorites',
    'favorites add',
    'favorites list --sort size-ish',
    'account set waifu-im',
    'account set nobody --stdin',
    'account bypass waifu-im',
    'account bypass waifu-im --stdin --remove',
    'serve --port 70000',
    'serve --port x',
  ])('%s ends with 2, touching nothing', async (line) => {
    const words = await run(line);
    expect(words).toMatchObject({ code: 2, out: '', opened: 0 });
    expect(words.error).not.toBe('');
    for (const ran of [await run(`${line} --json`), await run(`--json ${line}`)]) {
      // An option that lacks its value takes the next word for it.
      if (line.endsWith('--tag') || line === 'settings set theme') continue;
      expect(ran).toMatchObject({ code: 2, opened: 0 });
      expect(json(ran)).toMatchObject({ ok: false, error: { code: 'invalid_input', retryable: false } });
    }
  });

  it('shows the help, and where it is', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, opened: 0 });
    expect((await run('--help')).out).toContain('wallpaper');
    expect((await run('')).code).toBe(2);
    expect((await run('--version')).out).toBe('0.1.0\n');
    expect((await run('wallpaper set --help')).out).toContain('--fit');
  });
});

describe('what a command line is told', () => {
  it('is one document with --json, also help and version', async () => {
    expect(json(await run('--json --version'))).toEqual(ok({ version: '0.1.0' }));
    const help = json(await run('wallpaper set --json --help')) as { value: { help: string } };
    expect(help.value.help.match(/--json/g)).toHaveLength(1);
  });

  it('ends in a full stop and speaks of flags and settings', async () => {
    expect((await run('settings set theme')).error).toMatch(/missing required argument 'value'\.\n/);
    const message = async (line: string, input = ''): Promise<string> =>
      (json(await run(`${line} --json`, {}, { input })) as { error: { message: string } }).error.message;
    expect(await message('image')).toMatch(/'id'\. Run it with --help/);
    expect(await message('settings set theme 1')).toMatch(/^theme: /);
    expect(await message('browse --category ../..')).toMatch(/^--category: /);
    expect(await message('favorites add waifu-im:1 x')).toMatch(/^id: /);
    expect(await message('account set waifu-im --stdin')).toBe('The token on standard input is empty.');
  });

  it('names the command that saves a token', async () => {
    const ran = await run('account test yiff-rest', {
      'account.test': () => fail(appError('unauthorized', 'There is no token yet. Add one in Settings.')),
    });
    expect(ran.error).toContain('kabegami account set yiff-rest --stdin');
  });

  it('has the local time, and counts hidden wallpapers', async () => {
    const setAt = new Date(2026, 0, 31, 18, 5).toISOString();
    const ran = await run('wallpaper current', {
      'wallpaper.current': () =>
        ok({ wallpapers: [{ display: 'LEFT', image: image('waifu-im:1'), fit: 'blur', setAt }], hidden: 2 }),
    });
    expect(ran.out).toContain('2026-01-31 18:05');
    expect(ran.out).toContain('2 hidden by your content setting.');
  });
});

describe('how commands end', () => {
  it('is 130 when interrupted', async () => {
    const answer = run('library verify --json', {
      'library.verify': (_input, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(fail(appError('cancelled', 'Cancelled.'))));
          controller.current.abort();
        }),
    });
    const ran = await answer;
    expect(ran.code).toBe(130);
    expect(json(ran)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('says why the data folder cannot be used', async () => {
    const ran = await run(
      'status --json',
      {},
      {
        open: () => Promise.resolve(fail(appError('data_folder_in_use', 'In use.'))),
      },
    );
    expect(ran.code).toBe(1);
    expect(json(ran)).toMatchObject({ error: { code: 'data_folder_in_use' } });
  });

  it('answers one document even for a bug', async () => {
    const ran = await run('status --json', {}, { open: () => Promise.reject(new Error('a bug')) });
    expect(ran.code).toBe(1);
    expect(json(ran)).toMatchObject({ error: { code: 'internal' } });
  });

  it('closes the session whatever happened', async () => {
    let closed = 0;
    const core = createFakeCore({ 'settings.get': fakeSettings });
    const open: CliParts['open'] = () => {
      const client = createClient(connectInMemory(core));
      return Promise.resolve(
        ok({
          client,
          close: () => {
            closed++;
            return Promise.resolve();
          },
        }),
      );
    };
    await run('settings get', {}, { open });
    await run('status', {}, { open });
    expect(closed).toBe(2);
  });

  it('draws progress on a terminal only', async () => {
    const handlers: Partial<Handlers> = {
      'image.download': (_input, { progress }) => {
        progress({ kind: 'download', image: 'waifu-im:1', done: 500_000, total: 1_400_000, unit: 'bytes' });
        return ok(image('waifu-im:1'));
      },
    };
    expect((await run('download waifu-im:1', handlers)).error).toBe('');
    let error = '';
    const terminal = {
      out: () => {},
      error: (text: string) => (error += text),
      columns: 80,
      drawsProgress: true,
      input: () => Promise.resolve(''),
      signal: controller.current.signal,
    };
    await run('download waifu-im:1', handlers, { terminal });
    expect(error).toContain('Downloading … 500.0 kB of 1.4 MB');
    expect(error.endsWith('\r\u001b[2K')).toBe(true);
  });
});

describe('settings', () => {
  it('answers one as it answers all', async () => {
    expect(json(await run('settings get --json', { 'settings.get': fakeSettings }))).toEqual(ok(settings.parse({})));
    expect(json(await run('settings get theme --json', { 'settings.get': fakeSettings }))).toEqual(
      ok({ theme: 'system' }),
    );
    expect((await run('settings get theme', { 'settings.get': fakeSettings })).out).toBe('theme  system\n');
  });

  it('reads values as what they look like', () => {
    expect(['true', 'false', 'null', '12', '-1.5', '1e3', '', 'dark', '0x10'].map(typed)).toEqual([
      true,
      false,
      null,
      12,
      -1.5,
      '1e3',
      '',
      'dark',
      '0x10',
    ]);
  });
});

describe('serve', () => {
  it('prints its address first, shows a private page, and takes all down at the end', async () => {
    const steps: string[] = [];
    const url = 'http://127.0.0.1:1234/?token=abc';
    let page = '';
    const ran = run(
      ['serve', '--port', '1234', '--open', '--json'],
      {},
      {
        openLong: () =>
          Promise.resolve(
            ok({
              core: createFakeCore(),
              log: silentLog,
              close: () => {
                steps.push('core closed');
                return Promise.resolve();
              },
            }),
          ),
        browserHost: () =>
          Promise.resolve({
            serve: ({ port }) => {
              steps.push(`serving on ${port}`);
              return Promise.resolve(
                ok({
                  url,
                  port,
                  close: () => {
                    steps.push('server closed');
                    return Promise.resolve();
                  },
                }),
              );
            },
          }),
        show: (target) => {
          page = target;
          void Promise.all([readFile(target, 'utf8'), stat(target)]).then(([text, { mode }]) => {
            steps.push(text.includes(url) && (mode & 0o777) === 0o600 ? 'shown' : 'wrong page');
            controller.current.abort();
          });
        },
      },
    );
    const { code, out } = await ran;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(ok({ url }));
    expect(steps).toEqual(['serving on 1234', 'shown', 'server closed', 'core closed']);
    await expect(stat(page)).rejects.toThrow();
  });

  it('says so when the port is taken or the folder is owned', async () => {
    const taken = await run(
      'serve',
      {},
      {
        browserHost: () => Promise.resolve({ serve: () => Promise.resolve(fail(appError('invalid_input', 'Taken.'))) }),
      },
    );
    expect(taken).toMatchObject({ code: 2, error: 'kabegami: Taken.\n' });
    const owned = await run(
      'serve --json',
      {},
      {
        openLong: () => Promise.resolve(fail(appError('data_folder_in_use', 'Owned.'))),
      },
    );
    expect(json(owned)).toMatchObject({ error: { code: 'data_folder_in_use' } });
  });
});

describe('demo', () => {
  it('is plainly missing outside a checkout', async () => {
    expect(json(await run('demo --json'))).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('hands its arguments on', async () => {
    let seen: unknown;
    const demo = (args: readonly string[]) => {
      seen = args;
      return Promise.resolve(0 as const);
    };
    expect(await run('demo --browser --port 1', {}, { demo })).toMatchObject({ code: 0 });
    expect(seen).toEqual(['--browser', '--port', '1']);
  });
});

describe('text on the terminal', () => {
  it('carries no control characters from outside', () => {
    expect(clean('a\u001b]0;title\u0007b\u202ec')).toBe('a ]0;title b c');
    expect(table(['A'], [['x\ny']])).toBe('A\nx y\n');
  });

  it('is aligned and cut to the width', () => {
    expect(
      table(
        ['A', 'LONG'],
        [
          ['壁紙', 1],
          [null, ''],
        ],
        null,
      ),
    ).toBe('A   LONG\n壁紙  1\n—   —\n');
    expect(table(['A', 'B'], [['1', 'abcdefgh']], 6)).toBe('A  B\n1  ab…\n');
  });

  it('counts bytes', () => {
    expect([null, 0, 999, 1000, 1_440_000, 2e12].map(bytesText)).toEqual([
      '—',
      '0 B',
      '999 B',
      '1.0 kB',
      '1.4 MB',
      '2.0 TB',
    ]);
  });
});
