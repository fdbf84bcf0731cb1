import { mediaPath } from '../../src/shared/bridge.ts';
import type { AppliedWallpaper } from '../../src/shared/model.ts';
import { knownImage, quickServers, somePictures, type KnownImage } from '../fixtures/catalogue.ts';
import { changeWithin } from '../fixtures/limits.ts';
import { clearDesktop, desktopLook, difference, expectedLook, same } from '../fixtures/look.ts';
import { expect, test, type App, type Desk } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { kabegami } from '../pages/kabegami.ts';
import { viewer } from '../pages/viewer.ts';
import { wallpaperDialog } from '../pages/wallpaper-dialog.ts';

test.use({ serverOptions: quickServers });
test.beforeEach(({ desk }) => {
  test.skip(desk.display === null, 'there is no X server on this system');
});

const screen = { width: 1920, height: 1080 };
type KnownFit = Parameters<typeof expectedLook>[1];

/** Waits until the desktop is this picture; every other of `not` must look different. */
async function shows(
  { desk, app }: { desk: Desk; app: App },
  image: KnownImage,
  fit: KnownFit,
  not: readonly KnownFit[] = [],
): Promise<void> {
  const expected = await expectedLook(image.picture.file, fit, screen);
  for (const other of not) {
    const wrong = difference(expected, await expectedLook(image.picture.file, other, screen));
    expect(wrong, `${fit} and ${other} can be told apart`).toBeGreaterThan(same * 2);
  }
  await expect
    .poll(async () => difference(await desktopLook(desk, app), expected), { message: `${image.id} on the desktop` })
    .toBeLessThan(same);
}

test('the picture one chooses is on the desktop, pixel by pixel, and recorded', async ({
  app,
  page,
  desk,
  servers,
}) => {
  await clearDesktop(desk);
  const view = browse(page);
  const dialog = wallpaperDialog(page);
  const [landscape] = somePictures(servers, 1, ({ picture }) => picture.width === 1920 && picture.height === 1200);
  const image = landscape ?? knownImage(servers, '');

  await view.narrow('At least', 'Full HD');
  await view.order('Newest');
  await view.grid.open(image.id);
  await viewer(page).fullPicture();
  await viewer(page).press('Set as wallpaper');
  await dialog.set();
  await dialog.checked();
  await shows({ app, desk }, image, 'fill');
  await dialog.done();
  await viewer(page).close();

  await kabegami(page).show('Wallpaper');
  await expect(page.getByRole('region', { name: 'Wallpaper' })).toContainText('set just now');
  await page.getByRole('button', { name: /^Open the picture on / }).click();
  expect(await viewer(page).fullPicture()).toBe(image.picture.width);
});

test('another fit has another geometry: a portrait whole, on black and over itself', async ({
  app,
  page,
  desk,
  servers,
}) => {
  await clearDesktop(desk);
  const view = browse(page);
  const dialog = wallpaperDialog(page);
  const [portrait] = somePictures(servers, 1, ({ picture }) => picture.height > picture.width * 1.4);
  const image = portrait ?? knownImage(servers, '');

  await view.narrow('Orientation', 'Portrait');
  await view.order('Newest');
  await view.grid.cell(image.id).scrollIntoViewIfNeeded();
  await view.grid.picture(image.id).focus();
  await page.keyboard.press('w');
  await dialog.fit('Blur');
  await dialog.set();
  await dialog.checked();
  await shows({ app, desk }, image, 'blur', ['fill', 'fit']);
  await dialog.done();

  // The key is for the picture with the focus, which the dialog gives back.
  await expect(view.grid.picture(image.id)).toBeFocused();
  await page.keyboard.press('w');
  await dialog.fit('Fit');
  await dialog.set();
  await dialog.checked();
  await shows({ app, desk }, image, 'fit', ['fill', 'stretch']);
  await dialog.done();
});

test('"Next" changes it, from the window and from the terminal', async ({ app, page, desk, servers, cli }) => {
  await clearDesktop(desk);
  await browse(page).grid.shown();
  await kabegami(page).show('Wallpaper');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await expect(kabegami(page).toast(/New wallpaper on .+ — checked\./)).toBeVisible({ timeout: changeWithin });
  const current = await cli.json<{ wallpapers: { image: { id: string } }[] }>('wallpaper', 'current');
  const first = current.ok ? (current.value.wallpapers[0]?.image.id ?? '') : '';
  await shows({ app, desk }, knownImage(servers, first), 'fill');

  const next = await cli.json<AppliedWallpaper>('wallpaper', 'next', '--fit', 'fit');
  expect(next).toMatchObject({ ok: true, value: { applied: [{ verified: true }] } });
  const second = next.ok ? (next.value.images[0] ?? '') : '';
  expect(second).not.toBe(first);
  await shows({ app, desk }, knownImage(servers, second), 'fit');
  // The window follows what the terminal did; the viewer stays with the picture it was opened on.
  const card = page.getByRole('button', { name: /^Open the picture on / });
  await expect(card.locator(`img[src="${mediaPath(second, 'large')}"]`)).toBeVisible();
  await card.click();
  await expect(viewer(page).root).toBeVisible();
  expect(await viewer(page).fullPicture()).toBe(knownImage(servers, second).picture.width);
});

test(
  'offers what a picture too small for the display will look like, and sets only what is chosen',
  { tag: '@once' },
  async ({ page, servers }) => {
    const view = browse(page);
    const dialog = wallpaperDialog(page);
    const [small] = somePictures(servers, 1, ({ picture }) => picture.width <= 640 && picture.height <= 960);
    await view.order('Newest');
    await view.grid.cell(small?.id ?? '').scrollIntoViewIfNeeded();
    await view.grid.picture(small?.id ?? '').focus();
    await page.keyboard.press('w');
    await expect(dialog.root.getByText(/Enlarged .+ it may look soft\./)).toBeVisible();
    await expect(dialog.root.getByRole('checkbox', { name: /^Use / }).locator('img').first()).toBeVisible();
    await dialog.root.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog.root).toBeHidden();
  },
);
