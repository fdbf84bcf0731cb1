/** What the desktop program's global keys do. */
export type ShortcutAction = 'next' | 'previous' | 'favorite' | 'never' | 'pause' | 'safe' | 'release' | 'open';

export interface ShortcutKey {
  readonly action: ShortcutAction;
  /** In Electron's words. */
  readonly accelerator: string;
}

/**
 * The keys that work in every program while the setting `globalShortcuts` is on. Three modifiers, since anything shorter belongs to somebody; letters that none
 * of the common desktops takes with them.
 */
export const shortcutKeys: readonly ShortcutKey[] = [
  { action: 'next', accelerator: 'CommandOrControl+Alt+Shift+Right' },
  { action: 'previous', accelerator: 'CommandOrControl+Alt+Shift+Left' },
  { action: 'favorite', accelerator: 'CommandOrControl+Alt+Shift+F' },
  { action: 'never', accelerator: 'CommandOrControl+Alt+Shift+B' },
  { action: 'pause', accelerator: 'CommandOrControl+Alt+Shift+P' },
  // Two keys, not one that goes both ways: pressed twice in a hurry it must not bring back what was hidden.
  { action: 'safe', accelerator: 'CommandOrControl+Alt+Shift+S' },
  { action: 'release', accelerator: 'CommandOrControl+Alt+Shift+R' },
  { action: 'open', accelerator: 'CommandOrControl+Alt+Shift+K' },
];

/** How a keyboard says it: `Ctrl+Alt+Shift+→`, `⌘⌥⇧→`. */
export function shortcutText(accelerator: string, mac: boolean): string {
  const names: Readonly<Record<string, string>> = mac
    ? { CommandOrControl: '⌘', Alt: '⌥', Shift: '⇧', Right: '→', Left: '←' }
    : { CommandOrControl: 'Ctrl', Right: '→', Left: '←' };
  return accelerator
    .split('+')
    .map((part) => names[part] ?? part)
    .join(mac ? '' : '+');
}
