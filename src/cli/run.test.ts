import { describe, expect, it } from 'vitest';
import type { Handlers } from '../core/dispatch.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore, fakeSettings } from '../core/testing/fake-core.ts';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import type { CliParts } from './context.ts';
import { createRun, expectAsked, expectMistake, image, json, run } from './testing/run-cli.ts';

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
    ['library usage', 'library.usage', {}],
    [
      'library gc --dry-run --to 1.5GB --older-than 30d',
      'library.gcPreview',
      { to: 1_500_000_000, unusedFor: 2_592_000_000, leftovers: false, backups: false },
    ],
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

  it.each(cases)('%s asks for %s', (line, name, expected) => expectAsked(line, name, expected, 'abc\n'));
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
    'browse --category ../..',
    'image not-an-id',
    'download',
    'settings get nonsense',
    'settings get __proto__',
    'settings set nonsense 1',
    'settings set theme 1',
    'settings set adultContent yes',
    'settings set waifuImUrl http://example.org',
    'favorites',
    'favorites add',
    'favorites list --sort size-ish',
    'account set waifu-im',
    'account set nobody --stdin',
    'account bypass waifu-im',
    'account bypass waifu-im --stdin --remove',
    'serve --port 70000',
    'serve --port x',
  ])('%s ends with 2, touching nothing', expectMistake);

  it.each(['browse --tag', 'settings set theme'])('%s lacks a word', async (line) => {
    expect(await run(line)).toMatchObject({ code: 2, out: '', opened: 0 });
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
        ok({
          wallpapers: [{ display: 'LEFT', displayKey: 'LEFT', image: image('waifu-im:1'), fit: 'blur', setAt }],
          hidden: 2,
        }),
    });
    expect(ran.out).toContain('2026-01-31 18:05');
    expect(ran.out).toContain('2 hidden by your content setting.');
  });
});

describe('how commands end', () => {
  it('is 130 when interrupted', async () => {
    const { run, controller } = createRun();
    const answer = run('library verify --json', {
      'library.verify': (_input, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(fail(appError('cancelled', 'Cancelled.'))));
          controller.abort();
        }),
    });
    const ran = await answer;
    expect(ran.code).toBe(130);
    expect(json(ran)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('is 130 when interrupted while it waits for what is typed', async () => {
    const { run, controller } = createRun();
    const input = () => {
      controller.abort();
      return Promise.reject(new Error('aborted'));
    };
    const terminal = { out: () => {}, error: () => {}, columns: null, drawsProgress: false, input };
    const ran = await run('account set waifu-im --stdin', {}, { terminal: { ...terminal, signal: controller.signal } });
    expect(ran).toMatchObject({ code: 130, opened: 0 });
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
      signal: new AbortController().signal,
    };
    await run('download waifu-im:1', handlers, { terminal });
    expect(error).toContain('Downloading … 500.0 kB of 1.4 MB');
    expect(error.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('speaks to the program that runs, and opens nothing of its own', async () => {
    const core = createFakeCore({ 'settings.get': fakeSettings });
    const visit = () => {
      const client = createClient(connectInMemory(core));
      return Promise.resolve({ client, close: () => Promise.resolve(client.close()) });
    };
    expect(await run('settings get theme', {}, { visit })).toMatchObject({
      code: 0,
      out: 'theme  system\n',
      opened: 0,
    });
    // It says what is wrong in the words of the contract; a person wrote flags.
    const mistaken = await run('browse --category ../.. --json', {}, { visit });
    expect(json(mistaken)).toMatchObject({ error: { message: expect.stringMatching(/^--category: /) } });
    expect(mistaken).toMatchObject({ code: 2, opened: 0 });
  });
});
