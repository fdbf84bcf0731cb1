import { cutNetwork, quickServers, somePictures, waifuId } from '../fixtures/catalogue.ts';
import { expect, test } from '../fixtures/test.ts';
import type { Fault } from '../servers/index.ts';
import { browse } from '../pages/browse.ts';
import { kabegami } from '../pages/kabegami.ts';
import { viewer } from '../pages/viewer.ts';

test.use({ serverOptions: quickServers });

const faults: readonly (readonly [string, Fault, RegExp])[] = [
  ['an error of the service', { kind: 'server_error' }, /waifu\.im/],
  ['a refusal to go on so fast', { kind: 'rate_limited', retryAfter: 1 }, /fewer requests|too many|wait|rate|slow/i],
  ['a challenge page', { kind: 'html_challenge' }, /web page \(status 403\).+bypass/],
  ['a page where data was due', { kind: 'wrong_type', contentType: 'text/html' }, /./],
  ['half an answer', { kind: 'truncated_json' }, /broken or truncated/],
  ['a connection that breaks', { kind: 'cut_off' }, /./],
];

test(
  'every failure of a service is said in words, and "Try again" works',
  { tag: '@once' },
  async ({ page, servers }) => {
    test.slow();
    const view = browse(page);
    await view.grid.shown();
    for (const [what, fault, words] of faults) {
      // Data under a wrong label is data.
      const harmless = fault.kind === 'wrong_type';
      await test.step(what, async () => {
        const clear = servers.waifuIm.faults.add({ ...fault, path: '^/images' });
        await view.again();
        if (harmless) {
          await view.grid.shown();
          clear();
          return;
        }
        const problem = page.getByRole('status').filter({ hasText: 'You see what is on this disk.' });
        await expect(problem).toBeVisible();
        await expect(problem.getByRole('paragraph')).toHaveText(words);
        await view.grid.shown();
        clear();
        await view.tryAgain();
        await expect(problem).toBeHidden();
        await view.grid.shown();
      });
    }
    await test.step('with nothing on the disk', async () => {
      const clear = servers.yiffRest.faults.add({ kind: 'server_error', path: '^/' });
      await view.service('yiff.rest');
      const problem = page.getByRole('alert').filter({ hasText: 'The pictures could not be loaded' });
      await expect(problem).toContainText('yiff.rest');
      clear();
      await problem.getByRole('button', { name: 'Try again' }).click();
      await expect(problem).toBeHidden();
      await view.grid.shown();
    });
  },
);

test('a service in trouble leaves what is on the disk to look at, and says what the trouble is', async ({
  page,
  servers,
}) => {
  const view = browse(page);
  await view.grid.shown();
  const [id = ''] = await view.grid.ids();
  await view.grid.open(id);
  await viewer(page).fullPicture();
  await viewer(page).close();
  const clear = servers.waifuIm.faults.add({ kind: 'server_error', path: '^/images' });
  await view.again();
  await expect(page.getByText(/^waifu\.im .+ You see what is on this disk\.$/)).toBeVisible();
  await expect(view.grid.cell(id)).toBeVisible();
  clear();
  await view.tryAgain();
  await expect(page.getByText('You see what is on this disk.')).toHaveCount(0);
  await view.grid.shown();
});

test('a service that is away is said once; what is on the disk is shown, and all again when it is back', async ({
  page,
  servers,
}) => {
  const view = browse(page);
  await view.order('Newest');
  await view.grid.shown();
  const [id = ''] = await view.grid.ids();
  await view.grid.open(id);
  await viewer(page).fullPicture();
  await viewer(page).close();

  const back = cutNetwork(servers);
  await view.again();
  const banner = page.getByText('waifu.im cannot be reached. You see what is on this disk.');
  await expect(banner).toBeVisible();
  await expect(view.grid.cells).not.toHaveCount(0);
  await expect(view.grid.cell(id)).toBeVisible();
  await kabegami(page).show('Settings');
  await kabegami(page).show('Browse');
  await expect(banner).toHaveCount(1);

  back();
  await view.tryAgain();
  await expect(banner).toBeHidden();
  await view.grid.shown();
  await expect.poll(async () => (await view.grid.ids()).length).toBeGreaterThan(3);
});

test('a filter that nothing fits says so and is reset in one press', { tag: '@once' }, async ({ page }) => {
  const view = browse(page);
  await view.grid.shown();
  await view.minWidth(90_000);
  const empty = page.getByRole('status').filter({ hasText: 'Nothing matches' });
  await expect(empty).toBeVisible();
  await expect(view.chip('at least 90000 wide')).toBeVisible();
  await empty.getByRole('button', { name: 'Reset filters' }).click();
  await expect(empty).toBeHidden();
  await expect(view.chips).toBeHidden();
  await view.grid.shown();
});

test(
  'a picture that comes broken says so, and nothing of it is kept',
  { tag: '@once' },
  async ({ page, servers, cli }) => {
    const view = browse(page);
    const shown = viewer(page);
    const [first, second] = somePictures(servers, 2);
    for (const { path } of [first, second].flatMap((image) => image ?? []))
      servers.pictures.replace(path, Buffer.from('this is no picture'));
    await view.order('Newest');
    await view.grid.open(first?.id ?? '');
    await expect(shown.problem).toBeVisible();
    expect((await shown.problem.textContent())?.trim().length).toBeGreaterThan(20);
    servers.pictures.replace(first?.path ?? '', null);
    await shown.problem.getByRole('button', { name: 'Try again' }).click();
    expect(await shown.fullPicture()).toBe(first?.picture.width);
    await shown.close();

    // The same from the grid, for one that stays broken. The viewer gives the focus back first.
    await expect(view.grid.picture(first?.id ?? '')).toBeFocused();
    await view.grid.picture(second?.id ?? '').focus();
    await page.keyboard.press('d');
    const told = kabegami(page)
      .toast(/./)
      .filter({ has: page.getByRole('button', { name: 'Try again' }) });
    await expect(told).toBeVisible();
    const verify = await cli.json('library', 'verify');
    expect(verify).toMatchObject({ ok: true, value: { clean: true, problems: [] } });
  },
);

test(
  'an item that makes no sense is left out, and the others are shown',
  { tag: '@once' },
  async ({ page, servers }) => {
    const view = browse(page);
    await view.order('Newest');
    await view.grid.shown();
    const newest = [...servers.waifuIm.images]
      .filter(({ adult }) => adult === false)
      .sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt))[0];
    const id = waifuId(newest?.id ?? 0);
    await expect(view.grid.cell(id)).toBeVisible();
    const clear = servers.waifuIm.faults.add({ kind: 'item_value', field: 'width', value: 'wide', path: '^/images' });
    await view.again();
    await view.grid.shown();
    await expect(view.grid.cell(id)).toHaveCount(0);
    await expect(page.getByText('1 picture could not be used and was left out.')).toBeAttached();
    clear();
  },
);
