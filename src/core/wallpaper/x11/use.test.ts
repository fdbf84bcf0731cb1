import { expect, it } from 'vitest';
import type { XClient } from './client.ts';
import { shareX } from './use.ts';

/** A server that counts its visitors, and timers that fire when told. */
function setUp() {
  const clients: { open: boolean; readonly client: XClient }[] = [];
  const timers = new Set<() => void>();
  const state = { refuses: false };
  const use = shareX({
    env: {},
    clock: {
      after: (_ms, action) => {
        timers.add(action);
        return () => void timers.delete(action);
      },
    },
    connect() {
      if (state.refuses) return Promise.reject(new Error('There is no server.'));
      const made = {
        open: true,
        client: { isOpen: () => made.open, close: () => (made.open = false) } as unknown as XClient,
      };
      clients.push(made);
      return Promise.resolve(made.client);
    },
  });
  const elapse = async (): Promise<void> => {
    for (const action of [...timers]) action();
    timers.clear();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const open = (): number => clients.filter((each) => each.open).length;
  return { use, state, clients, elapse, open };
}
const asked = (client: XClient): Promise<XClient> => Promise.resolve(client);

it('asks everything at about the same time over one connection, and keeps none', async () => {
  const { use, clients, elapse, open } = setUp();
  const [one, other] = await Promise.all([use(asked), use(asked)]);
  expect(other).toBe(one);
  expect(await use(asked)).toBe(one);
  expect([clients.length, open()]).toEqual([1, 1]);
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const long = use(() => held);
  await elapse();
  expect(open()).toBe(1);
  finish();
  await long;
  await elapse();
  expect(open()).toBe(0);
  expect(await use(asked)).not.toBe(one);
});

it('connects anew where the server has gone, and says so where there is none', async () => {
  const { use, state, clients, elapse, open } = setUp();
  await use(asked);
  for (const each of clients) each.open = false;
  await use(asked);
  expect([clients.length, open()]).toEqual([2, 1]);
  await expect(use(() => Promise.reject(new Error('BadWindow')))).rejects.toThrow('BadWindow');
  expect(clients).toHaveLength(2);
  for (const each of clients) each.open = false;
  state.refuses = true;
  await expect(use(asked)).rejects.toThrow('no server');
  state.refuses = false;
  await use(asked);
  await elapse();
  expect([clients.length, open()]).toEqual([3, 0]);
});
