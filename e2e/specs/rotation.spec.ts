import type { CurrentWallpapers } from '../../src/shared/model.ts';
import { knownImage, quickServers, somePictures, type KnownImage } from '../fixtures/catalogue.ts';
import { changeWithin } from '../fixtures/limits.ts';
import { clearDesktop, desktopLook, difference, expectedLook, same } from '../fixtures/look.ts';
import { expect, test, type App, type Desk } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';
import { history } from '../pages/history.ts';
import { kabegami } from '../pages/kabegami.ts';
import { rotation } from '../pages/rotation.ts';
import { settings } from '../pages/settings.ts';
import { viewer } from '../pages/viewer.ts';
import type { Cli } from '../fixtures/cli.ts';
import type { TestServers } from '../servers/index.ts';

test.use({ serverOptions: { ...quickServers, pictures: 120 } });
test.beforeEach(({ desk }) => {
  test.skip(desk.display === null, 'there is no X server on this system');
});

const screen = { width: 1920, height: 1080 };

/** Lies as the display does and need not be enlarged. */
const fits = ({ picture }: KnownImage): boolean =>
  picture.width >= screen.width && picture.height >= screen.height && picture.width > picture.height;

/** What the program says is on the display. */
async function current(cli: Cli): Promise<string> {
  const answer = await cli.json<CurrentWallpapers>('wallpaper', 'current');
  return answer.ok ? (answer.value.wallpapers[0]?.image.id ?? '') : '';
}

/** Waits until the desktop shows this picture. */
async function shows(on: { readonly desk: Desk; readonly app: App }, servers: TestServers, id: string): Promise<void> {
  const expected = await expectedLook(knownImage(servers, id).picture.file, 'fill', screen);
  await expect
    .poll(async () => difference(await desktopLook(on.desk, on.app), expected), { message: `${id} on the desktop` })
    .toBeLessThan(same);
}

/** Presses a button that changes the desktop, and waits until the program has said so. */
async function press(app: App, cli: Cli, name: string): Promise<string> {
  const before = await current(cli);
  await rotation(app.page).button(name).click();
  await expect
    .poll(() => current(cli), { message: `${name} changes the picture`, timeout: changeWithin })
    .not.toBe(before);
  return current(cli);
}

test('changes from a pool of one’s own, and goes back to the very same pictures', async ({
  app,
  page,
  desk,
  servers,
  cli,
}) => {
  await clearDesktop(desk);
  const large = somePictures(servers, 4, fits);
  const ids = large.map(({ id }) => id);
  await browse(page).grid.shown();
  expect(await cli.json('favorites', 'add', ...ids)).toMatchObject({ ok: true });

  const view = rotation(page);
  await kabegami(page).show('Wallpaper');
  await expect(view.state).toContainText('only when you say so');
  await view.makePool('Mine', 'Favorites');
  await expect(view.pool('Mine')).toContainText('of 4 pictures left');
  expect(await cli.json('searches', 'save', 'Everything liked', 'is:favorite')).toMatchObject({ ok: true });
  await view.makePool('Searched', 'Everything liked');
  await expect(view.pool('Searched')).toContainText('Everything liked');
  await view.choose('Pictures come from', 'Mine');
  await expect(view.displays.first()).toContainText('from Mine');

  const shown = [await press(app, cli, 'Next')];
  await shows({ app, desk }, servers, shown[0] ?? '');
  shown.push(await press(app, cli, 'Next'));
  await shows({ app, desk }, servers, shown[1] ?? '');
  expect(ids).toEqual(expect.arrayContaining(shown));
  expect(new Set(shown).size).toBe(2);

  expect(await press(app, cli, 'Previous')).toBe(shown[0]);
  await shows({ app, desk }, servers, shown[0] ?? '');

  // Every one of them once before any comes again.
  await page.keyboard.press('n');
  await expect.poll(() => current(cli), { timeout: changeWithin }).toBe(shown[1]);
  shown.push(await press(app, cli, 'Next'), await press(app, cli, 'Next'));
  expect([...shown].sort()).toEqual([...ids].sort());

  // What was shown is told, and comes back from there.
  await kabegami(page).show('History');
  const timeline = history(page);
  await expect(timeline.current).toHaveCount(1);
  await expect(timeline.root.getByRole('region', { name: 'Today' })).toBeVisible();
  // What was on the desktop before may have been noticed: it is an entry too, but no picture of ours.
  const ours = timeline.entries.filter({ has: page.getByRole('button', { name: /^Open / }) });
  const first = ours.last();
  await timeline.again(first);
  await expect.poll(() => current(cli), { timeout: changeWithin }).toBe(shown[0]);
  await shows({ app, desk }, servers, shown[0] ?? '');
  await expect(timeline.current).toHaveCount(1);
  await timeline.entries
    .first()
    .getByRole('button', { name: /^Open / })
    .click();
  await expect(viewer(page).root).toBeVisible();
});

test(
  'runs by a schedule, waits while paused, and is safe at once',
  { tag: '@once' },
  async ({ app, page, desk, servers, cli }) => {
    await clearDesktop(desk);
    const large = somePictures(servers, 3, fits);
    await browse(page).grid.shown();
    expect(await cli.json('favorites', 'add', ...large.map(({ id }) => id))).toMatchObject({ ok: true });
    const view = rotation(page);
    await kabegami(page).show('Wallpaper');
    await view.choose('Pictures come from', 'Favorites');
    await expect(view.displays.first()).toContainText('from favorites');
    const before = await press(app, cli, 'Next');

    await view.on.click();
    await expect(view.on).toBeChecked();
    await expect(view.state).toContainText('Changes every 30 minutes.');
    await view.choose('Every', '2 hours');
    await expect(view.state).toContainText('Changes every 2 hours.');
    await view.button('Add a time').click();
    await view.root.getByLabel('Time', { exact: true }).fill('07:30');
    await view.button('Add').click();
    await expect(view.root).toContainText('7:30 AM on weekdays');
    await expect(view.state).toContainText('at 1 set time');
    await view.pause('Until resumed');
    await expect(view.state).toContainText('Paused until you resume.');
    await view.button('Resume').click();
    await expect(view.state).toContainText('Changes every 2 hours');

    await page.keyboard.press('s');
    await expect(view.state).toContainText('Safe now: nothing changes until you release it');
    await expect(view.button('Next')).toHaveCount(0);
    expect(await cli.json('wallpaper', 'next')).toMatchObject({ ok: false });
    await view.button('Release').click();
    await expect(view.state).toContainText('Changes every 2 hours');
    await expect.poll(() => current(cli), { timeout: changeWithin }).toBe(before);
    await shows({ app, desk }, servers, before);
  },
);

test('never shows again what was blocked: not in a grid, not on the desktop', async ({
  app,
  page,
  desk,
  servers,
  cli,
}) => {
  await clearDesktop(desk);
  const [image] = somePictures(servers, 1, fits);
  const id = image?.id ?? '';
  const view = browse(page);
  await view.narrow('At least', 'Full HD');
  await view.order('Newest');
  await view.grid.cell(id).scrollIntoViewIfNeeded();
  expect(await cli.json('wallpaper', 'set', id)).toMatchObject({ ok: true });
  await shows({ app, desk }, servers, id);

  await view.grid.picture(id).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Never again' }).click();
  await page.getByRole('menuitem', { name: 'This picture' }).click();
  await expect(view.grid.cell(id)).toHaveCount(0);
  // Said once another is in its place.
  await expect(kabegami(page).toast('You will not see this picture again.')).toBeVisible({ timeout: changeWithin });
  await expect.poll(() => current(cli)).not.toBe(id);
  const gone = difference(await desktopLook(desk, app), await expectedLook(image?.picture.file ?? '', 'fill', screen));
  expect(gone).toBeGreaterThan(same);
  expect(await cli.json('wallpaper', 'set', id)).toMatchObject({ ok: false });

  await kabegami(page).show('History');
  const { current: instead, entries } = history(page);
  await expect(instead).toContainText('In place of one you never want again');
  await expect(entries.getByRole('button', { name: /^Open / })).toHaveCount(1);

  await kabegami(page).show('Settings');
  const allow = settings(page).root.getByRole('button', { name: /^Allow again: / });
  await expect(allow).toHaveCount(1);
  await allow.click();
  await expect(allow).toHaveCount(0);
  await kabegami(page).show('Browse');
  await expect(view.grid.cell(id)).toBeVisible();
});
