import { expect, type Page } from '@playwright/test';

/** The picture that fills the window. */
export function viewer(page: Page) {
  const root = page.getByRole('dialog', { name: /^Viewer: / });
  return {
    root,
    details: root.getByRole('complementary', { name: 'Details' }),
    problem: root.getByRole('alert'),
    /** Waits until the picture itself is there, and answers its width in pixels. */
    async fullPicture(): Promise<number> {
      const full = root.getByRole('img').last();
      await expect(full).toBeVisible();
      const width = (): Promise<number> =>
        full.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
      await expect.poll(width).toBeGreaterThan(0);
      await expect(root.getByText('Loading the full picture …')).toBeHidden();
      return width();
    },
    press: (name: string | RegExp) => root.getByRole('button', { name }).click(),
    async close(): Promise<void> {
      await page.keyboard.press('Escape');
      await expect(root).toBeHidden();
    },
  };
}
