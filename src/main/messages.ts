import type { Image } from '../shared/model.ts';
import type { ShortcutAction } from '../shared/shortcuts.ts';

const times = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const lists = new Intl.ListFormat('en');

/** A moment as people say it: the time, and the day where it is not within the next day. */
function moment(iso: string, now: number): string {
  const at = new Date(iso);
  return (Math.abs(at.getTime() - now) < 86_400_000 ? times : days).format(at);
}

const services: Readonly<Record<Image['provider'], string>> = {
  'waifu-im': 'waifu.im',
  'yiff-rest': 'yiff.rest',
  local: 'This computer',
};

/** Everything the desktop host says itself: in the tray, in notifications, in dialogs. What the page says is in the page's own catalog. */
export const t = {
  program: 'Kabegami',
  close: 'Close',

  picture: {
    subject: (words: readonly string[], id: string) => (words.length > 0 ? words.join(' ') : `Picture ${id}`),
    by: (subject: string, artists: readonly string[]) =>
      artists.length > 0 ? `${subject}, by ${lists.format(artists)}` : subject,
    source: (provider: Image['provider']) => services[provider],
  },

  tray: {
    on: (display: string, picture: string) => `${display}: ${picture}`,
    next: 'Next',
    previous: 'Previous',
    undo: 'Undo',
    favorite: 'Favorite this',
    never: 'Never again',
    neverImage: 'This picture',
    neverArtist: (name: string) => `Everything by ${name}`,
    rotation: 'Change by itself',
    pause: 'Pause',
    pauseHour: 'For 1 hour',
    pauseTomorrow: 'Until tomorrow, 06:00',
    pauseResumed: 'Until resumed',
    resume: 'Resume',
    pool: 'Pool',
    poolItem: (name: string, left: number, total: number) =>
      total === 0 ? `${name} (empty)` : `${name} (${left} of ${total} left)`,
    display: 'Display',
    everywhere: (pool: string) => `As everywhere (${pool})`,
    previousHere: 'Previous here',
    safe: 'Safe now',
    open: 'Open Kabegami',
    quit: 'Quit',
    state: {
      running: (nextAt: string | null, now: number) => (nextAt === null ? null : `Next change: ${moment(nextAt, now)}`),
      paused: (until: string | null, now: number) => (until === null ? 'Paused' : `Paused until ${moment(until, now)}`),
      battery: 'Paused on battery',
      fullScreen: 'Paused by a full-screen program',
      safe: 'Safe now: nothing changes until you release it',
      playlist: (name: string) => `Playlist: ${name}`,
    },
  },

  notification: {
    changed: (count: number) => (count === 1 ? 'New wallpaper' : `New wallpapers on ${count} displays`),
    favorite: 'Added to favorites',
    unfavorite: 'Removed from favorites',
    never: 'Never again',
    paused: 'Paused until you resume',
    resumed: 'Goes on changing',
  },

  shortcuts: {
    actions: {
      next: 'Next',
      previous: 'Previous',
      favorite: 'Favorite this',
      never: 'Never again',
      pause: 'Pause and resume',
      safe: 'Safe now',
      release: 'Release',
      open: 'Open Kabegami',
    } satisfies Record<ShortcutAction, string>,
    key: (keys: string, action: string) => `${keys} (${action})`,
    taken: (keys: readonly string[]) =>
      `${keys.length === 1 ? 'A global key' : 'Some global keys'} could not be had, probably because another program or the desktop has ` +
      `${keys.length === 1 ? 'it' : 'them'}: ${lists.format(keys)}. Free ${keys.length === 1 ? 'it' : 'them'} there and turn the keys off and on again; ` +
      'the tray and the terminal do the same.',
    forbidden:
      'This desktop gives no global keys to programs (Wayland without the GlobalShortcuts portal). Set keys in the desktop’s own keyboard settings instead, with ' +
      'commands such as "kabegami wallpaper next", "kabegami wallpaper previous" and "kabegami wallpaper safe".',
  },

  autostart: {
    failed: (reason: string) =>
      `Starting with the session could not be set up: ${reason} The setting is back to what it was.`,
    unreadable: (file: string, reason: string) => `${file} cannot be written (${reason}). Give yourself access to it.`,
    refused: 'The system did not take the entry. Look at its own list of login items.',
    unpackaged: 'On macOS only the installed program can be a login item, not one started from its sources.',
    comment: 'Keeps your wallpaper as you left it',
  },

  updating: {
    title: 'Bringing your library up to date',
    detail: 'This happens once after an update of Kabegami and can take some minutes. The window opens by itself then.',
    hide: 'Hide',
  },

  cannotStart: { title: 'Kabegami cannot start', restore: 'Put the newest snapshot back' },

  noTray:
    'This desktop has no tray, so Kabegami goes on without an icon. To see its window, start Kabegami again. Next, previous, pause and all else are done by ' +
    '"kabegami" in a terminal (say "kabegami --help") and by the global keys, which you can turn on in Settings. To have it end with its window, turn off "Keep ' +
    'running when the window is closed" in Settings.',
} as const;
