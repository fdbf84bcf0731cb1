import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Folder, ScanReport } from '../../src/shared/folders.ts';
import { quickServers } from '../fixtures/catalogue.ts';
import { askOwner } from '../fixtures/owner.ts';
import { listing, original, plantCopy } from '../fixtures/planted.ts';
import { stallingDisk } from '../fixtures/programs.ts';
import { expect, test } from '../fixtures/test.ts';
import { folders } from '../pages/folders.ts';
import { kabegami } from '../pages/kabegami.ts';
import { library } from '../pages/library.ts';
import { viewer } from '../pages/viewer.ts';

test.use({ serverOptions: { ...quickServers, pictures: 10 } });

/** As a folder of somebody else's is: changed long ago. */
async function plantMany(folder: string, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    const file = join(folder, n % 3 === 0 ? 'inner' : '', `picture ${n}.jpg`);
    await plantCopy(original(n * 4, 0.25), file);
    await utimes(file, 1_600_000_000, 1_600_000_000 + n);
  }
}

test('folders come in by reference and by copy, are watched, and stay exactly as they are', async ({
  app,
  cli,
  home,
}) => {
  const mine = join(home.folder, 'Pictures', 'of mine');
  const theirs = join(home.folder, 'Downloads');
  await plantMany(mine, 0, 6);
  await plantMany(theirs, 20, 4);
  const before = [await listing(mine), await listing(theirs)];
  const shown = kabegami(app.page);
  const view = folders(app.page);

  // By reference, from Settings, by somebody who wants to be told of changes.
  await shown.show('Settings');
  await view.add(mine, 'Leave them there');
  await expect(view.row(mine)).toContainText('6 pictures · left there · Changes are noticed');

  // By copy, from a terminal, after looking at what it would do.
  const preview = await cli.json<{ folder: Folder | null; report: ScanReport }>(
    'library',
    'import',
    theirs,
    '--dry-run',
  );
  expect(preview).toMatchObject({ ok: true, value: { folder: null, report: { found: 4, added: 4 } } });
  const copied = await cli.json('library', 'import', theirs, '--copy', '--rating', 'safe');
  expect(copied).toMatchObject({ ok: true, value: { report: { found: 4, added: 4, failed: 0 } } });
  await expect(view.row(theirs)).toContainText('4 pictures · copied');
  expect([await listing(mine), await listing(theirs)]).toEqual(before);

  // They are in the library, and each can be seen whole.
  await shown.show('Library');
  const found = library(app.page);
  await found.add('provider:local');
  await expect(found.summary('10 pictures')).toBeVisible();
  await found.grid.shown();
  const [first = ''] = await found.grid.ids();
  await found.grid.open(first);
  await viewer(app.page).fullPicture();
  await viewer(app.page).close();

  // One comes, one is renamed, one goes: noticed, with what was done with them.
  const liked = await askOwner(home.data, 'library.search', { query: '"picture 1"' });
  const kept = liked.images[0]?.id ?? '';
  await askOwner(home.data, 'collections.create', { name: 'Mine', images: [kept] });
  await plantMany(mine, 7, 1);
  await rename(join(mine, 'picture 1.jpg'), join(mine, 'inner', 'renamed.jpg'));
  await rm(join(mine, 'picture 2.jpg'));
  const after = await listing(mine);
  await shown.show('Settings');
  await expect(view.row(mine)).toContainText('6 pictures, 1 missing');
  await expect
    .poll(async () => (await askOwner(home.data, 'library.search', { query: 'renamed' })).images.map(({ id }) => id))
    .toEqual([kept]);

  // The disk is unplugged while the program is not running: nothing is lost, and nothing is missing.
  await rename(mine, `${mine} (unplugged)`);
  await app.restart();
  await kabegami(app.page).show('Settings');
  await expect(folders(app.page).row(mine)).toContainText('Not there now');
  await expect(folders(app.page).row(mine)).toContainText('6 pictures, 1 missing');
  await rename(`${mine} (unplugged)`, mine);
  await folders(app.page)
    .row(mine)
    .getByRole('button', { name: /^Look through/ })
    .click();
  await expect(folders(app.page).row(mine)).toContainText('6 pictures, 1 missing · left there · Changes are noticed');

  // Let go: the folder stays as it is, and so do what was collected and what was copied.
  for (const path of [mine, theirs]) {
    await folders(app.page)
      .row(path)
      .getByRole('button', { name: `Remove ${path}` })
      .click();
    await app.page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(folders(app.page).row(path)).toHaveCount(0);
  }
  expect((await askOwner(home.data, 'library.search', { query: 'provider:local' })).total).toBe(5);
  expect([await listing(mine), await listing(theirs)]).toEqual([after, before[1]]);
});

test.describe('on a disk that stalls', () => {
  test.use({ programEnv: stallingDisk });

  test(
    'reading a folder tells how far it is, can be stopped, and goes on where it was',
    { tag: '@once' },
    async ({ page, home }) => {
      const many = join(home.folder, 'Many');
      // Folders are read after the files beside them, and pictures 32 at a time.
      const [quick, slow] = [40, 30];
      const count = quick + slow;
      await mkdir(join(many, 'stalling'), { recursive: true });
      for (let n = 0; n < count; n += 1)
        await sharp(randomBytes(64 * 40 * 3), { raw: { width: 64, height: 40, channels: 3 } })
          .png()
          .toFile(join(many, n < quick ? '' : 'stalling', `${n}.png`));
      const before = await listing(many);
      const stalled = join(home.folder, 'stalled');
      await writeFile(stalled, '');
      const view = folders(page);
      await kabegami(page).show('Settings');
      await view.add(many, 'Copy them');
      const row = view.row(many);
      // Those that could be read of the second 32 count half: they are not copied yet.
      await expect(row).toContainText(`Reading 36 of ${count} pictures`);
      await expect(row.getByRole('progressbar')).toBeVisible();
      await row.getByRole('button', { name: `Stop reading ${many}` }).click();
      await expect(row.getByRole('button', { name: `Look through ${many} again` })).toBeVisible();
      const part = (await askOwner(home.data, 'folders.list', {})).folders[0];
      expect(part?.pictures).toBe(quick);

      await rm(stalled);
      await row.getByRole('button', { name: `Look through ${many} again` }).click();
      await expect(row).toContainText(`${count} pictures · copied · Changes are noticed`);
      expect(await listing(many)).toEqual(before);
    },
  );
});
