import type { Locator, Page } from '@playwright/test';

/** Settings > Folders. */
export function folders(page: Page) {
  const list = page.getByRole('list', { name: 'Folders', exact: true });
  return {
    list,
    row: (path: string): Locator => list.getByRole('listitem').filter({ hasText: path }),
    async add(path: string, mode: 'Leave them there' | 'Copy them'): Promise<void> {
      await page.getByRole('button', { name: 'Add a folder' }).click();
      const form = page.getByRole('form', { name: 'Add a folder' });
      await form.getByRole('textbox', { name: 'Path of the folder' }).fill(path);
      await form.getByRole('radio', { name: mode }).click();
      await form.getByRole('checkbox', { name: 'All of these pictures are safe' }).check();
      await form.getByRole('button', { name: 'Add and read it' }).click();
    },
  };
}
