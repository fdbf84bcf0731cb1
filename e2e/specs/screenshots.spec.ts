import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quickServers, somePictures } from '../fixtures/catalogue.ts';
import { askOwner } from '../fixtures/owner.ts';
import { original, plantCopy } from '../fixtures/planted.ts';
import { root } from '../fixtures/programs.ts';
import { expect, test, type Page } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { collections } from '../pages/collections.ts';
import { duplicates } from '../pages/duplicates.ts';
import { favorites } from '../pages/favorites.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';
import { settings } from '../pages/settings.ts';
import { viewer } from '../pages/viewer.ts';
import { wallpaperDialog } from '../pages/wallpaper-dialog.ts';

test.use({ serverOptions: { ...quickServers, pictures: 120 } });

const folder = join(root, 'test-results', 'screenshots');
const large = { width: 1280, height: 800 };
const small = { width: 800, height: 600 };

/** Every view in both sizes and schemes in Chromium; Electron, where the page is the same, shows each of them once. */
const looks = {
  browser: [
    { size: small, colorScheme: 'dark' },
    { size: small, colorScheme: 'light' },
    { size: large, colorScheme: 'dark' },
    { size: large, colorScheme: 'light' },
  ],
  desktop: [
    { size: small, colorScheme: 'dark' },
    { size: large, colorScheme: 'light' },
  ],
} as const;

/** Takes pictures of a view in all its looks, for people to look at. None may be wider than the window. */
async function take(page: Page, host: 'browser' | 'desktop', view: string): Promise<void> {
  for (const { size, colorScheme } of looks[host]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    const overflow = (): Promise<number> =>
      page.evaluate(() => {
        const element = document.scrollingElement ?? document.documentElement;
        return element.scrollWidth - innerWidth;
      });
    // What floats finds its new place a moment after the window has its new size.
    await expect.poll(overflow, `${view} is no wider than ${size.width}`).toBeLessThanOrEqual(0);
    await page.screenshot({
      path: join(folder, `${host}-${view}-${colorScheme}-${size.width}.png`),
      animations: 'disabled',
    });
  }
}

/** A new user's collections, a folder of this machine with twins in it, and favorites. */
async function fill(data: string, home: string, liked: readonly string[]): Promise<void> {
  await askOwner(data, 'favorites.add', { ids: [...liked] });
  const { collection } = await askOwner(data, 'collections.create', { name: 'Evening', images: liked.slice(0, 5) });
  await askOwner(data, 'collections.change', {
    id: collection.id,
    patch: { notes: 'For the screen beside the window.' },
  });
  await askOwner(data, 'collections.create', {
    name: 'Every landscape wide enough for the large display, newest first',
    query: 'orientation:landscape width:>=1920 sort:newest',
  });
  const planted = join(home, 'Pictures of last summer');
  const drawn = original(44, 0.6);
  await plantCopy(drawn, join(planted, 'harbour.png'));
  await plantCopy(drawn, join(planted, 'smaller', 'harbour.jpg'), { scale: 0.5 });
  const added = await askOwner(data, 'folders.add', { path: planted, mode: 'copy', rating: 'safe' });
  await askOwner(data, 'folders.scan', { id: added.id });
  await askOwner(data, 'duplicates.scan', {});
}

test('every view fits its window, dark and light, and has what belongs to it', async ({
  page,
  servers,
  host,
  home,
  desk,
}) => {
  test.slow();
  await mkdir(folder, { recursive: true });
  const shot = (name: string): Promise<void> => take(page, host, name);
  const app = kabegami(page);
  const view = browse(page);
  await view.grid.shown();
  await app.show('Collections');
  await expect(collections(page).root).toBeVisible();
  await shot('collections-empty');
  await fill(
    home.data,
    home.folder,
    somePictures(servers, 12).map(({ id }) => id),
  );

  await app.show('Browse');
  await view.order('Newest');
  await view.grid.shown();
  await view.narrow('Orientation', 'Landscape');
  await view.grid.shown();
  await shot('browse');
  await view.bar.getByRole('button', { name: /^Filters/ }).click();
  await expect(view.panel).toBeVisible();
  await shot('filters');
  await page.keyboard.press('Escape');

  const [first = ''] = await view.grid.ids();
  await view.grid.open(first);
  await viewer(page).fullPicture();
  await viewer(page).press('Details');
  await expect(viewer(page).details).toBeVisible();
  await shot('viewer');
  if (desk.display !== null) {
    await page.keyboard.press('w');
    const dialog = wallpaperDialog(page);
    await dialog.fit('Blur');
    await shot('wallpaper');
    await dialog.set();
    await dialog.checked();
    await shot('wallpaper-done');
    await dialog.done();
  }
  await viewer(page).close();

  await app.show('Library');
  await library(page).grid.shown();
  await library(page).add('orientation:landscape');
  await library(page).openFacets();
  await shot('library');
  await library(page).root.getByRole('link', { name: 'Review duplicates' }).click();
  await duplicates(page).shown();
  await shot('duplicates');

  await app.show('Favorites');
  await favorites(page).grid.shown();
  await expect(favorites(page).root).toContainText('12 favorites');
  await shot('favorites');

  await app.show('Collections');
  await expect(collections(page).cards).toHaveCount(2);
  await shot('collections');
  await collections(page)
    .card(/^Evening/)
    .click();
  await collections(page).grid('Evening').shown();
  await shot('collection');

  await app.show('Wallpaper');
  await expect(page.getByRole('button', { name: 'Next', exact: true })).toBeVisible();
  if (desk.display !== null) await expect(page.getByRole('button', { name: /^Open the picture on / })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Pools' })).toBeVisible();
  await shot('rotation');
  await page.getByRole('heading', { name: 'Playlists' }).scrollIntoViewIfNeeded();
  await shot('rotation-setup');
  await app.show('History');
  if (desk.display !== null) await expect(page.getByText('Shown now')).toBeVisible();
  await shot('history');
  await app.show('Settings');
  await expect(settings(page).adult).toBeVisible();
  await shot('settings');
  for (const part of ['Folders', 'Storage', 'Backup', 'About']) {
    await page
      .getByRole('heading', { name: part, exact: true })
      .evaluate((heading) => heading.scrollIntoView({ block: 'start' }));
    await shot(`settings-${part.toLowerCase()}`);
  }
});
