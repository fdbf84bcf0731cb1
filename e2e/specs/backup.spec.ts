import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackupMade, BackupPreview, BackupState, Restored } from '../../src/shared/backup.ts';
import type { FavoriteList, Image, VerifyReport } from '../../src/shared/model.ts';
import type { ListsImported, PicturesExported } from '../../src/shared/transfer.ts';
import { quickServers } from '../fixtures/catalogue.ts';
import type { Cli } from '../fixtures/cli.ts';
import { backup } from '../pages/backup.ts';
import { kabegami } from '../pages/kabegami.ts';
import { expect, test } from '../fixtures/test.ts';

test.use({ serverOptions: { ...quickServers, waifuIm: { version: 'v5' } } });

async function value<T>(cli: Cli, ...args: string[]): Promise<T> {
  const answer = await cli.json<T>(...args);
  if (!answer.ok) throw new Error(`${args.join(' ')}: ${answer.error.message}`);
  return answer.value;
}

/** A few favorites, their pictures, a collection. */
async function fill(cli: Cli): Promise<readonly Image[]> {
  const { images } = await value<{ images: Image[] }>(cli, 'browse', '--provider', 'waifu-im', '--limit', '4');
  for (const image of images.slice(0, 3)) await value(cli, 'download', image.id);
  await value(cli, 'favorites', 'add', ...images.slice(0, 2).map(({ id }) => id));
  await value(cli, 'collections', 'create', 'Evening & "sky"');
  await value(cli, 'collections', 'add', '1', ...images.slice(0, 3).map(({ id }) => id));
  return images;
}

const favoriteIds = async (cli: Cli): Promise<readonly string[]> =>
  (await value<FavoriteList>(cli, 'favorites', 'list')).images.map(({ id }) => id);

test(
  'the terminal backs up, loses everything, restores, and verifies clean',
  { tag: '@once' },
  async ({ cli, home }) => {
    test.slow();
    const images = await fill(cli);
    const before = await favoriteIds(cli);
    const file = path.join(home.folder, 'mine.kabegami');
    expect(await value<BackupMade>(cli, 'backup', 'create', file, '--pictures', 'all')).toMatchObject({
      path: file,
      pictures: 3,
      damaged: 0,
      counts: { favorites: 2, collections: 1 },
    });
    expect(await cli.json('backup', 'create', file)).toMatchObject({ ok: false, error: { code: 'file_exists' } });
    expect(await value<BackupPreview>(cli, 'backup', 'inspect', file)).toMatchObject({
      checked: true,
      here: { favorites: 2 },
    });
    const words = await cli('backup', 'inspect', file);
    expect(words).toMatchObject({ code: 0 });
    expect(words.stdout).toContain('IN IT');

    await rm(home.data, { recursive: true, force: true });
    expect(await value<Restored>(cli, 'backup', 'restore', file)).toMatchObject({ missing: 0, counts: { files: 3 } });
    expect(await favoriteIds(cli)).toEqual(before);
    expect(await value<VerifyReport>(cli, 'library', 'verify')).toMatchObject({ clean: true, problems: [] });
    expect((await value<{ images: Image[] }>(cli, 'collections', 'show', '1')).images).toHaveLength(3);

    // What was here before the restore: nothing. And back again.
    expect(await value<Restored>(cli, 'backup', 'undo')).toMatchObject({ counts: { favorites: 0 } });
    expect(await favoriteIds(cli)).toEqual([]);
    await value(cli, 'backup', 'undo');
    expect(await favoriteIds(cli)).toEqual(before);
    expect(await value(cli, 'backup', 'forget')).toEqual({ removed: true });
    expect(images).toHaveLength(4);
  },
);

test('a damaged database names the command that helps, and it does', { tag: '@once' }, async ({ cli, home }) => {
  test.slow();
  await fill(cli);
  const before = await favoriteIds(cli);
  await value(cli, 'backup', 'snapshot');
  expect((await value<BackupState>(cli, 'backup', 'list')).snapshots).toHaveLength(1);
  await writeFile(path.join(home.data, 'library.db'), 'no database any more '.repeat(1000));
  const told = await cli.json('favorites', 'list');
  expect(told).toMatchObject({ ok: false, error: { code: 'database_corrupt' } });
  expect(!told.ok && told.error.message).toContain('kabegami backup restore --snapshot latest');
  expect(await cli.json('backup', 'create', path.join(home.folder, 'x.kabegami'))).toMatchObject({ ok: false });
  expect(await value<Restored>(cli, 'backup', 'restore', '--snapshot', 'latest')).toMatchObject({
    counts: { favorites: 2 },
  });
  expect(await favoriteIds(cli)).toEqual(before);
  expect(await value<VerifyReport>(cli, 'library', 'verify', '--repair')).toMatchObject({ clean: true });
});

test('pictures and lists go out, and lists come in elsewhere', { tag: '@once' }, async ({ cli, home }) => {
  test.slow();
  const images = await fill(cli);
  const folder = path.join(home.folder, 'out');
  expect(await value<PicturesExported>(cli, 'export', 'pictures', folder, '--query', '')).toMatchObject({
    exported: 3,
    same: 0,
    hidden: 0,
  });
  expect(await value<PicturesExported>(cli, 'export', 'pictures', folder, '--collection', '1')).toMatchObject({
    exported: 0,
    same: 3,
  });
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.xmp'));
  expect(names).toHaveLength(3);
  expect(await readFile(path.join(folder, names[0] ?? ''), 'utf8')).toContain('<dc:creator>');
  expect(await cli.json('export', 'pictures', folder)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });

  const lists = path.join(home.folder, 'lists.json');
  await value(cli, 'export', 'lists', lists);
  await rm(home.data, { recursive: true, force: true });
  expect(await value<ListsImported>(cli, 'import', 'lists', lists)).toMatchObject({
    favorites: 2,
    collections: 1,
    collected: 3,
    notes: [],
  });
  expect(await value<ListsImported>(cli, 'import', 'lists', lists)).toMatchObject({
    favorites: 0,
    collections: 0,
    collected: 0,
  });
  expect([...(await favoriteIds(cli))].sort()).toEqual(
    images
      .slice(0, 2)
      .map(({ id }) => id)
      .sort(),
  );
});

test('Settings backs the library up and puts it back while the program runs', async ({ app, cli, home, page }) => {
  test.slow();
  await fill(cli);
  const before = await favoriteIds(cli);
  await kabegami(page).show('Settings');
  const view = backup(page);
  const file = path.join(home.folder, 'from the page.kabegami');
  await view.choose('All').click();
  await view.run('Back up now', 'relative.kabegami', 'Back up');
  await view.says(/needs a whole path/);
  await view.run('Back up now', file, 'Back up');
  // The pages that were looked at left some pictures too.
  await view.says(/^Backed up: .*\d+ pictures/);
  expect((await stat(file)).size).toBeGreaterThan(100_000);

  await value(cli, 'favorites', 'remove', ...before);
  await view.run('Restore', file, 'Look at it …');
  await expect(view.preview).toContainText(/\d+ pictures in it/);
  await expect(view.preview.getByRole('row', { name: 'Favorites 2 0' })).toBeVisible();
  await view.preview.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('The library was restored.')).toBeVisible();
  expect(await favoriteIds(cli)).toEqual(before);
  expect(await value<VerifyReport>(cli, 'library', 'verify')).toMatchObject({ clean: true, problems: [] });

  // What tells of the first restore must not be taken for the second.
  const told = kabegami(page).toast('The library was restored.');
  await told.getByRole('button', { name: 'Dismiss' }).click();
  await expect(told).toHaveCount(0);
  await kabegami(page).show('Settings');
  await view.root.getByRole('button', { name: 'Put it back' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Put it back' }).click();
  await expect(told).toBeVisible();
  expect(await favoriteIds(cli)).toEqual([]);

  const out = path.join(home.folder, 'export');
  await mkdir(out);
  await kabegami(page).show('Settings');
  await view.root
    .getByRole('radiogroup', { name: 'Which pictures' })
    .getByRole('radio', { name: 'All on this disk' })
    .click();
  await view.run('Export pictures', out, 'Export');
  await view.says(/^Exported \d+ pictures/);
  const pictures = (await readdir(out, { recursive: true })).filter((name) => /\.(png|jpg|webp|gif)$/.test(name));
  expect(pictures.length).toBeGreaterThanOrEqual(3);
  for (const name of pictures) {
    const content = await readFile(path.join(out, name));
    const sidecar = JSON.parse(await readFile(path.join(out, `${name}.json`), 'utf8')) as { sha256: string };
    expect(createHash('sha256').update(content).digest('hex')).toBe(sidecar.sha256);
  }
  expect(app.log()).not.toContain('Error');
});
