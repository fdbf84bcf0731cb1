import { expect, it } from 'vitest';
import { shortcutKeys } from '../shared/shortcuts.ts';
import { createFakeClock } from '../core/favorites/testing/fake-clock.ts';
import { createShortcuts } from './shortcuts.ts';

function start(options: { readonly others?: readonly string[]; readonly forbidden?: () => Promise<boolean> } = {}) {
  const keys = new Map<string, () => void>();
  const clock = createFakeClock();
  const heard: string[] = [];
  const problems: string[] = [];
  const shortcuts = createShortcuts({
    globalShortcut: {
      register(accelerator: string, press: () => void) {
        if (options.others?.includes(accelerator) === true) return false;
        keys.set(accelerator, press);
        return true;
      },
      unregister: (accelerator: string) => void keys.delete(accelerator),
      isRegistered: (accelerator: string) => keys.has(accelerator),
    },
    run: (action) => heard.push(action),
    forbidden: options.forbidden ?? (() => Promise.resolve(false)),
    problem: (message) => problems.push(message),
    clock,
    platform: 'linux',
  });
  return { shortcuts, keys, clock, heard, problems };
}

it('takes all keys, carries them out, and gives all of them back', async () => {
  const { shortcuts, keys, heard, problems } = start();
  await shortcuts.set(true);
  expect([...keys.keys()]).toEqual(shortcutKeys.map(({ accelerator }) => accelerator));
  for (const press of keys.values()) press();
  expect(heard).toEqual(shortcutKeys.map(({ action }) => action));
  await shortcuts.set(false);
  expect(keys.size).toBe(0);
  await shortcuts.set(true);
  shortcuts.stop();
  expect(keys.size).toBe(0);
  expect(problems).toEqual([]);
});

it('takes a key that is held down for one press', async () => {
  const { shortcuts, keys, clock, heard } = start();
  await shortcuts.set(true);
  const press = [...keys.values()][0];
  press?.();
  for (let repeated = 0; repeated < 50; repeated += 1) {
    clock.advance(repeated === 0 ? 660 : 40);
    press?.();
  }
  expect(heard).toEqual(['next']);
  clock.advance(800);
  press?.();
  expect(heard).toEqual(['next', 'next']);
});

it('names the keys that somebody else has, once, and has the others', async () => {
  const others = shortcutKeys.slice(0, 2).map(({ accelerator }) => accelerator);
  const { shortcuts, keys, problems } = start({ others });
  await shortcuts.set(true);
  await shortcuts.set(true);
  expect(keys.size).toBe(shortcutKeys.length - 2);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('Ctrl+Alt+Shift+→ (Next) and Ctrl+Alt+Shift+← (Previous)');
});

it('says how to go on where the desktop keeps all keys', async () => {
  const { shortcuts, keys, problems } = start({ forbidden: () => Promise.resolve(true) });
  await shortcuts.set(true);
  expect(keys.size).toBe(0);
  expect(problems).toEqual([expect.stringContaining('kabegami wallpaper next')]);
});

it('takes none when it was turned off while the desktop was asked', async () => {
  let answer = (_forbidden: boolean): void => {};
  const { shortcuts, keys, problems } = start({ forbidden: () => new Promise((resolve) => (answer = resolve)) });
  const on = shortcuts.set(true);
  await shortcuts.set(false);
  answer(false);
  await on;
  expect([keys.size, problems]).toEqual([0, []]);
});
