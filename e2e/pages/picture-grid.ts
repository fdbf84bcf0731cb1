import { expect, type Locator, type Page } from '@playwright/test';

/** The grid of a view. It is virtualised: what is not on the screen is not in the page. */
export function pictureGrid(page: Page, label: string) {
  const list = page.getByRole('grid', { name: label, exact: true });
  const cells = list.getByRole('gridcell');
  const cell = (id: string): Locator => list.locator(`[role=gridcell][data-id="${id}"]`);
  /** The button that is the picture; its name says subject, artist, size, and whether it is a favorite. */
  const picture = (id: string): Locator => cell(id).getByRole('button').first();
  const ids = (): Promise<string[]> =>
    cells.evaluateAll((found) => found.map((element) => element.getAttribute('data-id') ?? ''));

  return {
    list,
    cells,
    cell,
    picture,
    /** The ids on the screen, in no order. */
    ids,
    /** Position (from 1) and id of each tile on the screen. */
    places: (): Promise<(readonly [number, string])[]> =>
      cells.evaluateAll((found) =>
        found.map(
          (element) => [Number(element.getAttribute('data-index')) + 1, element.getAttribute('data-id') ?? ''] as const,
        ),
      ),
    /** The one at this position (from 1). */
    at: (position: number): Locator => list.locator(`[role=gridcell][data-index="${position - 1}"]`),
    /** Waits for pictures that are not only frames: the thumbnails on the screen are decoded. */
    async shown(): Promise<void> {
      await expect(cells.first()).toBeVisible();
      await expect
        .poll(() =>
          cells
            .locator('img')
            .evaluateAll(
              (images) => images.filter((image) => image instanceof HTMLImageElement && image.naturalWidth > 0).length,
            ),
        )
        .toBeGreaterThan(2);
    },
    /** Waits until every picture on the screen is there: nothing is asked for any more until it is scrolled. */
    async loaded(): Promise<void> {
      await expect
        .poll(() =>
          cells.evaluateAll(
            (found) =>
              found.length > 0 &&
              found.every((cell) => {
                const image = cell.querySelector('img');
                return image?.complete === true && image.naturalWidth > 0;
              }),
          ),
        )
        .toBe(true);
    },
    /** Waits until there are pictures and all on the screen are `wanted`. */
    async onlyShows(wanted: (id: string) => boolean): Promise<void> {
      await expect
        .poll(async () => {
          const seen = await ids();
          return { some: seen.length > 0, others: seen.filter((id) => !wanted(id)) };
        })
        .toEqual({ some: true, others: [] });
    },
    async open(id: string): Promise<void> {
      await picture(id).click();
    },
    /** Presses the heart that comes with the pointer. */
    async heart(id: string): Promise<void> {
      await cell(id).hover();
      await cell(id)
        .getByRole('button', { name: /favorites$/ })
        .click();
    },
    /** Scrolls on by most of a screen. */
    async scroll(): Promise<void> {
      // Over the middle of the window: moving onto a tile by its name would scroll it back into view.
      await page.mouse.move(600, 450);
      await page.mouse.wheel(0, 500);
    },
  };
}

export type PictureGrid = ReturnType<typeof pictureGrid>;
