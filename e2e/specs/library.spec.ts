import { askOwner } from '../fixtures/owner.ts';
import { knownImages, quickServers, type KnownImage } from '../fixtures/catalogue.ts';
import { expect, test } from '../fixtures/test.ts';
import type { TestServers } from '../servers/index.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';
import { viewer } from '../pages/viewer.ts';

test.use({ serverOptions: { ...quickServers, waifuIm: { images: 260 } } });

/** Looks through all of waifu.im once, so that the program knows it. Answers what may be seen of it. */
async function getToKnow(data: string, servers: TestServers): Promise<readonly KnownImage[]> {
  let cursor: string | null = null;
  do {
    const page: { readonly cursor: string | null } = await askOwner(data, 'browse', {
      filter: { provider: 'waifu-im', order: 'newest' },
      cursor,
      limit: 200,
    });
    cursor = page.cursor;
  } while (cursor !== null);
  return [...knownImages(servers).values()].filter((image) => image.id.startsWith('waifu-im:') && image.safe);
}
const pictures = (count: number): string => (count === 1 ? '1 picture' : `${count} pictures`);

test(
  'searches what is known here by words, chips, facets and saved searches',
  { tag: '@once' },
  async ({ page, home, servers }) => {
    const all = await getToKnow(home.data, servers);
    const view = library(page);
    const known = knownImages(servers);
    const has = (id: string, tag: string): boolean => known.get(id)?.tags.includes(tag) === true;
    const upright = (id: string): boolean => {
      const picture = known.get(id)?.picture;
      return picture !== undefined && picture.height > picture.width;
    };
    await kabegami(page).show('Library');
    await expect(view.summary(pictures(all.length))).toBeVisible();
    await view.grid.shown();

    // A word is completed to a tag, with the keyboard alone.
    await page.keyboard.press('/');
    await expect(view.field).toBeFocused();
    await page.keyboard.type('landsc');
    await expect(view.suggestion(/^landscape, tag/)).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(view.suggestion(/^landscape, tag/)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(view.chip('tag:landscape')).toBeVisible();
    await view.grid.onlyShows((id) => has(id, 'landscape'));
    await expect(view.summary(pictures(all.filter(({ tags }) => tags.includes('landscape')).length))).toBeVisible();

    // What cannot be understood says so, and the rest holds.
    await view.add('wdith:3000');
    await expect(view.root.getByRole('alert')).toContainText('Did you mean width:?');
    await view.grid.onlyShows((id) => has(id, 'landscape'));
    await view.chip('wdith:3000').click();
    await expect(view.field).toHaveValue('wdith:3000');
    await view.field.fill('');
    await expect(view.root.getByRole('alert')).toHaveCount(0);
    await view.remove('tag:landscape');

    // A facet: looked for, left out, neither.
    await view.openFacets();
    await view.facet('Portrait').click();
    await expect(view.chip('orientation:portrait')).toBeVisible();
    await view.grid.onlyShows(upright);
    await view.facet('Portrait').click();
    await expect(view.chip('-orientation:portrait')).toBeVisible();
    await view.grid.onlyShows((id) => !upright(id));

    await view.save('Not upright');
    await view.clear();
    await expect(view.summary(pictures(all.length))).toBeVisible();
    await view.open('Not upright');
    await expect(view.chip('-orientation:portrait')).toBeVisible();
    await view.grid.onlyShows((id) => !upright(id));

    // Nothing fits: which part is it?
    await view.add('width:>=90000');
    await expect(view.root.getByText('Nothing matches')).toBeVisible();
    await view.root.getByRole('button', { name: /^Without width:>=90000: / }).click();
    await view.grid.onlyShows((id) => !upright(id));
  },
);

test('leads to the last picture and back to the same place, after a restart too', async ({
  page,
  app,
  host,
  home,
  servers,
}) => {
  const all = await getToKnow(home.data, servers);
  const view = library(page);
  const shown = viewer(page);
  await kabegami(page).show('Library');
  await expect(view.summary(pictures(all.length))).toBeVisible();
  await view.grid.shown();

  await view.grid.at(1).getByRole('button').first().focus();
  await page.keyboard.press('End');
  const last = view.grid.at(all.length);
  await expect(last.getByRole('button').first()).toBeFocused();
  await expect(last).toBeInViewport({ ratio: 0.9 });
  await page.keyboard.press('Enter');
  await expect(shown.root.getByText(`${all.length} of ${all.length}`)).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(shown.root.getByText(`${all.length - 1} of ${all.length}`)).toBeVisible();
  await shown.close();
  await expect(
    view.grid
      .at(all.length - 1)
      .getByRole('button')
      .first(),
  ).toBeFocused();

  await page.keyboard.press('Control+a');
  await expect(view.bulk).toContainText(`${all.length} selected`);
  await page.keyboard.press('Escape');
  await expect(view.bulk).toBeHidden();
  await page.keyboard.press('Home');
  await expect(view.grid.at(1).getByRole('button').first()).toBeFocused();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(view.bulk).toContainText('3 selected');
  await page.keyboard.press('Escape');

  await view.ruler.focus();
  await page.keyboard.press('PageDown');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('PageDown');
  await expect(view.ruler).toHaveAttribute('aria-valuetext', /, \d+ of \d+$/);
  await expect.poll(async () => Number(await view.ruler.getAttribute('aria-valuenow'))).toBeGreaterThan(60);
  const place = await view.ruler.getAttribute('aria-valuenow');
  const top = view.grid.at(Number(place));
  // What is there is asked for once the scrolling rests.
  await expect(top).toHaveAttribute('data-id', /./);
  const id = (await top.getAttribute('data-id')) ?? '';

  // Another search and back.
  await view.add('orientation:portrait');
  await view.clear();
  await expect(view.ruler).toHaveAttribute('aria-valuenow', place ?? '');
  // The place is written down a moment after the last scrolling.
  await kabegami(page).show('Favorites');
  if (host === 'desktop') await app.restart();
  else await app.page.reload();
  const again = library(app.page);
  await kabegami(app.page).show('Library');
  await expect(again.ruler).toHaveAttribute('aria-valuenow', place ?? '');
  await expect(again.grid.cell(id)).toBeInViewport();
});
