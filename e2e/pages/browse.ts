import { expect, type Page } from '@playwright/test';
import { pictureGrid } from './picture-grid.ts';

type Group = 'Orientation' | 'At least' | 'File size' | 'Motion' | 'Content';

/** The Browse view. */
export function browse(page: Page) {
  const bar = page.getByRole('search');
  const panel = page.getByRole('dialog', { name: 'Filters' });
  const chips = page.getByRole('list', { name: 'Active filters' });
  const openFilters = bar.getByRole('button', { name: /^Filters/ });

  return {
    bar,
    chips,
    panel,
    grid: pictureGrid(page, 'Pictures'),
    search: (what: 'Tags' | 'Category') => bar.getByRole('combobox', { name: what }),
    async service(name: 'waifu.im' | 'yiff.rest'): Promise<void> {
      const radio = bar.getByRole('radiogroup', { name: 'Service' }).getByRole('radio', { name, exact: true });
      await radio.click();
      await expect(radio).toBeChecked();
    },
    async order(name: 'Shuffled' | 'Newest' | 'Most liked'): Promise<void> {
      await bar.getByRole('combobox', { name: /^Order: / }).click();
      await page.getByRole('option', { name, exact: true }).click();
      await expect(bar.getByRole('combobox', { name: `Order: ${name}` })).toBeVisible();
    },
    /** Types a word and takes the entry of that name. A `-` before a tag leaves it out. */
    async choose(what: 'Tags' | 'Category', name: string): Promise<void> {
      await bar.getByRole('combobox', { name: what }).fill(name);
      await page
        .getByRole('option')
        .filter({ has: page.getByText(name.replace(/^-/, ''), { exact: true }) })
        .click();
      await page.keyboard.press('Escape');
    },
    /** Chooses one of a group in the panel, and closes the panel. */
    async narrow(group: Group, name: string): Promise<void> {
      await openFilters.click();
      const radio = panel.getByRole('radiogroup', { name: group }).getByRole('radio', { name, exact: true });
      await radio.click();
      await expect(radio).toBeChecked();
      await page.keyboard.press('Escape');
      await expect(panel).toBeHidden();
    },
    async minWidth(pixels: number): Promise<void> {
      await openFilters.click();
      await panel.getByRole('radio', { name: 'Custom' }).click();
      await panel.getByRole('spinbutton', { name: 'Width in pixels' }).fill(String(pixels));
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      await expect(panel).toBeHidden();
    },
    chip: (label: string) => chips.getByRole('listitem').filter({ hasText: label }),
    async removeChip(label: string): Promise<void> {
      await chips.getByRole('button', { name: `Remove filter: ${label}`, exact: true }).click();
    },
    reset: () => chips.getByRole('button', { name: 'Reset filters' }).click(),
    /** Presses "Try again". What is asked for again comes back by itself too: the press may come too late. */
    async tryAgain(): Promise<void> {
      await page
        .getByRole('button', { name: 'Try again' })
        .click({ timeout: 5000 })
        .catch(() => undefined);
    },
    again: () => bar.getByRole('button', { name: /^(Shuffle again|Load again)$/ }).click(),
  };
}
