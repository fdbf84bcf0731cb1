import type { FavoriteList } from '../../src/shared/model.ts';
import { knownImages, quickServers, type KnownImage } from '../fixtures/catalogue.ts';
import { expect, test } from '../fixtures/test.ts';
import { adultOnlyTag, type TestServers } from '../servers/index.ts';
import { browse } from '../pages/browse.ts';
import { favorites } from '../pages/favorites.ts';
import { kabegami } from '../pages/kabegami.ts';
import { settings } from '../pages/settings.ts';
import { viewer } from '../pages/viewer.ts';

test.use({ serverOptions: quickServers });

const unsafe = (servers: TestServers): readonly KnownImage[] =>
  [...knownImages(servers).values()].filter(({ safe }) => !safe);

/** Files of pictures that are not certainly safe that the program asked the picture host for. */
function fetchedUnsafe(servers: TestServers): readonly string[] {
  // The same file may be listed safe under another id: then its path is another.
  const paths = new Set(unsafe(servers).map(({ path }) => path));
  return servers.pictures.requests.map(({ path }) => path).filter((path) => paths.has(path));
}

test('nothing adult is shown, offered or fetched before the opt-in', async ({ page, servers, cli }) => {
  const view = browse(page);
  const known = knownImages(servers);
  const safe = (id: string) => known.get(id)?.safe === true;
  const waifuIm = [...known.values()].filter((image) => image.id.startsWith('waifu-im:') && image.safe);
  await view.order('Newest');
  await view.grid.shown();
  await expect
    .poll(async () => {
      await view.grid.onlyShows(safe);
      await view.grid.scroll();
      return page.getByText(`That is all: ${waifuIm.length} pictures.`).isVisible();
    })
    .toBe(true);

  // Neither the words to look for them…
  await view.search('Tags').fill(adultOnlyTag);
  await expect(page.getByText(`No tag is called "${adultOnlyTag}".`)).toBeVisible();
  await page.keyboard.press('Escape');
  await view.service('yiff.rest');
  await view.grid.shown();
  await view.search('Category').fill('grown');
  await expect(page.getByText('No category is called "grown".')).toBeVisible();
  await page.keyboard.press('Escape');
  await view.grid.onlyShows(safe);
  await view.bar.getByRole('button', { name: /^Filters/ }).click();
  await expect(view.panel.getByRole('radiogroup', { name: 'Content' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  // …nor any way around, from the page or from the terminal.
  const [adult] = unsafe(servers);
  for (const variant of ['small', 'large', 'full']) {
    const status = await page.evaluate(
      async (url) => (await fetch(url)).status,
      `/media/${encodeURIComponent(adult?.id ?? '')}/${variant}`,
    );
    expect(status).toBe(403);
  }
  for (const verb of [['image'], ['download'], ['wallpaper', 'set'], ['favorites', 'add']]) {
    const result = await cli.json(...verb, adult?.id ?? '');
    expect(result, verb.join(' ')).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
  }
  expect(await cli.json('browse', '--rating', 'any')).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
  expect(fetchedUnsafe(servers)).toEqual([]);
});

test('shown after the opt-in; hidden at once and everywhere when it is taken back', async ({ page, servers, cli }) => {
  const app = kabegami(page);
  const view = browse(page);
  const gate = settings(page);
  const known = knownImages(servers);
  const safe = (id: string) => known.get(id)?.safe === true;
  await app.show('Settings');
  await expect(gate.adult).not.toBeChecked();
  await gate.adult.click();
  // Asked for, and not by accident.
  const agree = gate.confirm.getByRole('button', { name: 'Show adult pictures' });
  await expect(agree).toBeDisabled();
  await gate.confirm.getByRole('button', { name: 'Cancel' }).click();
  await expect(gate.adult).not.toBeChecked();
  await gate.allowAdult();

  await app.show('Browse');
  await view.narrow('Content', 'Adult only');
  await view.grid.onlyShows((id) => !safe(id));
  await view.grid.shown();
  const [adult = ''] = await view.grid.ids();
  await view.grid.heart(adult);
  await expect(view.grid.picture(adult)).toHaveAccessibleName(/, favorite$/);
  await view.grid.open(adult);
  await viewer(page).fullPicture();
  expect(fetchedUnsafe(servers).length).toBeGreaterThan(0);

  // Turned off elsewhere while one is looking at it.
  expect(await cli.json('settings', 'set', 'adultContent', 'false')).toMatchObject({ ok: true });
  await expect(viewer(page).root).toBeHidden();
  await view.grid.onlyShows(safe);
  await app.show('Favorites');
  await expect(favorites(page).root).toContainText('All of your favorites are hidden by your content setting.');
  await expect(favorites(page).grid.cell(adult)).toHaveCount(0);
  const list = await cli.json<FavoriteList>('favorites', 'list');
  expect(list).toMatchObject({ ok: true, value: { images: [], total: 0, hidden: 1 } });
  const status = await page.evaluate(
    async (url) => (await fetch(url, { cache: 'no-cache' })).status,
    `/media/${encodeURIComponent(adult)}/small`,
  );
  expect(status).toBe(403);

  // What was liked is not lost.
  await app.show('Settings');
  await gate.allowAdult();
  await app.show('Favorites');
  await expect(favorites(page).grid.cell(adult)).toBeVisible();
});
