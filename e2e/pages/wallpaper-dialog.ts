import { expect, type Page } from '@playwright/test';
import { changeWithin } from '../fixtures/limits.ts';

/** "Set as wallpaper": how a picture will sit on each display, and what came of it. */
export function wallpaperDialog(page: Page) {
  const root = page.getByRole('dialog', { name: 'Set as wallpaper' });
  return {
    root,
    async fit(name: 'Fill' | 'Fit' | 'Blur' | 'Stretch'): Promise<void> {
      const radio = root.getByRole('radiogroup', { name: 'Fit' }).getByRole('radio', { name, exact: true });
      await radio.click();
      await expect(radio).toBeChecked();
    },
    set: () => root.getByRole('button', { name: 'Set wallpaper' }).click(),
    /** Waits for the word that the desktop was asked and shows the picture. */
    checked: () => expect(root.getByText(/Set on .+ — checked/)).toBeVisible({ timeout: changeWithin }),
    async done(): Promise<void> {
      await root.getByRole('button', { name: 'Done' }).click();
      await expect(root).toBeHidden();
    },
  };
}
