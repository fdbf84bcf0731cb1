import { quickServers } from '../fixtures/catalogue.ts';
import { askOwner } from '../fixtures/owner.ts';
import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { collections } from '../pages/collections.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';
import { viewer } from '../pages/viewer.ts';

test.use({ serverOptions: quickServers });

test('a note is written letter by letter, and none of them is a key of the viewer', async ({ page, home }) => {
  const { grid } = browse(page);
  const shown = viewer(page);
  await grid.shown();
  const [id = ''] = await grid.ids();
  await grid.open(id);
  await shown.fullPicture();
  await page.keyboard.press('i');
  const note = shown.details.getByRole('textbox', { name: 'Note' });
  await expect(note).toBeEditable();
  await note.focus();
  // Every letter that does something to a picture, and the keys that go to another one.
  await page.keyboard.type('f d w b i + - 0 ?');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await expect(note).toHaveValue('f d w b i + - 0 ?');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  // Escape leaves the field first: what was written is kept, and the keys are the picture's again.
  await page.keyboard.press('Escape');
  await expect(shown.root).toBeFocused();
  await expect
    .poll(() => askOwner(home.data, 'notes.get', { id }).then(({ note: kept }) => kept))
    .toBe('f d w b i + - 0 ?');
  await page.keyboard.press('f');
  await expect(shown.root.getByRole('button', { name: 'Remove from favorites' })).toBeVisible();
  await shown.close();
});

test('the id of a picture is copied, and pasted into the search', async ({ page }) => {
  const app = kabegami(page);
  const { grid } = browse(page);
  await grid.shown();
  const [id = ''] = await grid.ids();
  await grid.picture(id).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy its id' }).click();
  await expect(app.toast(`${id} is in the clipboard.`)).toBeVisible();
  await app.show('Library');
  const { field } = library(page);
  await field.focus();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(field).toHaveValue(id);
});

test('"Back" closes what is open over a view before it leaves the view', { tag: '@once' }, async ({ page, home }) => {
  const app = kabegami(page);
  const { grid } = browse(page);
  const shown = viewer(page);
  await grid.shown();
  const [id = ''] = await grid.ids();
  await askOwner(home.data, 'collections.create', { name: 'Evening', images: [id] });
  const isAt = (view: string): Promise<void> =>
    expect(app.rail.getByRole('link', { name: view, exact: true })).toHaveAttribute('aria-current', 'page');

  await app.show('Collections');
  const kept = collections(page);
  await kept.card(/^Evening/).click();
  await kept.grid('Evening').open(id);
  await shown.fullPicture();
  await page.goBack();
  await expect(shown.root).toBeHidden();
  await expect(kept.grid('Evening').cells).toHaveCount(1);
  await page.goBack();
  await expect(kept.card(/^Evening/)).toBeVisible();
  await isAt('Collections');

  // Closed by a key, nothing of it is left to go back to.
  await kept.card(/^Evening/).click();
  await kept.grid('Evening').open(id);
  await shown.fullPicture();
  await shown.close();
  await app.show('Settings');
  await page.goBack();
  await isAt('Collections');
  await expect(kept.grid('Evening').cells).toHaveCount(1);
  await page.goBack();
  await expect(kept.card(/^Evening/)).toBeVisible();
  await page.goBack();
  await isAt('Browse');
});
