import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';

// The services' real limits. The fixture fails the test when one of them was violated.
test.use({ serverOptions: { limits: 'real', pictures: 60, waifuIm: { images: 400 } } });

test(
  'an impatient person asks a lot of both services, and none of their limits is violated',
  { tag: '@once' },
  async ({ page, servers }) => {
    const view = browse(page);
    await view.grid.shown();
    for (let round = 0; round < 4; round += 1) {
      for (let press = 0; press < 6; press += 1) await view.again();
      await view.service('yiff.rest');
      for (let press = 0; press < 6; press += 1) await view.again();
      await view.service('waifu.im');
      for (let turn = 0; turn < 10; turn += 1) await view.grid.scroll();
    }
    await view.grid.shown();
    expect(servers.waifuIm.count()).toBeGreaterThan(0);
    expect(servers.yiffRest.count()).toBeGreaterThan(0);
    // Nothing was asked from two places at once, and every request said who asks.
    const agents = new Set(
      [...servers.waifuIm.requests, ...servers.yiffRest.requests, ...servers.pictures.requests].map(
        ({ headers }) => headers['user-agent'],
      ),
    );
    expect([...agents]).toEqual([expect.stringMatching(/^Kabegami\/\d+\.\d+\.\d+ \(\+https:/)]);
  },
);
