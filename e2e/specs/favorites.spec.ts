import type { FavoriteList } from '../../src/shared/model.ts';
import { cutNetwork, knownImage, quickServers, somePictures, type KnownImage } from '../fixtures/catalogue.ts';
import { clearDesktop, desktopLook, difference, expectedLook, same } from '../fixtures/look.ts';
import { expect, test } from '../fixtures/test.ts';
import { tokens, type TestServers } from '../servers/index.ts';
import { browse } from '../pages/browse.ts';
import { collections } from '../pages/collections.ts';
import { favorites } from '../pages/favorites.ts';
import { kabegami } from '../pages/kabegami.ts';
import { settings } from '../pages/settings.ts';
import { viewer } from '../pages/viewer.ts';
import { wallpaperDialog } from '../pages/wallpaper-dialog.ts';

test.use({ serverOptions: quickServers });

const remoteId = (image: KnownImage | undefined): number => Number(image?.id.split(':')[1]);

/** Likes that the service was told of and did. */
function likesSent(servers: TestServers, image: KnownImage | undefined): number {
  const path = `/users/me/albums/favorites/images/${remoteId(image)}`;
  return servers.waifuIm.requests.filter(
    (request) => request.method === 'POST' && request.path === path && request.status === 204,
  ).length;
}

test('a heart in the grid, the Favorites view and every other place agree; a lost heart can be had back', async ({
  page,
}) => {
  const app = kabegami(page);
  const view = browse(page);
  const kept = favorites(page);
  await view.grid.shown();
  const [one = '', two = ''] = await view.grid.ids();
  await view.grid.heart(one);
  await view.grid.heart(two);
  await expect(view.grid.picture(one)).toHaveAccessibleName(/, favorite$/);

  await app.show('Favorites');
  await expect(kept.grid.cells).toHaveCount(2);
  await expect(kept.root).toContainText('2 favorites');
  await kept.grid.heart(one);
  await expect(kept.grid.cells).toHaveCount(1);
  await app.toast('Removed from favorites.').getByRole('button', { name: 'Undo' }).click();
  await expect(kept.grid.cells).toHaveCount(2);

  // Several at once, and back with the keyboard.
  await kept.grid.picture(one).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await expect(kept.bulk).toContainText('2 selected');
  await kept.bulk.getByRole('button', { name: 'Remove from favorites' }).click();
  await expect(kept.root).toContainText('No favorites yet');
  await expect(app.toast('2 pictures removed from favorites.')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(kept.grid.cells).toHaveCount(2);
  await expect(kept.root).toContainText('2 of 2 available offline');

  await app.show('Browse');
  await expect(view.grid.picture(one)).toHaveAccessibleName(/, favorite$/);
});

test('searches, sorts and narrows the favorites', { tag: '@once' }, async ({ page, servers, cli }) => {
  const kept = favorites(page);
  const images = somePictures(servers, 8);
  const added = await cli.json('favorites', 'add', ...images.map(({ id }) => id));
  expect(added.ok).toBe(true);
  await kabegami(page).show('Favorites');
  await expect(kept.grid.cells).toHaveCount(8);

  const tag = images[0]?.tags[0] ?? '';
  await kept.search.fill(tag);
  await expect(kept.grid.cells).toHaveCount(images.filter(({ tags }) => tags.includes(tag)).length);
  await kept.search.fill('no such word');
  await expect(kept.root).toContainText('No favorite matches');
  await kept.root.getByRole('button', { name: 'Clear search' }).click();
  await expect(kept.grid.cells).toHaveCount(8);

  await kept.root.getByRole('combobox', { name: /^Sort by: / }).click();
  await page.getByRole('option', { name: 'Largest' }).click();
  const largest = [...images].sort(
    (a, b) => b.picture.width * b.picture.height - a.picture.width * a.picture.height,
  )[0];
  await expect
    .poll(async () => {
      const id = await kept.grid.at(1).getAttribute('data-id');
      const { width, height } = knownImage(servers, id ?? '').picture;
      return width * height;
    })
    .toBe((largest?.picture.width ?? 0) * (largest?.picture.height ?? 0));
});

test('without a network: starts, shows, sets and likes; the like arrives once when it is back', async ({
  app,
  servers,
  desk,
}) => {
  // Four starts of the program and every wait of a failing network.
  test.slow();
  const [kept, extra] = somePictures(servers, 2, ({ picture }) => picture.width > picture.height);
  servers.waifuIm.setFavorites([remoteId(kept)]);
  await kabegami(app.page).show('Settings');
  await settings(app.page).saveToken('waifu.im', tokens.owner);
  await expect(settings(app.page).root).toContainText('Tested: it works.');
  await kabegami(app.page).show('Favorites');
  await expect(favorites(app.page).root).toContainText('1 of 1 available offline');
  // One that is on the disk, but no favorite yet.
  await kabegami(app.page).show('Browse');
  await browse(app.page).order('Newest');
  await browse(app.page).grid.open(extra?.id ?? '');
  await viewer(app.page).fullPicture();

  const back = cutNetwork(servers);
  await app.restart();
  const { page } = app;
  await expect(page.getByText('waifu.im cannot be reached. You see what is on this disk.')).toBeVisible();
  await browse(page).grid.heart(extra?.id ?? '');

  await kabegami(page).show('Favorites');
  const view = favorites(page);
  await expect(view.grid.cells).toHaveCount(2);
  await view.status.click();
  await expect(view.panel).toContainText('To be liked');
  await page.keyboard.press('Escape');
  await view.grid.open(kept?.id ?? '');
  expect(await viewer(page).fullPicture()).toBe(kept?.picture.width);
  if (desk.display !== null) {
    await clearDesktop(desk);
    await page.keyboard.press('w');
    await wallpaperDialog(page).set();
    await wallpaperDialog(page).checked();
    const look = await expectedLook(kept?.picture.file ?? '', 'fill', { width: 1920, height: 1080 });
    await expect.poll(async () => difference(await desktopLook(desk, app), look)).toBeLessThan(same);
    await wallpaperDialog(page).done();
  }
  await viewer(page).close();
  expect(servers.waifuIm.favorites()).toEqual([remoteId(kept)]);

  back();
  await kabegami(page).show('Browse');
  // It comes back by itself too: the press may come too late.
  await page
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 5000 })
    .catch(() => undefined);
  await expect.poll(() => servers.waifuIm.favorites().includes(remoteId(extra))).toBe(true);
  await kabegami(page).show('Favorites');
  await view.syncNow();
  await expect(view.status).toHaveAccessibleName(/^Sync: In step/);
  expect(likesSent(servers, extra)).toBe(1);
  expect(likesSent(servers, kept)).toBe(0);
});

test('follows the account both ways; what the service dropped waits to be restored or let go', async ({
  app,
  servers,
  cli,
}) => {
  const [one, two, three] = somePictures(servers, 3);
  const images = [one, two, three];
  servers.waifuIm.setFavorites(images.map(remoteId));
  servers.waifuIm.addAlbum('Mornings', [remoteId(two), remoteId(three)]);
  const { page } = app;
  await kabegami(page).show('Settings');
  await settings(page).saveToken('waifu.im', tokens.owner);
  await expect(settings(page).root).toContainText('Tested: it works.');
  // The token came in and does not come out: not in the page, and not in what the terminal prints.
  expect(await page.content()).not.toContain(tokens.owner);
  expect((await cli('account', 'list')).stdout).not.toContain(tokens.owner);
  expect(app.log()).not.toContain(tokens.owner);

  // Its albums become collections.
  await settings(page).root.getByRole('button', { name: 'Bring albums over' }).click();
  await expect(kabegami(page).toast(/album/i)).toBeVisible();
  await kabegami(page).show('Collections');
  await expect(collections(page).card(/^Mornings/)).toContainText('2 pictures');

  await kabegami(page).show('Favorites');
  const view = favorites(page);
  await expect(view.root).toContainText('3 of 3 available offline');
  await view.grid.heart(one?.id ?? '');
  await expect.poll(() => servers.waifuIm.favorites().includes(remoteId(one))).toBe(false);

  servers.waifuIm.removeFavorite(remoteId(two));
  await view.syncNow();
  await view.list(/^Removed \(1\)$/).click();
  await expect(view.grid.cell(two?.id ?? '')).toBeVisible();
  await expect(view.root).toContainText('1 picture was removed on waifu.im. The files are still on this disk.');
  await view.grid.open(two?.id ?? '');
  expect(await viewer(page).fullPicture()).toBe(two?.picture.width);
  await viewer(page).close();
  await view.root.getByRole('button', { name: 'Restore all' }).click();
  await expect(view.grid.cell(two?.id ?? '')).toBeVisible();
  await expect(view.list(/^Removed/)).toBeHidden();
  await expect.poll(() => servers.waifuIm.favorites().includes(remoteId(two))).toBe(true);
  const list = await cli.json<FavoriteList>('favorites', 'list');
  expect(list.ok && list.value.images.map(({ id }) => id).sort()).toEqual([two?.id, three?.id].sort());
});

test('many removals at once are held back until one agrees', { tag: '@once' }, async ({ app, servers }) => {
  const images = somePictures(servers, 16);
  servers.waifuIm.setFavorites(images.map(remoteId));
  const { page } = app;
  await kabegami(page).show('Settings');
  await settings(page).saveToken('waifu.im', tokens.owner);
  await expect(settings(page).root).toContainText('Tested: it works.');
  await kabegami(page).show('Favorites');
  const view = favorites(page);
  await expect(view.root).toContainText('16 favorites');

  servers.waifuIm.setFavorites(images.slice(0, 4).map(remoteId));
  await view.syncNow();
  await expect(view.root).toContainText('waifu.im no longer lists 12 of your favorites');
  await expect(view.root).toContainText('16 favorites');
  await view.root.getByRole('button', { name: 'Accept the removals' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Accept the removals' }).click();
  await expect(view.root).toContainText('4 favorites');
  await expect(view.list(/^Removed \(12\)$/)).toBeVisible();
});

test('a refused token says so, and favorites stay', { tag: '@once' }, async ({ page, servers }) => {
  const view = settings(page);
  await browse(page).grid.shown();
  const [first = ''] = await browse(page).grid.ids();
  await browse(page).grid.heart(first);
  await kabegami(page).show('Settings');
  await view.saveToken('waifu.im', 'wrong-token-0123456789');
  await expect(
    view.root.getByText('Tested: the service refuses it.').or(view.root.getByRole('alert')).first(),
  ).toBeVisible();
  await kabegami(page).show('Favorites');
  await expect(favorites(page).grid.cell(first)).toBeVisible();
  expect(servers.waifuIm.favorites()).toEqual([]);
});
