import type { RotationStatus } from '../../src/shared/rotation.ts';
import { quickServers } from '../fixtures/catalogue.ts';
import { changeWithin } from '../fixtures/limits.ts';
import { clearDesktop, plain, screenPixels } from '../fixtures/look.ts';
import { askOwner } from '../fixtures/owner.ts';
import { closeWindow, keepDialogs, pressTray, trayItem, trayItems } from '../fixtures/tray.ts';
import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';

test.use({ serverOptions: quickServers });

test('the whole menu, with no window: back and forth, favorite, never again, pause, pool, safe', async ({
  app,
  page,
  desk,
  home,
}) => {
  test.slow();
  await clearDesktop(desk);
  await browse(page).grid.shown();
  const said = await keepDialogs(app);
  await closeWindow(app);
  // There is no tray on this bare X server: that is said, once.
  await expect.poll(said).toEqual([expect.stringContaining('This desktop has no tray')]);
  await plain(desk);

  const current = async (): Promise<string | null> =>
    (await askOwner(home.data, 'wallpaper.current', {})).wallpapers[0]?.image.id ?? null;
  const pixels = (): Promise<string> => screenPixels(desk);
  /** Presses, and waits until the screen shows something else and the menu tells of it. */
  const changes = async (id: string): Promise<{ readonly image: string | null; readonly screen: string }> => {
    const [image, screen, title] = [await current(), await pixels(), await trayItem(app, 'picture')];
    await pressTray(app, id);
    await expect
      .poll(async () => ((await current()) === image ? await said() : 'another'), { timeout: changeWithin })
      .toBe('another');
    await expect.poll(pixels).not.toBe(screen);
    if (title !== null) await expect.poll(() => trayItem(app, 'picture')).not.toEqual(title);
    return { image: await current(), screen: await pixels() };
  };

  // Back and forth, to the pixel.
  const first = await changes('next');
  const second = await changes('next');
  await expect.poll(async () => (await trayItem(app, 'picture'))?.label).toMatch(/\S/);
  expect(await changes('previous')).toEqual(first);
  expect(await changes('next')).toEqual(second);
  await expect.poll(async () => (await trayItem(app, 'undo'))?.enabled).toBe(true);
  expect(await changes('undo')).toEqual(first);

  // Favorite this. (A box ticks itself when it is pressed: what is so is asked of the program.)
  expect(await trayItem(app, 'favorite')).toMatchObject({ checked: false });
  await pressTray(app, 'favorite');
  await expect
    .poll(async () => (await askOwner(home.data, 'favorites.list', {})).images.map(({ id }) => id))
    .toEqual([first.image]);
  await expect.poll(async () => (await trayItem(app, 'favorite'))?.checked).toBe(true);

  // Never again: gone from the screen at once, and from the favorites' menu too.
  const replaced = await changes('never.image');
  expect(replaced.image).not.toBe(first.image);
  const blocks = await askOwner(home.data, 'blocks.list', {});
  expect(blocks.blocks).toMatchObject([{ kind: 'image', value: first.image }]);

  // Pausing, and going on
  const status = (): Promise<RotationStatus> => askOwner(home.data, 'rotation.status', {});
  expect(await trayItem(app, 'pause')).toMatchObject({ enabled: false });
  await pressTray(app, 'rotation');
  await expect.poll(async () => (await trayItem(app, 'pause'))?.enabled).toBe(true);
  for (const length of ['hour', 'tomorrow', 'resumed']) {
    const asked = Date.now();
    await pressTray(app, `pause.${length}`);
    await expect.poll(async () => (await trayItem(app, 'resume'))?.enabled).toBe(true);
    const { state, pausedUntil } = await status();
    expect(state).toBe('paused');
    if (length === 'resumed') expect(pausedUntil).toBeNull();
    else if (length === 'tomorrow') expect(pausedUntil).toMatch(/T06:00:00\.000Z$/);
    else expect(Date.parse(pausedUntil ?? '')).toBeGreaterThanOrEqual(asked + 3_600_000);
    await pressTray(app, 'resume');
    await expect.poll(async () => (await trayItem(app, 'pause'))?.enabled).toBe(true);
    expect(await status()).toMatchObject({ state: 'running', pausedUntil: null });
  }

  // The pool, everywhere and here
  await expect.poll(async () => (await trayItem(app, 'pool.browse'))?.checked).toBe(true);
  await pressTray(app, 'pool.library');
  await expect.poll(async () => (await trayItem(app, 'pool.library'))?.checked).toBe(true);
  await expect.poll(async () => (await status()).config.pool).toBe('library');
  const display = (await status()).displays[0];
  await pressTray(app, `display.${display?.id}.pool.browse`);
  await expect.poll(async () => (await trayItem(app, `display.${display?.id}.pool.browse`))?.checked).toBe(true);
  await expect.poll(async () => (await status()).displays[0]?.pool.id).toBe('browse');
  await pressTray(app, `display.${display?.id}.pool`);
  await expect.poll(async () => (await trayItem(app, `display.${display?.id}.pool`))?.checked).toBe(true);
  await expect.poll(async () => (await status()).displays[0]?.pool.id).toBe('library');

  // Safe now, and back to the very same
  const { screen: before } = await changes('next');
  await askOwner(home.data, 'rotation.set', { patch: { safeImage: replaced.image } });
  await pressTray(app, 'safe');
  // It is seen, in parts, before it is over.
  await expect.poll(current, { timeout: changeWithin }).toBe(replaced.image);
  await expect.poll(pixels).not.toBe(before);
  await expect.poll(async () => (await trayItem(app, 'next'))?.enabled).toBe(false);
  expect(await trayItem(app, 'safe')).toMatchObject({ checked: true });
  for (const id of ['next', 'previous', 'undo', 'rotation', 'pause'])
    expect(await trayItem(app, id)).toMatchObject({ enabled: false });
  expect(await status()).toMatchObject({ state: 'safe', safe: true });
  await pressTray(app, 'safe');
  await expect.poll(pixels, { timeout: changeWithin }).toBe(before);
  await expect.poll(async () => (await trayItem(app, 'next'))?.enabled).toBe(true);
  expect(await trayItem(app, 'safe')).toMatchObject({ checked: false });

  expect(await said()).toHaveLength(1);
  const ids = (await trayItems(app)).map(({ id }) => id).filter(Boolean);
  expect(new Set(ids).size).toBe(ids.length);
});
