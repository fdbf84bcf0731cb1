import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { quickServers } from '../fixtures/catalogue.ts';
import { askOwner } from '../fixtures/owner.ts';
import { original, plantCopy } from '../fixtures/planted.ts';
import { changeWithin } from '../fixtures/limits.ts';
import { expect, test } from '../fixtures/test.ts';
import { collections } from '../pages/collections.ts';
import { folders } from '../pages/folders.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';
import { rotation } from '../pages/rotation.ts';

test.use({ serverOptions: quickServers });

/** Presses it as somebody does who has no pointer. */
async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await target.focus();
  await page.keyboard.press(key);
}

test('what goes away leaves the keyboard where it was', { tag: '@once' }, async ({ page, home }) => {
  const app = kabegami(page);
  const view = library(page);
  await app.grid.shown();
  const all = (await askOwner(home.data, 'library.search', {})).total;

  await test.step('terms of a search', async () => {
    await app.show('Library');
    await view.grid.shown();
    await expect(view.summary(`${all} pictures`)).toBeVisible();
    for (const term of ['width:>100', 'height:>100', 'sort:width']) await view.add(term);
    const remove = (term: string): Locator => view.terms.getByRole('button', { name: `Remove ${term}`, exact: true });
    await press(page, remove('width:>100'));
    await expect(remove('height:>100')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(remove('sort:width')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(view.field).toBeFocused();
  });

  await test.step('a facet that is left out, and neither again', async () => {
    await view.openFacets();
    await press(page, view.facet('Portrait'));
    await expect(view.facet('Portrait')).toHaveAccessibleName(/asked for$/);
    await page.keyboard.press('Enter');
    await expect(view.facet('Portrait')).toHaveAccessibleName('Portrait, 0 pictures, left out');
    await expect(view.facet('Portrait')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(view.facet('Portrait')).toHaveAccessibleName(/^Portrait, \d\d pictures$/);
    // The pictures are asked for beside the numbers.
    await expect(view.summary(`${all} pictures`)).toBeVisible();
    await expect(view.facet('Portrait')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(view.facets).toBeHidden();
  });

  await test.step('a selection, and pictures that are never to be seen again', async () => {
    const tabStop = view.grid.list.locator('[role=gridcell] .open[tabindex="0"]');
    await press(page, view.grid.at(2).getByRole('button').first(), 'Space');
    await page.keyboard.press('Escape');
    await expect(view.bulk).toBeHidden();
    await expect(tabStop).toBeFocused();
    // A button above the pictures has no use for an arrow: it leads to the pictures.
    await view.root.getByRole('link', { name: 'Review duplicates' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(tabStop).toBeFocused();
    await page.keyboard.press('Space');
    await press(page, view.bulk.getByRole('button', { name: 'Clear selection' }));
    await expect(view.bulk).toBeHidden();
    await expect(tabStop).toBeFocused();
    await page.keyboard.press('Space');
    await press(page, view.bulk.getByRole('button', { name: 'Never again' }));
    const sure = page.getByRole('alertdialog');
    await expect(sure.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(sure).toBeHidden();
    await expect(view.bulk).toBeHidden();
    await expect(tabStop).toBeFocused();
  });

  await test.step('a collection, there and back', async () => {
    const kept = collections(page);
    await app.show('Collections');
    await kept.create('Evening');
    await press(page, kept.card(/^Evening/));
    await expect(kept.root.getByRole('button', { name: 'All collections' })).toBeFocused();
    await press(page, kept.root.getByRole('button', { name: 'Evening', exact: true }));
    await expect(kept.root.getByRole('textbox')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(kept.root.getByRole('button', { name: 'Evening', exact: true })).toBeFocused();
    await press(page, kept.root.getByRole('button', { name: 'All collections' }));
    await expect(kept.card(/^Evening/)).toBeFocused();
  });

  await test.step('what changes the desktop', async () => {
    const wall = rotation(page);
    await app.show('Wallpaper');
    await press(page, wall.button('Safe now'));
    await expect(wall.button('Release')).toBeFocused({ timeout: changeWithin });
    await page.keyboard.press('Enter');
    await expect(wall.button('Safe now')).toBeFocused({ timeout: changeWithin });
    await press(page, wall.button('Next'));
    await expect(wall.button('Next')).toBeFocused({ timeout: changeWithin });
  });

  await test.step('a folder that is added and let go', async () => {
    const planted = join(home.folder, 'Planted');
    await plantCopy(original(1, 0.6), join(planted, 'one.png'));
    const list = folders(page);
    const add = page.getByRole('button', { name: 'Add a folder' });
    await app.show('Settings');
    const path = page.getByRole('textbox', { name: 'Path of the folder' });
    await press(page, add);
    await expect(path).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(add).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(path).toBeFocused();
    await page.keyboard.type(planted);
    await press(page, page.getByRole('button', { name: 'Add and read it' }));
    await expect(list.row(planted)).toBeVisible();
    await expect(add).toBeFocused();
    await press(page, list.row(planted).getByRole('button', { name: `Remove ${planted}` }));
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(list.row(planted)).toHaveCount(0);
    await expect(add).toBeFocused();
  });
});
