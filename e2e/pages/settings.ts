import { expect, type Page } from '@playwright/test';

/** The Settings view. */
export function settings(page: Page) {
  const root = page.getByRole('region', { name: 'Settings' });
  const adult = root.getByRole('switch', { name: 'Show adult pictures' });
  const confirm = page.getByRole('alertdialog', { name: 'Show adult pictures?' });
  return {
    root,
    adult,
    confirm,
    async allowAdult(): Promise<void> {
      await adult.click();
      await confirm.getByRole('checkbox').check();
      await confirm.getByRole('button', { name: 'Show adult pictures' }).click();
      await expect(adult).toBeChecked();
    },
    async saveToken(service: 'waifu.im' | 'yiff.rest', token: string): Promise<void> {
      const field = root.getByLabel(service === 'yiff.rest' ? 'yiff.rest API key' : `${service} token`, {
        exact: true,
      });
      await field.fill(token);
      await field.press('Enter');
    },
    theme: (name: 'System' | 'Light' | 'Dark') =>
      root.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio', { name, exact: true }),
  };
}
