import { createFormat } from './format.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;
const changes = (count: number): string => `${f.number(count)} ${f.plural(count, { one: 'change', other: 'changes' })}`;

/** English: what the user keeps. */
export const enLibrary = {
  favorites: {
    label: 'Favorites',
    search: 'Search favorites',
    searchPlaceholder: 'Search tags, artists, ids',
    sort: 'Sort by',
    sorts: { liked: 'Liked last', uploaded: 'Newest', size: 'Largest', artist: 'Artist' },
    service: 'Service',
    allServices: 'All',
    lists: 'Show',
    kept: 'Favorites',
    removed: (count: number) => `Removed (${f.number(count)})`,
    count: (count: number) => `${f.number(count)} ${f.plural(count, { one: 'favorite', other: 'favorites' })}`,
    available: (done: number, total: number) => `${f.number(done)} of ${f.number(total)} available offline`,
    waitingForRoom: (count: number) =>
      `${f.number(count)} ${f.plural(count, { one: 'picture waits', other: 'pictures wait' })} for room: the storage limit is reached. Raise it in Settings.`,
    hidden: (count: number) => `${f.number(count)} hidden by your content setting`,
    empty: {
      title: 'No favorites yet',
      text: 'Press the heart on any picture. It stays on this disk, with or without a network.',
      action: 'Browse pictures',
    },
    clearSearch: 'Clear search',
    noMatch: { title: 'No favorite matches', text: 'Nothing among your favorites fits this search.' },
    allHidden: { title: 'Nothing to show', text: 'All of your favorites are hidden by your content setting.' },
    failed: 'Your favorites could not be read',
    removedEmpty: {
      title: 'Nothing was removed',
      text: 'When a service drops a favorite, it waits here for your word. Its file is kept.',
    },
    removedNote: (count: number, service: string) =>
      `${pictures(count)} ${f.plural(count, { one: 'was', other: 'were' })} removed on ${service}. The files are still on this disk.`,
    removedOn: (service: string) => `Removed on ${service}`,
    added: (count: number) => (count === 1 ? 'Added to favorites.' : `${pictures(count)} added to favorites.`),
    unliked: (count: number) =>
      count === 1 ? 'Removed from favorites.' : `${pictures(count)} removed from favorites.`,
    restored: (count: number) => (count === 1 ? 'Restored.' : `${pictures(count)} restored.`),
    letGone: (count: number) => (count === 1 ? 'Let go.' : `${pictures(count)} let go.`),
    review: 'Review',
    backToKept: 'Back to favorites',
    restore: 'Restore',
    restoreAll: 'Restore all',
    letGo: 'Let go',
    letGoTitle: (count: number) => `Let go of ${pictures(count)}?`,
    letGoText: 'They leave your favorites for good. Their files may be cleaned up when space is needed.',
    notSaved: 'The favorite was not changed.',
    selection: 'Selection',
    remove: 'Remove from favorites',
    download: 'Download',
    wallpaper: 'Set as wallpaper',
    clear: 'Clear selection',
    selectAll: 'Select all',
    selectPicture: (subject: string) => `Select ${subject}`,
    downloadsDone: (count: number) => `${pictures(count)} downloaded.`,
    downloadsFailed: (count: number, reason: string) => `${pictures(count)} could not be downloaded. ${reason}`,
  },
  sync: {
    open: 'Sync',
    title: 'Sync with waifu.im',
    now: 'Sync now',
    running: 'Syncing …',
    runningShare: (done: number, total: number) => `Syncing, ${f.number(done)} of ${f.number(total)}`,
    inStep: 'In step',
    inStepSince: (when: string) => `In step, ${when}`,
    never: 'Not synced yet',
    localOnly: 'On this device only',
    localText:
      'Favorites are kept on this disk. Add a waifu.im token in Settings to keep them in step with your account too.',
    addToken: 'Add a token',
    failed: 'Sync failed',
    lastSuccess: (when: string) => `Last synced ${when}.`,
    waiting: (count: number) => `${changes(count)} ${f.plural(count, { one: 'waits', other: 'wait' })}`,
    pendingTitle: 'Waiting to be sent',
    pendingNone: 'Nothing waits to be sent.',
    pendingMore: (count: number) => `… and ${f.number(count)} more.`,
    liked: 'To be liked',
    unliked: 'To be unliked',
    parked: 'Parked',
    attempts: (count: number) => f.plural(count, { one: 'tried once', other: `tried ${f.number(count)} times` }),
    heldTitle: (count: number) => `waifu.im no longer lists ${f.number(count)} of your favorites`,
    heldText:
      'That is unusually many, so nothing was changed. Accept it only if you removed them there yourself; even then they can be restored here.',
    heldAccept: 'Accept the removals',
    done: (pulled: number, pushed: number) =>
      pulled + pushed === 0 ? 'Already in step.' : `In step: ${f.number(pulled)} received, ${f.number(pushed)} sent.`,
    offlineProgress: (done: number, total: number) => `Fetching for offline, ${f.number(done)} of ${f.number(total)}`,
  },
};
