import type { Result } from '../../src/shared/result.ts';
import type { Image, Settings, Status } from '../../src/shared/model.ts';
import { knownImages, quickServers, somePictures } from '../fixtures/catalogue.ts';
import { clearDesktop, desktopLook, difference, expectedLook, same } from '../fixtures/look.ts';
import { expect, test, type CliResult } from '../fixtures/test.ts';
import { tokens } from '../servers/index.ts';
import { browse } from '../pages/browse.ts';
import { favorites } from '../pages/favorites.ts';
import { kabegami } from '../pages/kabegami.ts';
import { settings } from '../pages/settings.ts';

// v5 names its safe tags in one request; v7 is asked about each.
test.use({ serverOptions: { ...quickServers, waifuIm: { version: 'v5' } } });

/** With `--json` stdout is one document and nothing else, and the exit code says the same as it. */
function documentOf({ stdout, code, stderr }: CliResult): Result<unknown> {
  let parsed: Result<unknown>;
  try {
    parsed = JSON.parse(stdout) as Result<unknown>;
  } catch {
    throw new Error(`No single JSON document: ${stdout}\n${stderr}`);
  }
  if (parsed.ok) expect(code).toBe(0);
  else {
    expect([1, 2]).toContain(code);
    expect(parsed.error).toEqual({
      code: expect.any(String),
      message: expect.stringMatching(/^\S.{14,}/s),
      retryable: expect.any(Boolean),
    });
  }
  return parsed;
}

test('every verb of the main job answers one document, alone on its data folder', async ({ cli, servers, desk }) => {
  test.slow();
  const ask = async (...args: string[]): Promise<unknown> => {
    const document = documentOf(await cli(...args, '--json'));
    if (!document.ok) throw new Error(`${args.join(' ')}: ${document.error.message}`);
    return document.value;
  };
  const known = knownImages(servers);
  const [image] = somePictures(servers, 1, ({ picture }) => picture.width === 1920);
  const id = image?.id ?? '';

  expect(await ask('status')).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    dataFolder: expect.any(String),
    owner: { host: 'terminal' },
    providers: [
      { id: 'waifu-im', online: true, error: null },
      { id: 'yiff-rest', online: true, error: null },
    ],
    library: { images: 0, files: 0 },
    sqlite: { driver: expect.stringMatching(/better-sqlite3|libsql/) },
  });
  expect(await ask('providers')).toMatchObject({ providers: [{ id: 'waifu-im' }, { id: 'yiff-rest' }] });
  expect(await ask('categories')).toMatchObject({
    categories: expect.arrayContaining([expect.objectContaining({ db: 'animals.birb', rating: 'safe' })]),
  });
  expect(await ask('tags')).toMatchObject({
    tags: expect.arrayContaining([expect.objectContaining({ name: 'sea' })]),
  });

  const found = (await ask(
    ...['browse', '--tag', 'landscape', '--exclude-tag', 'sea', '--orientation', 'landscape'],
    ...['--min-width', '1000', '--min-height', '700', '--max-bytes', '50000000', '--order', 'newest'],
    ...['--rating', 'safe', '--animated', 'no', '--limit', '50', '--provider', 'waifu-im'],
  )) as { images: Image[]; dropped: number };
  expect(found.dropped).toBe(0);
  const wanted = [...known.values()].filter(
    ({ id: each, safe, tags, picture: { width, height, animated } }) =>
      each.startsWith('waifu-im:') &&
      safe &&
      !animated &&
      tags.includes('landscape') &&
      !tags.includes('sea') &&
      width > height &&
      width >= 1000 &&
      height >= 700,
  );
  expect(found.images.map((each) => each.id).sort()).toEqual(wanted.map((each) => each.id).sort());
  for (const each of found.images)
    expect(Object.keys(each)).toEqual(
      expect.arrayContaining([
        ...['id', 'provider', 'remoteId', 'url', 'width', 'height', 'bytes', 'extension', 'rating', 'tags'],
        ...['category', 'artists', 'sources', 'dominantColor', 'hash', 'md5', 'cached', 'favorite'],
      ]),
    );
  const birds = (await ask('browse', '--category', 'animals.birb', '--limit', '3')) as { images: Image[] };
  expect(birds.images.length).toBeGreaterThan(0);
  expect(birds.images.every(({ category }) => category === 'animals.birb')).toBe(true);

  expect(await ask('image', id)).toMatchObject({ id, cached: false, favorite: false, width: 1920 });
  expect(await ask('download', id)).toMatchObject({ id, cached: true, bytes: image?.picture.bytes });
  expect(await ask('library', 'stats')).toMatchObject({ files: 1 });
  expect(await ask('library', 'verify')).toMatchObject({ clean: true, problems: [] });
  expect(await ask('library', 'verify', '--repair')).toMatchObject({ clean: true, problems: [] });

  expect(await ask('settings', 'get', 'wallpaperFit')).toEqual({ wallpaperFit: 'fill' });
  expect(await ask('settings', 'set', 'wallpaperFit', 'fit')).toMatchObject({ wallpaperFit: 'fit' });
  expect(await ask('settings', 'get')).toMatchObject({ wallpaperFit: 'fit', adultContent: false });

  if (desk.display !== null) {
    await clearDesktop(desk);
    const { displays } = (await ask('displays')) as { displays: { id: string; width: number }[] };
    expect(displays).toMatchObject([{ width: 1920, height: 1080, primary: true }]);
    expect(await ask('wallpaper', 'backends')).toMatchObject({
      desktop: expect.any(String),
      backends: expect.arrayContaining([expect.objectContaining({ available: true, reason: expect.any(String) })]),
    });
    const applied = { display: displays[0]?.id, backend: expect.any(String), verified: true };
    const set = ['wallpaper', 'set', id, '--display', displays[0]?.id ?? '', '--fit', 'fill'];
    expect(await ask(...set)).toEqual({ applied: [applied], images: [id] });
    const look = await expectedLook(image?.picture.file ?? '', 'fill', { width: 1920, height: 1080 });
    expect(difference(await desktopLook(desk, { electron: null }), look)).toBeLessThan(same);
    expect(await ask('wallpaper', 'current')).toMatchObject({
      wallpapers: [{ display: displays[0]?.id, image: { id }, fit: 'fill', setAt: expect.any(String) }],
    });
    expect(await ask('wallpaper', 'next')).toMatchObject({ applied: [applied], images: [expect.any(String)] });
  }
});

test('every verb of the favorites and accounts answers one document', async ({ cli, servers }) => {
  test.slow();
  const ask = async (...args: string[]): Promise<unknown> => {
    const document = documentOf(await cli(...args, '--json'));
    if (!document.ok) throw new Error(`${args.join(' ')}: ${document.error.message}`);
    return document.value;
  };
  const [one, two] = somePictures(servers, 2).map(({ id }) => id);
  const ids = [one ?? '', two ?? ''];
  const remote = (id: string): number => Number(id.split(':')[1]);

  expect(await ask('favorites', 'add', ...ids)).toEqual({ changed: ids });
  expect(await ask('favorites', 'pending')).toMatchObject({
    entries: expect.arrayContaining([{ id: one, desired: 'liked', attempts: 0, reason: null, parked: false }]),
  });
  // Without a token nothing can be sent; that is said, and nothing is lost.
  const refused = await cli('favorites', 'sync', '--json');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    ok: true,
    value: { pushed: 0, error: { code: 'unauthorized' } },
  });

  const account = ['account', 'set', 'waifu-im', '--json'];
  expect(documentOf(await cli(...account))).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  const wrong = documentOf(await cli.withInput('wrong-token-0123456789\n', ...account, '--stdin'));
  expect(wrong.ok ? wrong.value : wrong.error).toMatchObject(wrong.ok ? { valid: false } : { code: 'unauthorized' });
  const set = await cli.withInput(`${tokens.owner}\n`, ...account, '--stdin');
  expect(documentOf(set)).toMatchObject({ ok: true, value: { provider: 'waifu-im', configured: true, valid: true } });
  expect(`${set.stdout}${set.stderr}`).not.toContain(tokens.owner);
  expect(await ask('account', 'test', 'waifu-im')).toMatchObject({ valid: true });
  expect(await ask('account', 'list')).toMatchObject({ accounts: [{ configured: true }, { configured: false }] });

  expect(await ask('favorites', 'sync')).toEqual({ pulled: 0, pushed: 2, dropped: 0, held: 0, error: null });
  expect(servers.waifuIm.favorites().sort()).toEqual(ids.map(remote).sort());
  expect(await ask('favorites', 'toggle', ids[0] ?? '')).toEqual({ favorite: false });
  expect(await ask('favorites', 'remove', ids[0] ?? '')).toEqual({ changed: [] });
  servers.waifuIm.removeFavorite(remote(ids[1] ?? ''));
  expect(await ask('favorites', 'sync')).toMatchObject({ pushed: 1, dropped: 1, error: null });
  expect(await ask('favorites', 'list')).toMatchObject({
    images: [],
    total: 0,
    hidden: 0,
    tombstones: [{ image: { id: two } }],
  });
  expect(await ask('favorites', 'restore', two ?? '')).toEqual({ changed: [two] });
  expect(await ask('favorites', 'list', '--sort', 'uploaded', '--search', two ?? '', '--limit', '5')).toMatchObject({
    images: [{ id: two, favorite: true }],
    total: 1,
  });
  expect(await ask('favorites', 'sync')).toMatchObject({ pushed: 1, error: null });
  expect(servers.waifuIm.favorites()).toEqual([remote(two ?? '')]);
  expect(await ask('favorites', 'pending')).toEqual({ entries: [] });
  expect(await ask('account', 'remove', 'waifu-im')).toMatchObject({ configured: false });
});

test('failures exit with 1 and mistakes with 2, each with a sentence that helps', async ({ cli, env, servers }) => {
  const failing: readonly (readonly [string[], string])[] = [
    [['image', 'waifu-im:1'], 'not_found'],
    [['browse', '--rating', 'adult'], 'content_blocked'],
    [['wallpaper', 'set', 'waifu-im:1'], 'not_found'],
  ];
  for (const [args, code] of failing) {
    const result = await cli(...args, '--json');
    expect(documentOf(result), args.join(' ')).toMatchObject({ ok: false, error: { code } });
    expect(result.code, args.join(' ')).toBe(1);
  }
  const mistakes: readonly string[][] = [
    ['no-such-verb'],
    ['status', '--no-such-flag'],
    ['browse', '--limit', 'many'],
    ['browse', '--orientation', 'round'],
    ['browse', '--provider', 'elsewhere'],
    ['image', 'not-an-id'],
    ['image'],
    ['wallpaper'],
    ['wallpaper', 'next', '--fit', 'askew'],
    ['settings', 'set', 'noSuchKey', '1'],
    ['settings', 'set', 'theme', 'purple'],
    ['favorites', 'add'],
    ['account', 'set', 'elsewhere', '--stdin'],
    ['serve', '--port', '99999999'],
  ];
  for (const args of mistakes) {
    const result = await cli(...args, '--json');
    expect(documentOf(result), args.join(' ')).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(result.code, args.join(' ')).toBe(2);
  }
  // For people: nothing on stdout, the sentence on stderr.
  const plain = await cli('status', '--no-such-flag');
  expect(plain).toMatchObject({ code: 2, stdout: '' });
  expect(plain.stderr).toContain('--no-such-flag');
  const gone = await cli('image', 'waifu-im:1');
  expect(gone).toMatchObject({ code: 1, stdout: '' });
  expect(gone.stderr.length).toBeGreaterThan(10);
  expect(env['KABEGAMI_WAIFU_IM_URL']).toBe(servers.waifuIm.url);
});

test.describe('with no desktop at all', () => {
  test.use({ programEnv: { DISPLAY: '' } });
  test('setting a wallpaper is an error that says what is missing', async ({ cli, servers }) => {
    const [image] = somePictures(servers, 1);
    const result = await cli('wallpaper', 'set', image?.id ?? '', '--json');
    expect(documentOf(result)).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/no_backend|no_display/) },
    });
    expect(result.code).toBe(1);
    expect(documentOf(await cli('wallpaper', 'backends', '--json'))).toMatchObject({ ok: true });
    expect(documentOf(await cli('wallpaper', 'current', '--json'))).toEqual({
      ok: true,
      value: { wallpapers: [], hidden: 0 },
    });
  });
});

test('while the program runs, the terminal speaks to it and its window shows the change at once', async ({
  app,
  page,
  cli,
  host,
}) => {
  await browse(page).grid.shown();
  const status = await cli.json<Status>('status');
  expect(status).toMatchObject({ ok: true, value: { owner: { host } } });
  expect(status.ok && status.value.owner.pid).not.toBe(process.pid);

  await kabegami(page).show('Settings');
  const changed = await cli.json<Settings>('settings', 'set', 'theme', 'dark');
  expect(changed).toMatchObject({ ok: true, value: { theme: 'dark' } });
  await expect(settings(page).theme('Dark')).toBeChecked();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await kabegami(page).show('Browse');
  await browse(page).grid.shown();
  const [id = ''] = await browse(page).grid.ids();
  expect(await cli.json('favorites', 'toggle', id)).toMatchObject({ ok: true, value: { favorite: true } });
  await expect(browse(page).grid.picture(id)).toHaveAccessibleName(/, favorite$/);
  await kabegami(page).show('Favorites');
  await expect(favorites(page).grid.cell(id)).toBeVisible();
  expect(await cli.json('favorites', 'remove', id)).toMatchObject({ ok: true, value: { changed: [id] } });
  await expect(favorites(page).grid.cell(id)).toHaveCount(0);

  // A second one of these is refused, and says by whom the folder is held.
  const second = await cli('serve', '--json');
  expect(documentOf(second)).toMatchObject({ ok: false, error: { code: 'data_folder_in_use' } });
  await app.close();
  expect(await cli.json<Status>('status')).toMatchObject({ ok: true, value: { owner: { host: 'terminal' } } });
});
