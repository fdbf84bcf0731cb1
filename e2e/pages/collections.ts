import { expect, type Locator, type Page } from '@playwright/test';
import { pictureGrid } from './picture-grid.ts';

/** The Collections view: all of them, or the one that is open. */
export function collections(page: Page) {
  const root = page.getByRole('region', { name: 'Collections' });
  const cards = root.getByRole('list', { name: 'Collections' }).getByRole('button');
  return {
    root,
    cards,
    card: (name: string | RegExp): Locator => cards.and(page.getByRole('button', { name })),
    grid: (name: string) => pictureGrid(page, name),
    /** The ids in the order they stand in. */
    async order(name: string): Promise<string[]> {
      const places = await pictureGrid(page, name).places();
      return [...places].sort(([one], [other]) => one - other).map(([, id]) => id);
    },
    async create(name: string, query: string | null = null): Promise<void> {
      await root.getByRole('button', { name: query === null ? 'New collection' : 'New smart collection' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      if (query !== null) await dialog.getByLabel('Search that fills it').fill(query);
      await dialog.getByRole('button', { name: 'Create', exact: true }).click();
      await expect(dialog).toBeHidden();
    },
  };
}
