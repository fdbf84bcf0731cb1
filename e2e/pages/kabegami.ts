import { expect, type Locator, type Page } from '@playwright/test';
import { pictureGrid } from './picture-grid.ts';

export type View = 'Browse' | 'Library' | 'Favorites' | 'Collections' | 'Wallpaper' | 'History' | 'Settings';

/** The whole window: the rail, what comes and goes over it, and the way to each view. */
export function kabegami(page: Page) {
  const rail = page.getByRole('navigation', { name: 'Main' });
  return {
    rail,
    async show(view: View): Promise<void> {
      await rail.getByRole('link', { name: view, exact: true }).click();
      await expect(rail.getByRole('link', { name: view, exact: true })).toHaveAttribute('aria-current', 'page');
    },
    /** A short message. */
    toast: (text: string | RegExp): Locator =>
      page.locator('.toasts [role=status], .toasts [role=alert]').filter({ hasText: text }),
    grid: pictureGrid(page, 'Pictures'),
    favorites: pictureGrid(page, 'Favorites'),
  };
}
