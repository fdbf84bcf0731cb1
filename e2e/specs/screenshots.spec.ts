import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quickServers, somePictures } from '../fixtures/catalogue.ts';
import { root } from '../fixtures/programs.ts';
import { expect, test, type Page } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { favorites } from '../pages/favorites.ts';
import { kabegami } from '../pages/kabegami.ts';
import { settings } from '../pages/settings.ts';
import { viewer } from '../pages/viewer.ts';
import { wallpaperDialog } from '../pages/wallpaper-dialog.ts';

test.use({ serverOptions: { ...quickServers, pictures: 120 } });

const folder = join(root, 'test-results', 'screenshots');

/** Nothing is wider than the window; then a picture of it, for people to look at. */
async function take(page: Page, name: string): Promise<void> {
  const overflow = await page.evaluate(() => {
    const element = document.scrollingElement ?? document.documentElement;
    return element.scrollWidth - innerWidth;
  });
  expect(overflow, `${name} is no wider than its window`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 800, height: 600 },
  ]) {
    test.describe(`${colorScheme}, ${viewport.width}×${viewport.height}`, () => {
      test.use({ colorScheme, viewport });

      test('every view fits its window and has what belongs to it', async ({ page, servers, cli, host, desk }) => {
        await mkdir(folder, { recursive: true });
        const name = (view: string): string => `${host}-${colorScheme}-${viewport.width}-${view}`;
        const app = kabegami(page);
        const view = browse(page);
        const liked = somePictures(servers, 12);
        const added = await cli.json('favorites', 'add', ...liked.map(({ id }) => id));
        expect(added.ok).toBe(true);

        await view.order('Newest');
        await view.grid.shown();
        await expect(view.bar).toBeVisible();
        await view.narrow('Orientation', 'Landscape');
        await view.grid.shown();
        await take(page, name('browse'));
        await view.bar.getByRole('button', { name: /^Filters/ }).click();
        await expect(view.panel).toBeVisible();
        await take(page, name('filters'));
        await page.keyboard.press('Escape');

        const [first = ''] = await view.grid.ids();
        await view.grid.open(first);
        await viewer(page).fullPicture();
        await viewer(page).press('Details');
        await expect(viewer(page).details).toBeVisible();
        await take(page, name('viewer'));
        if (desk.display !== null) {
          await page.keyboard.press('w');
          const dialog = wallpaperDialog(page);
          await dialog.fit('Blur');
          await take(page, name('wallpaper'));
          await dialog.set();
          await dialog.checked();
          await take(page, name('wallpaper-done'));
          await dialog.done();
        }
        await viewer(page).close();

        await app.show('Favorites');
        await favorites(page).grid.shown();
        await expect(favorites(page).root).toContainText('12 favorites');
        await take(page, name('favorites'));
        await app.show('Wallpaper');
        await expect(page.getByRole('button', { name: 'Next', exact: true })).toBeVisible();
        if (desk.display !== null)
          await expect(page.getByRole('button', { name: /^Open the picture on / })).toBeVisible();
        await expect(page.getByRole('list', { name: 'Pools' })).toBeVisible();
        await take(page, name('rotation'));
        await page.getByRole('heading', { name: 'Playlists' }).scrollIntoViewIfNeeded();
        await take(page, name('rotation-setup'));
        await app.show('History');
        if (desk.display !== null) await expect(page.getByText('Shown now')).toBeVisible();
        await take(page, name('history'));
        await app.show('Settings');
        await expect(settings(page).adult).toBeVisible();
        await take(page, name('settings'));
        await page.getByRole('heading', { name: 'About' }).scrollIntoViewIfNeeded();
        await take(page, name('settings-end'));
      });
    });
  }
}
