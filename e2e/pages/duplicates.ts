import { expect, type Locator, type Page } from '@playwright/test';

/** The review of duplicates. */
export function duplicates(page: Page) {
  const root = page.getByRole('region', { name: 'Duplicates' });
  const panes = root.getByRole('radiogroup', { name: 'The same picture' }).getByRole('radio');
  return {
    root,
    panes,
    /** "2 of 3 groups" */
    place: (text: string): Locator => root.getByText(text, { exact: true }),
    pane: (id: string): Locator => root.locator(`[data-duplicate="${id}"]`),
    chosen: panes.and(page.locator('[aria-checked=true]')),
    /** The ids of the group that is looked at, in the order they stand in. */
    ids: (): Promise<string[]> =>
      panes.evaluateAll((found) => found.map((each) => each.getAttribute('data-duplicate') ?? '')),
    /** Waits until every picture of the group can be seen. */
    async shown(): Promise<void> {
      await expect
        .poll(() =>
          panes
            .locator('img:not(.over)')
            .evaluateAll((all) => all.every((one) => one instanceof HTMLImageElement && one.naturalWidth > 0)),
        )
        .toBe(true);
    },
  };
}
