import type { Settings } from '../../src/shared/model.ts';
import type { CleanUpPlan, StorageUsage } from '../../src/shared/storage.ts';
import { quickServers } from '../fixtures/catalogue.ts';
import { told } from '../fixtures/cli.ts';
import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { kabegami } from '../pages/kabegami.ts';
import { settings } from '../pages/settings.ts';

test.use({ serverOptions: quickServers });

test('Storage tells where the disk goes, cleans up what was previewed, and keeps what is kept', async ({
  page,
  cli,
  servers,
}) => {
  const app = kabegami(page);
  const view = browse(page);
  const { root } = settings(page);
  // What is fetched behind a clean-up stays.
  await view.grid.loaded();
  const [kept = ''] = await view.grid.ids();
  told(await cli.json('download', kept));

  await app.show('Settings');
  const usage = root.getByRole('figure', { name: 'Where your disk goes' });
  await usage.scrollIntoViewIfNeeded();
  await expect(usage.getByRole('listitem').filter({ hasText: 'Downloads' })).toContainText('1 file');
  await expect(usage.getByRole('listitem').filter({ hasText: 'Thumbnails' })).toBeVisible();
  await expect(usage).toContainText(/of 10 GB/);
  await root.getByText('Largest pictures').click();
  await expect(root.getByText(/stays: downloaded|not kept/).first()).toBeVisible();

  // Nothing is asked for any more, and what came is where it stays.
  await expect
    .poll(async () => {
      const { shares } = told<StorageUsage>(await cli.json<StorageUsage>('library', 'usage'));
      return {
        asked: servers.pictures.requests.filter(({ status }) => status === null).length,
        incoming: shares.find((share) => share.class === 'incoming'),
      };
    })
    .toEqual({ asked: 0, incoming: expect.objectContaining({ files: 0, bytes: 0 }) });

  // By keyboard alone: open, choose all, look at the preview, remove.
  await root.getByRole('button', { name: 'Clean up …' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Clean up' });
  await expect(dialog.getByRole('status')).not.toHaveText('Looking …');
  await dialog.getByRole('combobox', { name: /Pictures that are not kept/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'All', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText(/pictures not kept, with their thumbnails/);
  const asked = servers.pictures.requests.length;
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog).toBeHidden();
  await expect(app.toast(/free again/)).toBeVisible();
  await expect(usage.getByRole('listitem').filter({ hasText: 'Seen, not kept' })).toHaveCount(0);

  const usageTold = told<StorageUsage>(await cli.json<StorageUsage>('library', 'usage'));
  expect(usageTold.shares.find((share) => share.class === 'kept')).toMatchObject({ files: 1 });
  expect(usageTold.used).toBe(usageTold.pinned);
  // What was removed is not fetched again by a list of what is there.
  expect(servers.pictures.requests).toHaveLength(asked);
  const plan = told<{ plan: CleanUpPlan; removed: unknown }>(
    await cli.json<{ plan: CleanUpPlan; removed: unknown }>('library', 'gc', '--dry-run', '--to', '0'),
  );
  expect(plan).toMatchObject({ plan: { files: 0, above: usageTold.used }, removed: null });
});

test('a lower limit is previewed, then evicts at once', { tag: '@once' }, async ({ page, cli }) => {
  const app = kabegami(page);
  const view = browse(page);
  const { root } = settings(page);
  await page.setViewportSize({ width: 800, height: 600 });
  // What is fetched behind the eviction stays.
  await view.grid.loaded();
  await app.show('Settings');
  const limit = root.getByRole('slider', { name: 'Room for pictures' });
  await limit.scrollIntoViewIfNeeded();
  await expect(limit).toHaveAttribute('aria-valuetext', '10 GB');
  await limit.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(limit).toHaveAttribute('aria-valuetext', '5 GB');
  // It shows where it was moved to before that is saved.
  await expect.poll(async () => told<Settings>(await cli.json<Settings>('settings', 'get')).cacheLimitBytes).toBe(5e9);
  const before = told<StorageUsage>(await cli.json<StorageUsage>('library', 'usage'));
  expect(before.evictable).toBeGreaterThan(0);
  // Nobody has the smallest limit's worth of pictures in a test: the same call with what there is.
  told(await cli.json('library', 'gc', '--to', '1kB'));
  expect(told<StorageUsage>(await cli.json<StorageUsage>('library', 'usage'))).toMatchObject({ evictable: 0 });
});
