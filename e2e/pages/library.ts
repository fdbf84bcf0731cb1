import { expect, type Locator, type Page } from '@playwright/test';
import { pictureGrid } from './picture-grid.ts';

/** The Library view. */
export function library(page: Page) {
  const root = page.getByRole('region', { name: 'Library', exact: true });
  const field = root.getByRole('combobox', { name: 'Search your library' });
  const terms = root.getByRole('list', { name: 'Search terms' });
  const facets = root.getByRole('complementary', { name: 'Narrow down' });
  const saved = page.getByRole('dialog', { name: 'Saved searches' });
  const chip = (text: string): Locator => terms.getByRole('button', { name: `Change ${text}`, exact: true });
  const openSaved = async (): Promise<void> => {
    await root.getByRole('button', { name: 'Saved searches' }).click();
    await expect(saved).toBeVisible();
  };
  return {
    root,
    field,
    terms,
    facets,
    chip,
    grid: pictureGrid(page, 'Library'),
    ruler: root.getByRole('slider', { name: 'Place in the list' }),
    bulk: page.getByRole('toolbar', { name: 'Selection' }),
    suggestion: (name: string | RegExp) => root.getByRole('option', { name }),
    /** The line that says how many there are. */
    summary: (text: string) => root.getByText(text, { exact: true }),
    /** Writes a term and makes it part of the search. */
    async add(text: string): Promise<void> {
      await field.fill(text);
      await page.keyboard.press('Enter');
      await expect(chip(text)).toBeVisible();
    },
    async remove(text: string): Promise<void> {
      await terms.getByRole('button', { name: `Remove ${text}`, exact: true }).click();
      await expect(chip(text)).toHaveCount(0);
    },
    clear: () => terms.getByRole('button', { name: 'Clear the search' }).click(),
    async openFacets(): Promise<void> {
      await root.getByRole('button', { name: 'Narrow down' }).first().click();
      await expect(facets).toBeVisible();
    },
    facet: (name: string) => facets.getByRole('button', { name: new RegExp(`^${name}, `) }),
    async save(name: string): Promise<void> {
      await openSaved();
      await saved.getByRole('button', { name: 'Save this search …' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    },
    async open(name: string): Promise<void> {
      await openSaved();
      await saved.getByRole('button', { name }).first().click();
    },
  };
}
