import { expect, it } from 'vitest';
import { shortcutKeys, shortcutText } from './shortcuts.ts';

it('gives each action one key of its own', () => {
  expect(new Set(shortcutKeys.map(({ accelerator }) => accelerator)).size).toBe(shortcutKeys.length);
  expect(new Set(shortcutKeys.map(({ action }) => action)).size).toBe(shortcutKeys.length);
});

it('is written as keyboards are', () => {
  expect(shortcutText('CommandOrControl+Alt+Shift+Right', false)).toBe('Ctrl+Alt+Shift+→');
  expect(shortcutText('CommandOrControl+Alt+Shift+Right', true)).toBe('⌘⌥⇧→');
  expect(shortcutText('CommandOrControl+Alt+Shift+S', false)).toBe('Ctrl+Alt+Shift+S');
});
