import { join } from 'node:path';
import { quickServers, somePictures } from '../fixtures/catalogue.ts';
import { told } from '../fixtures/cli.ts';
import { askOwner } from '../fixtures/owner.ts';
import { listing, original, plantCopy } from '../fixtures/planted.ts';
import { expect, test } from '../fixtures/test.ts';
import { duplicates } from '../pages/duplicates.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';

// So few that no two of the services' own are alike.
test.use({ serverOptions: { ...quickServers, pictures: 10 } });

test(
  'duplicates are seen side by side, merged into the best by keys, and taken back',
  { tag: '@once' },
  async ({ page, cli, home, servers }) => {
    const app = kabegami(page);
    const view = duplicates(page);
    const [one, two] = [original(44, 0.6), original(48, 0.6)];
    const [liked] = somePictures(servers, 1);
    if (liked === undefined) throw new Error('There is a picture.');
    const planted = join(home.folder, 'Planted');
    await plantCopy(one, join(planted, 'one.png'));
    await plantCopy(one, join(planted, 'small', 'one.jpg'), { scale: 0.5 });
    await plantCopy(two, join(planted, 'two.png'));
    await plantCopy(two, join(planted, 'two-again.webp'));
    await plantCopy(liked.picture.file, join(planted, 'liked.jpg'), { scale: 0.4 });
    const before = await listing(planted);
    await askOwner(home.data, 'image.download', { id: liked.id });
    const imported = told<{ report: { added: number } }>(
      await cli.json('library', 'import', planted, '--copy', '--rating', 'safe'),
    );
    expect(imported.report.added).toBe(5);
    await askOwner(home.data, 'duplicates.scan', {});
    const groupsLeft = async (): Promise<number> => (await askOwner(home.data, 'duplicates.list', {})).total;
    const seen = async (): Promise<number> =>
      (await askOwner(home.data, 'library.search', { query: 'provider:local' })).total;
    expect(await groupsLeft()).toBe(3);

    await app.show('Library');
    await library(page).root.getByRole('link', { name: 'Review duplicates' }).click();
    await expect(view.place('1 of 3 groups')).toBeVisible();

    // Side by side, each in full, the better one first and chosen.
    await view.shown();
    await expect(view.panes).toHaveCount(2);
    const [left, right] = [await view.panes.first().boundingBox(), await view.panes.last().boundingBox()];
    expect(left?.y).toBe(right?.y);
    expect(left?.width).toBeCloseTo(right?.width ?? 0, 0);
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0);
    await expect(view.panes.first()).toHaveAttribute('aria-checked', 'true');

    // By keys alone: to the one of a service, and its small copy into it.
    for (let step = 0; step < 2 && !(await view.ids()).includes(liked.id); step += 1) {
      const last = await view.ids();
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => view.ids()).not.toEqual(last);
    }
    await expect(view.pane(liked.id)).toHaveAttribute('aria-checked', 'true');
    const smaller = (await view.ids()).find((id) => id !== liked.id) ?? '';
    await page.keyboard.press('ArrowRight');
    await expect(view.pane(smaller)).toHaveAttribute('aria-checked', 'true');
    await expect(view.pane(smaller)).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(view.pane(liked.id)).toHaveAttribute('aria-checked', 'true');
    await page.keyboard.press('Enter');
    await expect(app.toast('1 picture merged. Nothing was deleted.')).toBeVisible();
    await expect(view.root).toContainText('of 2 groups');
    expect(await seen()).toBe(4);

    // Taken back, it is there again with what it had.
    await page.keyboard.press('u');
    await expect(view.root).toContainText('of 3 groups');
    expect(await seen()).toBe(5);

    // What is the same to the pixel asks no eye; what it would do is shown first.
    await view.root.getByRole('button', { name: 'Merge sure ones …' }).click();
    const sure = page.getByRole('alertdialog');
    await expect(sure).toContainText('1 picture in 1 group');
    await sure.getByRole('button', { name: 'Merge them' }).click();
    await expect(app.toast('1 picture in 1 group merged. Nothing was deleted.')).toBeVisible();
    await expect(view.root).toContainText('of 2 groups');
    // Keys are the dialog's as long as it is there.
    await expect(sure).toBeHidden();

    // Not the same, says its owner: never suggested again.
    await page.keyboard.press('s');
    await expect(view.place('1 of 1 group')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(view.root).toContainText('No duplicates');
    expect(await groupsLeft()).toBe(0);

    expect(await listing(planted)).toEqual(before);
  },
);
