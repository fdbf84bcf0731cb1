import { knownImages, quickServers } from '../fixtures/catalogue.ts';
import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { kabegami } from '../pages/kabegami.ts';
import { viewer } from '../pages/viewer.ts';
import { wallpaperDialog } from '../pages/wallpaper-dialog.ts';

// v5 says itself which of its tags are safe; the others are asked about one by one. The first test speaks v7.
test.use({ serverOptions: { ...quickServers, waifuIm: { images: 150, version: 'v5' } } });

test.describe('in v7', () => {
  test.use({ serverOptions: { ...quickServers, waifuIm: { images: 150 } } });

  test('opens on pictures, and scrolls to the end without showing any twice', async ({ page, servers }) => {
    const { grid, order } = browse(page);
    await grid.shown();
    await order('Newest');

    const safe = [...knownImages(servers).values()].filter((image) => image.id.startsWith('waifu-im:') && image.safe);
    const expected = safe
      .sort((a, b) => (b.uploadedAt ?? '').localeCompare(a.uploadedAt ?? ''))
      .map((image, index) => [index + 1, image.id] as const);
    const end = page.getByText(`That is all: ${expected.length} pictures.`);
    await expect(grid.at(1)).toHaveAttribute('data-id', expected[0]?.[1] ?? '');

    const seen = new Map<number, string>();
    await expect
      .poll(
        async () => {
          for (const [position, id] of await grid.places()) {
            expect(seen.get(position) ?? id, `position ${position} keeps its picture`).toBe(id);
            seen.set(position, id);
          }
          await grid.scroll();
          return seen.size;
        },
        { timeout: 90_000, intervals: [50] },
      )
      .toBe(expected.length);
    expect([...seen].sort(([a], [b]) => a - b)).toEqual(expected);
    await expect(end).toBeVisible();
    // One request for each page the service makes, and none for what is known.
    const pages = servers.waifuIm.requests.filter(
      ({ path, query }) => path === '/images' && query['OrderBy']?.[0] === 'UPLOADED_AT',
    );
    expect(new Set(pages.map(({ query }) => JSON.stringify(query))).size).toBe(pages.length);
  });
});

test(
  'filters by tags, form and size; each chip takes its part away again',
  { tag: '@once' },
  async ({ page, servers }) => {
    const view = browse(page);
    const known = knownImages(servers);
    const has = (tag: string) => (id: string) => known.get(id)?.tags.includes(tag) === true;
    const size = (id: string) => known.get(id)?.picture ?? { width: 0, height: 0 };
    await view.grid.shown();

    await view.choose('Tags', 'landscape');
    await expect(view.chip('landscape')).toBeVisible();
    await view.grid.onlyShows(has('landscape'));

    await view.choose('Tags', '-sea');
    await view.grid.onlyShows((id) => has('landscape')(id) && !has('sea')(id));
    await view.removeChip('not sea');
    await view.removeChip('landscape');
    await expect(view.chips).toBeHidden();

    await view.narrow('Orientation', 'Portrait');
    await view.grid.onlyShows((id) => size(id).height > size(id).width);
    await view.narrow('At least', 'Full HD');
    await expect(view.chip('at least 1920 × 1080')).toBeVisible();
    await view.removeChip('Portrait');
    await view.grid.onlyShows((id) => size(id).width >= 1920 && size(id).height >= 1080);
    await view.narrow('Motion', 'Animated');
    await expect(page.getByText('Nothing matches')).toBeVisible();

    await view.reset();
    await expect(view.chips).toBeHidden();
    await view.grid.shown();
  },
);

test(
  'switches to the other service and its categories, and remembers both filters',
  { tag: '@once' },
  async ({ page, servers }) => {
    const view = browse(page);
    const known = knownImages(servers);
    await view.grid.shown();
    await view.choose('Tags', 'night');
    await view.grid.onlyShows((id) => known.get(id)?.tags.includes('night') === true);

    await view.service('yiff.rest');
    await view.grid.onlyShows((id) => id.startsWith('yiff-rest:') && known.get(id)?.safe === true);
    await view.choose('Category', 'Nature > Sea');
    await view.grid.onlyShows((id) => known.get(id)?.category === 'nature.sea');
    await view.removeChip('Nature > Sea');
    await expect(view.chips).toBeHidden();
    await view.grid.shown();

    await view.service('waifu.im');
    await expect(view.chip('night')).toBeVisible();
    await view.grid.onlyShows((id) => known.get(id)?.tags.includes('night') === true);
  },
);

test('goes from a picture in the viewer to others with its tag', { tag: '@once' }, async ({ page, servers }) => {
  const view = browse(page);
  const shown = viewer(page);
  await view.grid.shown();
  const [first] = await view.grid.ids();
  const image = knownImages(servers).get(first ?? '');
  const tag = image?.tags[0] ?? '';
  await view.grid.open(first ?? '');
  expect(await shown.fullPicture()).toBe(image?.picture.width);

  await shown.press('Details');
  await expect(shown.details).toContainText(`${image?.picture.width} × ${image?.picture.height}`);
  await expect(shown.details).toContainText(first ?? '');
  await shown.details.getByRole('button', { name: `Show pictures tagged ${tag}` }).click();
  await expect(shown.root).toBeHidden();
  await expect(view.chip(tag)).toBeVisible();
  await view.grid.onlyShows((id) => knownImages(servers).get(id)?.tags.includes(tag) === true);
});

test('does everything with the keyboard alone', async ({ page }) => {
  const { grid } = browse(page);
  const shown = viewer(page);
  const dialog = wallpaperDialog(page);
  await grid.shown();
  const focused = (position: number) => grid.at(position).getByRole('button').first();

  // The first stop of the page leads past everything to the pictures.
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the pictures' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(focused(1)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(focused(2)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(focused(2)).not.toBeFocused();
  await page.keyboard.press('Home');
  await expect(focused(1)).toBeFocused();

  await page.keyboard.press('f');
  await expect(focused(1)).toHaveAccessibleName(/, favorite$/);
  await page.keyboard.press('f');
  await expect(focused(1)).not.toHaveAccessibleName(/, favorite$/);

  await page.keyboard.press('Enter');
  await shown.fullPicture();
  await page.keyboard.press('ArrowRight');
  await expect(shown.root.getByText(/^2 of /)).toBeVisible();
  await page.keyboard.press('f');
  await expect(shown.root.getByRole('button', { name: 'Remove from favorites' })).toBeVisible();
  await page.keyboard.press('w');
  await expect(dialog.root).toBeVisible();
  await expect(dialog.root.getByRole('button', { name: 'Set wallpaper' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog.root).toBeHidden();
  await expect(shown.root).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(shown.root).toBeHidden();
  await expect(focused(2)).toBeFocused();
  await expect(focused(2)).toHaveAccessibleName(/, favorite$/);

  await page.keyboard.press('w');
  await expect(dialog.root).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog.root).toBeHidden();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  for (const [key, view] of [
    ['2', 'Library'],
    ['3', 'Favorites'],
    ['4', 'Collections'],
    ['5', 'Wallpaper'],
    ['6', 'History'],
    ['7', 'Settings'],
    ['1', 'Browse'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(kabegami(page).rail.getByRole('link', { name: view })).toHaveAttribute('aria-current', 'page');
  }
});
