import { expect, type Locator, type Page } from '@playwright/test';

/** The Wallpaper view: what is on the displays, what comes next, and how all of it is set up. */
export function rotation(page: Page) {
  const root = page.getByRole('region', { name: 'Wallpaper' });
  const button = (name: string): Locator => root.getByRole('button', { name, exact: true });
  const poolForm = page.getByRole('dialog', { name: /^(New pool|Pool)$/ });
  const pool = (name: string): Locator =>
    root.getByRole('list', { name: 'Pools' }).getByRole('listitem').filter({ hasText: name });
  return {
    root,
    button,
    poolForm,
    pool,
    /** How rotation stands, in words. */
    state: root.getByRole('status').first(),
    on: root.getByRole('switch', { name: 'Change the picture by itself' }),
    /** The displays, as cards. */
    displays: root.getByRole('list', { name: 'Displays' }).getByRole('listitem'),
    async pause(how: 'For an hour' | 'Until resumed'): Promise<void> {
      await button('Pause').click();
      await page.getByRole('menuitem', { name: how }).click();
    },
    /** Makes a pool of one source, which the form's menu calls `source`. */
    async makePool(name: string, source: string): Promise<void> {
      await button('New pool').click();
      await poolForm.getByLabel('Name').fill(name);
      await poolForm.getByRole('button', { name: 'Add a source' }).click();
      await page.getByRole('menuitem', { name: source }).click();
      await poolForm.getByRole('button', { name: 'Save pool' }).click();
      await expect(poolForm).toBeHidden();
      await expect(pool(name)).toBeVisible();
    },
    /** Chooses one of a list that opens. */
    async choose(label: string, option: string): Promise<void> {
      await root.getByRole('combobox', { name: new RegExp(`^${label}: `) }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    },
  };
}
