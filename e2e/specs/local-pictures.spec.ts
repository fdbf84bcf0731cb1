import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { quickServers } from '../fixtures/catalogue.ts';
import { askOwner } from '../fixtures/owner.ts';
import { listing, original, plantCopy } from '../fixtures/planted.ts';
import { expect, test, type Page } from '../fixtures/test.ts';
import { folders } from '../pages/folders.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';
import { viewer } from '../pages/viewer.ts';

test.use({ serverOptions: { ...quickServers, pictures: 10 } });

/** Drags files of this machine onto the middle of the window, as a file manager does. */
async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data });
  await session.detach();
}

test('single pictures are dropped on the window, are missed when they go, and stay when they are copied', async ({
  page,
  host,
  cli,
  home,
}) => {
  const app = kabegami(page);
  const found = library(page);
  const loose = join(home.folder, 'Loose');
  const [one, two] = [join(loose, 'one.jpg'), join(loose, 'two.jpg')];
  await plantCopy(original(8, 0.4), one);
  await plantCopy(original(12, 0.4), two);
  await plantCopy(original(16, 0.4), join(loose, 'not mine.jpg'));
  const before = await listing(loose);
  await app.show('Library');

  await dropFiles(page, [one, two]);
  if (host === 'desktop') {
    const dialog = page.getByRole('dialog', { name: 'Bring 2 files into the library?' });
    await dialog.getByRole('checkbox', { name: 'These pictures are safe' }).check();
    await dialog.getByRole('button', { name: 'Bring in' }).click();
    await app.toast('2 pictures came in.').getByRole('button', { name: 'Show' }).click();
  } else {
    // A page in a browser is not told where they lie; it says so, and what to do.
    await expect(app.toast(/A browser does not tell where files lie/)).toBeVisible();
    expect((await cli.json('library', 'add', one, two, '--rating', 'safe')).ok).toBe(true);
    await found.add('provider:local');
  }
  await expect(found.summary('2 pictures')).toBeVisible();
  await expect(found.grid.cells).toHaveCount(2);
  const ids = await found.grid.ids();
  const [kept = '', lost = ''] = ids;
  const placeOf = async (id: string): Promise<string> =>
    (await askOwner(home.data, 'folders.placesOf', { id })).places[0]?.path ?? '';

  // Where it lies; and a copy of it, so that it stays.
  await found.grid.open(kept);
  await viewer(page).press('Details');
  await expect(viewer(page).details).toContainText(await placeOf(kept));
  await viewer(page).details.getByRole('button', { name: 'Copy into the library' }).click();
  await expect(app.toast('Copied. It stays in the library, whatever becomes of its folder.')).toBeVisible();
  await expect(viewer(page).details).toContainText('In the library');
  await viewer(page).close();

  // The other goes.
  const gone = await placeOf(lost);
  await rm(gone);
  await expect(found.grid.picture(lost)).toHaveAccessibleName(/missing/);
  await expect(found.grid.cell(lost)).toContainText('Missing');
  await found.grid.open(lost);
  await expect(viewer(page).details.getByRole('alert')).toContainText('Its file is not there');
  await viewer(page).close();

  // All that is selected is dragged, not the one under the pointer alone.
  await askOwner(home.data, 'collections.create', { name: 'Mine' });
  await found.clear();
  await expect.poll(async () => (await found.grid.ids()).length).toBeGreaterThan(3);
  await found.grid.at(1).focus();
  await found.grid.at(1).getByRole('button').first().focus();
  await page.keyboard.press('ControlOrMeta+a');
  const all = (await askOwner(home.data, 'library.search', {})).total;
  await expect(found.bulk).toContainText(`${all} selected`);
  const box = await found.grid.at(2).boundingBox();
  if (box === null) throw new Error('The picture is not on the screen.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 24, box.y + box.height / 2 + 8, { steps: 4 });
  const shelf = page.getByRole('complementary', { name: 'Collections' });
  await expect(shelf).toContainText(`Add ${all} pictures to collection`);
  await shelf.getByText('Mine').hover();
  await page.mouse.up();
  await expect(app.toast(`Added ${all} pictures to "Mine".`)).toBeVisible();

  // What is missing is forgotten when its owner says so, but for what is in a collection.
  await app.show('Settings');
  const row = folders(page).row(loose);
  await expect(row).toContainText('1 picture, 1 missing · left there · only those you chose');
  await row.getByRole('button', { name: 'Forget it' }).click();
  await expect(row).toContainText('1 picture · left there');
  expect((await askOwner(home.data, 'library.search', { query: 'provider:local' })).total).toBe(2);
  const { [gone.slice(loose.length + 1)]: _, ...rest } = before;
  expect(await listing(loose)).toEqual(rest);
});
