import type { ShortcutAction } from '../../shared/shortcuts.ts';
import { createFormat } from './format.ts';

const f = createFormat('en');

/** English: the Settings view. */
export const enSettings = {
  settings: {
    label: 'Settings',
    saved: 'Saved.',
    failed: 'Settings could not be read',
    content: {
      title: 'Content',
      adult: 'Show adult pictures',
      adultHint:
        'Off: nothing adult is shown, fetched or put on your desktop, and whatever has no rating counts as adult.',
      confirmTitle: 'Show adult pictures?',
      confirmText:
        'They will appear in Browse, Favorites, History and on your desktop, to anyone who sees this screen. You can turn this off at any time; it then hides them at once.',
      confirmAge: 'I am an adult where I live, and I want to see them.',
      confirm: 'Show adult pictures',
    },
    appearance: {
      title: 'Appearance',
      theme: 'Theme',
      themes: { system: 'System', light: 'Light', dark: 'Dark' },
      tray: 'Keep running when the window is closed',
      trayHint: 'The tray icon stays, and so does everything that runs in the background.',
    },
    wallpaper: {
      title: 'Wallpaper',
      fit: 'Usual fit',
    },
    desktop: {
      title: 'Desktop',
      login: 'Start with the session',
      loginHint: 'In the tray, without a window: the pictures of before come back, also without a network.',
      notify: 'Tell when the picture changes by itself',
      notifyHint: 'A notification with its artist and source.',
      keys: 'Keys that work in every program',
      keysHint: 'For Next, Previous, Safe now and more, whichever program is in front.',
      keyList: 'Which keys',
      keyActions: {
        next: 'Next wallpaper',
        previous: 'Previous wallpaper',
        favorite: 'Favorite what is shown',
        never: 'Never again what is shown',
        pause: 'Pause and resume',
        safe: 'Safe now',
        release: 'Release what is safe now',
        open: 'Open Kabegami',
      } satisfies Record<ShortcutAction, string>,
    },
    accounts: {
      title: 'Accounts',
      token: (service: string) => (service === 'yiff.rest' ? `${service} API key` : `${service} token`),
      tokenPlaceholder: { 'waifu-im': 'Paste the token', 'yiff-rest': 'Paste the key' },
      save: 'Save and test',
      test: 'Test',
      remove: 'Remove',
      removeTitle: (token: string) => `Remove the ${token}?`,
      removeText: {
        'waifu-im': 'Favorites stay on this disk. Changes wait until a token is set again.',
        'yiff-rest': 'Browsing goes on without it, a little slower.',
      },
      none: 'No token. Browsing needs none.',
      purpose: {
        'waifu-im': 'A token keeps your favorites in step with your account.',
        'yiff-rest': 'A key lets pages fill faster. Everything works without one.',
      },
      stored: {
        keyring: 'Kept in the keyring of this system.',
        file: 'Kept in a file only you can read.',
        environment: 'Given by an environment variable; it cannot be changed here.',
      },
      valid: 'Tested: it works.',
      invalid: 'Tested: the service refuses it.',
      untested: 'Not tested since the start.',
      bypass: 'Geo block bypass',
      bypassHint: 'waifu.im gives a personal value to people in regions where it is blocked.',
      bypassSave: 'Save',
      bypassRemove: 'Remove the saved value',
      bypassSaved: 'The bypass value was saved.',
      bypassRemoved: 'The bypass value was removed.',
      removed: (token: string) => `The ${token} was removed.`,
      userId: 'Act for user id',
      userIdHint: 'Only with the permission to manage others’ favorites. Empty: your own account.',
      userIdInvalid: 'A user id is a whole number above zero.',
    },
    services: {
      title: 'Services',
      url: (service: string) => `${service} address`,
      urlInvalid: 'An address begins with https:// (http:// only on this machine).',
      urlReset: 'Use the usual address',
      /** An environment variable says so. */
      overridden: (url: string) => `This time ${url} is asked, as the program was started with.`,
      api: 'waifu.im API version',
      apis: { auto: 'Find out', v5: 'v5', v7: 'v7' },
      online: 'Reachable.',
      offline: 'Not reachable.',
    },
    storage: {
      title: 'Storage',
      limit: 'Room for pictures',
      limitHint:
        'All pictures and thumbnails together. When there is no room, what was not used for longest goes; favorites, collections, wallpapers and downloads stay.',
      limitValue: (bytes: number) => f.bytes(bytes),
      stats: (files: number, bytes: number) =>
        `${f.number(files)} ${f.plural(files, { one: 'picture', other: 'pictures' })} in full, ${f.bytes(bytes)}`,
      verify: 'Check all files',
      verifyHint: 'Whether every picture is whole and what the library says of it is true.',
      verifyNow: 'Check now',
      repair: 'Repair',
      verifying: (done: number, total: number | null) =>
        total === null ? 'Checking …' : `Checking, ${f.number(done)} of ${f.number(total)}`,
      clean: (checked: number) => `All well: ${f.number(checked)} checked.`,
      problems: (count: number) =>
        f.plural(count, { one: '1 problem found.', other: `${f.number(count)} problems found.` }),
      folder: 'Data folder',
    },
    about: {
      title: 'About',
      version: (version: string) => `Kabegami ${version}`,
      database: (driver: string, version: string) => `SQLite ${version} (${driver})`,
      desktop: 'Desktop',
      backends: 'Ways to set the wallpaper',
      others: (count: number) => f.plural(count, { one: '1 other', other: `${f.number(count)} others` }),
      available: 'available',
      unavailable: 'not available',
    },
  },
};
