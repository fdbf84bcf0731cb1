import type { Status } from '../../src/shared/model.ts';
import { expect, test } from '../fixtures/test.ts';

test('opens on pictures and owns the library', async ({ app, cli, host, servers }) => {
  await expect(app.page).toHaveTitle(/Kabegami/);
  await expect
    .poll(() => app.page.evaluate(() => [...document.images].filter((image) => image.naturalWidth > 0).length))
    .toBeGreaterThan(2);
  expect(servers.pictures.count()).toBeGreaterThan(0);

  const status = await cli.json<Status>('status');
  if (!status.ok) throw new Error(status.error.message);
  expect(status.value.owner?.host).toBe(host);
  expect(status.value.providers.every((provider) => provider.online)).toBe(true);

  const { driver, version } = status.value.sqlite;
  const electron = await app.electron?.evaluate(() => process.versions['electron']);
  const runtime = electron === undefined ? 'Chromium, served by Node' : `Electron ${electron}`;
  console.log(`${host}: ${runtime}; SQLite ${version} by ${driver}`);
  // Electron 33 offers Node-API 9; everything else runs on better-sqlite3.
  if (host === 'browser') expect(driver).toBe('better-sqlite3');
});

test('the page has no way out', async ({ app }) => {
  const reach = await app.page.evaluate(() => ({
    node: 'require' in globalThis || 'process' in globalThis,
    bridge: Object.keys((globalThis as { kabegami?: object }).kabegami ?? {}).sort(),
  }));
  expect(reach.node).toBe(false);
  expect(reach.bridge).toEqual(app.electron === null ? [] : ['host', 'pathOf', 'post', 'subscribe']);
});
