import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DuplicatePage } from '../../src/shared/duplicates.ts';
import { original } from '../../src/core/files/testing/planted.ts';
import { quickServers } from '../fixtures/catalogue.ts';
import type { Cli } from '../fixtures/cli.ts';
import { expect, test } from '../fixtures/test.ts';
import { kabegami } from '../pages/kabegami.ts';

test.use({ serverOptions: quickServers });

/** Two drawings with twins (a smaller JPEG; the same pixels as WebP), and one that is like nothing else, as local pictures. */
async function plantTwins(folder: string, cli: Cli): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [first, second, third] = [original(2, 0.6), original(9, 0.6), original(30, 0.6)];
  const drawn = ({ pixels, width, height }: typeof first) =>
    sharp(pixels, { raw: { width, height, channels: 4 } }).removeAlpha();
  await writeFile(join(folder, 'first.png'), await drawn(first).png().toBuffer());
  const small = drawn(first).resize(Math.round(first.width / 2));
  await writeFile(join(folder, 'first-small.jpg'), await small.jpeg({ quality: 80 }).toBuffer());
  await writeFile(join(folder, 'second.png'), await drawn(second).png().toBuffer());
  await writeFile(join(folder, 'second.webp'), await drawn(second).webp({ lossless: true }).toBuffer());
  await writeFile(join(folder, 'third.png'), await drawn(third).png().toBuffer());
  expect(await cli.json('library', 'import', folder, '--copy', '--rating', 'safe')).toMatchObject({ ok: true });
  expect(await cli.json('duplicates', 'scan')).toMatchObject({ ok: true });
}

async function groupsOf(cli: Cli): Promise<DuplicatePage> {
  const answer = await cli.json<DuplicatePage>('library', 'duplicates');
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

test('finds twins, merges them by keyboard alone, and takes it back', async ({ page, cli, home }) => {
  await plantTwins(join(home.folder, 'pictures'), cli);
  const before = await groupsOf(cli);
  expect(before.total).toBe(2);
  expect(before.groups.map(({ sure }) => sure).sort()).toEqual([false, true]);

  await kabegami(page).show('Settings');
  await page.getByRole('link', { name: 'Review duplicates' }).click();
  const view = page.getByRole('region', { name: 'Duplicates' });
  await expect(view.getByText('1 of 2 groups')).toBeVisible();
  const pictures = view.getByRole('radio');
  await expect(pictures).toHaveCount(2);
  await expect(view.getByText('Suggested')).toBeVisible();
  await expect(pictures.first()).toHaveAttribute('aria-checked', 'true');
  await expect
    .poll(() =>
      pictures
        .first()
        .locator('img')
        .first()
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBeGreaterThan(100);

  // The keys of this view, and none of the program's: S would cover the desktop elsewhere.
  await page.keyboard.press('ArrowRight');
  await expect(pictures.nth(1)).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(view.getByText('1 of 1 group')).toBeVisible();
  expect((await groupsOf(cli)).total).toBe(1);

  await page.keyboard.press('u');
  await expect(view.getByText('of 2 groups')).toBeVisible();
  expect((await groupsOf(cli)).total).toBe(2);

  await page.keyboard.press('s');
  await expect(view.getByText('1 of 1 group')).toBeVisible();
  await page.keyboard.press('u');
  await expect(view.getByText('of 2 groups')).toBeVisible();
  // As it was, to the last group.
  expect((await groupsOf(cli)).groups).toEqual(before.groups);
});

test('says what merging the sure ones will do, and leaves the others to the eye', async ({ page, cli, home }) => {
  await plantTwins(join(home.folder, 'pictures'), cli);
  await kabegami(page).show('Settings');
  await page.getByRole('link', { name: 'Review duplicates' }).click();
  const view = page.getByRole('region', { name: 'Duplicates' });
  await view.getByRole('button', { name: 'Merge sure ones' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Merge what is the same to the pixel?' });
  await expect(dialog).toContainText('1 picture in 1 group');
  await dialog.getByRole('button', { name: 'Merge them' }).click();
  await expect(view.getByText('1 of 1 group')).toBeVisible();
  const left = await groupsOf(cli);
  expect(left.groups.map(({ sure }) => sure)).toEqual([false]);
  // A merged picture is answered by the one that was kept, and nothing is gone from the disk.
  expect(await cli.json('library', 'verify')).toMatchObject({ ok: true, value: { clean: true } });
  await view.getByRole('button', { name: /^Keep, merge/ }).click();
  await expect(page.getByText('No duplicates')).toBeVisible();
});
