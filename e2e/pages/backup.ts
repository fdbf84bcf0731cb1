import { expect, type Page } from '@playwright/test';

/** Settings > Backup. */
export function backup(page: Page) {
  const root = page.getByRole('region', { name: 'Settings' });
  const form = (label: string) => root.locator('form').filter({ has: page.getByLabel(new RegExp(`^${label}: `)) });
  return {
    root,
    choose: (name: string) =>
      root.getByRole('radiogroup', { name: 'Pictures in it' }).getByRole('radio', { name, exact: true }),
    /** Types a path into the row of this name and presses its button. */
    async run(label: string, path: string, action: string): Promise<void> {
      await form(label).getByRole('textbox').fill(path);
      await form(label).getByRole('button', { name: action, exact: true }).click();
    },
    preview: page.getByRole('alertdialog', { name: 'Restore this backup?' }),
    async says(text: RegExp): Promise<void> {
      await expect(root.getByText(text)).toBeVisible();
    },
  };
}
