import { quickServers } from '../fixtures/catalogue.ts';
import { askOwner } from '../fixtures/owner.ts';
import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { collections } from '../pages/collections.ts';
import { kabegami } from '../pages/kabegami.ts';

test.use({ serverOptions: quickServers });

test('pictures are put together from a menu and by dragging, ordered by keys, and everything is undone', async ({
  page,
  cli,
  home,
}) => {
  const app = kabegami(page);
  const view = browse(page);
  const kept = collections(page);
  await view.grid.shown();
  const ids = (await view.grid.places()).sort(([one], [other]) => one - other).map(([, id]) => id);
  const [one = '', two = '', three = ''] = ids;

  // From the menu of a picture.
  await view.grid.picture(one).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Add to collection' }).click();
  await page.getByRole('menuitem', { name: 'New collection …' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Evening');
  await page.keyboard.press('Enter');
  await expect(app.toast('Created "Evening".')).toBeVisible();

  // Dragged onto it.
  const collected = async (): Promise<readonly (readonly [string, number])[]> =>
    (await askOwner(home.data, 'collections.list', {})).collections.map(({ name, images }) => [name, images]);
  for (const [id, count] of [
    [two, 2],
    [three, 3],
  ] as const) {
    await view.grid.cell(id).hover();
    await page.mouse.down();
    const box = await view.grid.cell(id).boundingBox();
    if (box === null) throw new Error('The picture is not on the screen.');
    await page.mouse.move(box.x + box.width / 2 + 20, box.y + box.height / 2 + 8, { steps: 4 });
    const shelf = page.getByRole('complementary', { name: 'Collections' }).getByText('Evening');
    await expect(shelf).toBeVisible();
    await shelf.hover();
    await page.mouse.up();
    // Not the message alone: the one of the first picture may still be there when the second is dropped.
    await expect.poll(collected).toEqual([['Evening', count]]);
    await expect(app.toast('Added 1 picture to "Evening".')).toBeVisible();
  }

  await app.show('Collections');
  await kept.card('Evening, 3 pictures').click();
  await expect(kept.grid('Evening').cells).toHaveCount(3);
  expect(await kept.order('Evening')).toEqual([one, two, three]);

  // By keys, with the focus going along.
  await kept.grid('Evening').picture(one).focus();
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => kept.order('Evening')).toEqual([two, three, one]);
  await expect(kept.grid('Evening').picture(one)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(app.toast('There is nothing to redo.')).toBeVisible();

  // The stack lists it all; the terminal reads the same.
  await page.getByRole('button', { name: 'Recent changes' }).click();
  const panel = page.getByRole('dialog', { name: 'Recent changes' });
  await expect(panel.getByRole('listitem')).toHaveCount(5);
  await panel.getByRole('button', { name: /^Undo 2 changes, down to: Moved/ }).click();
  await expect.poll(() => kept.order('Evening')).toEqual([one, two, three]);
  await page.keyboard.press('Escape');
  const listed = await cli('collections', 'show', '1', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject({ value: { images: [{ id: one }, { id: two }, { id: three }] } });

  // Removed and back, with all that is in it.
  await page.getByRole('button', { name: 'Actions of Evening' }).click();
  await page.getByRole('menuitem', { name: 'Remove collection' }).click();
  await expect(kept.root).toContainText('No collections yet');
  await app.toast('Removed "Evening".').getByRole('button', { name: 'Undo' }).click();
  await kept.card('Evening, 3 pictures').click();
  await expect.poll(() => kept.order('Evening')).toEqual([one, two, three]);
});

test('a smart collection shows what its search finds', { tag: '@once' }, async ({ page }) => {
  const app = kabegami(page);
  const view = browse(page);
  const kept = collections(page);
  await view.grid.shown();
  await app.show('Collections');
  await expect(kept.root).toContainText('No collections yet');
  await kept.create('Wide ones', 'orientation:landscape');
  await kept.card(/^Wide ones, smart collection/).click();
  await kept.grid('Wide ones').shown();
  const sizes = await kept
    .grid('Wide ones')
    .cells.evaluateAll((cells) => cells.map((cell) => cell.clientWidth > cell.clientHeight));
  expect(sizes.length).toBeGreaterThan(2);
  expect(sizes.every(Boolean)).toBe(true);
});
