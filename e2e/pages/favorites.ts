import type { Page } from '@playwright/test';
import { pictureGrid } from './picture-grid.ts';

/** The Favorites view. */
export function favorites(page: Page) {
  const root = page.getByRole('region', { name: 'Favorites' });
  const status = root.getByRole('button', { name: /^Sync: / });
  const panel = page.getByRole('dialog', { name: 'Sync with waifu.im' });
  return {
    root,
    grid: pictureGrid(page, 'Favorites'),
    search: root.getByRole('searchbox', { name: 'Search favorites' }),
    /** How the sync stands, in words. Press it for more. */
    status,
    panel,
    bulk: page.getByRole('toolbar', { name: 'Selection' }),
    async syncNow(): Promise<void> {
      await status.click();
      await panel.getByRole('button', { name: 'Sync now' }).click();
      await page.keyboard.press('Escape');
    },
    list: (name: RegExp) => root.getByRole('radiogroup', { name: 'Show' }).getByRole('radio', { name }),
  };
}
