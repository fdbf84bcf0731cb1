import type { Locator, Page } from '@playwright/test';

/** What was on the displays, newest first. */
export function history(page: Page) {
  const root = page.getByRole('region', { name: 'History' });
  const entries = root.getByRole('listitem');
  return {
    root,
    entries,
    current: entries.filter({ hasText: 'Shown now' }),
    /** Presses "Show again", which comes with the pointer. */
    async again(entry: Locator): Promise<void> {
      await entry.hover();
      await entry.getByRole('button', { name: /^Show again on / }).click();
    },
  };
}
