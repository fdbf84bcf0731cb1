import type { KeepClass, StorageClass } from '../../shared/storage.ts';
import { createFormat } from './format.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;
const files = (count: number): string => `${f.number(count)} ${f.plural(count, { one: 'file', other: 'files' })}`;

const classes: Readonly<Record<StorageClass, string>> = {
  favorite: 'Favorites',
  collection: 'Collections',
  wallpaper: 'Wallpapers and history',
  kept: 'Downloads',
  cache: 'Seen, not kept',
  thumbnail: 'Thumbnails',
  incoming: 'Being fetched',
  composed: 'Made for your displays',
  references: 'Thumbnails of pictures in your folders',
  outside: 'Wallpapers set by others',
  lost: 'Found and set aside',
  database: 'Library',
  backup: 'Library backups',
  replaced: 'Library before a restore',
  log: 'Log',
};
const reasons: Readonly<Record<KeepClass, string>> = {
  favorite: 'stays: a favorite',
  collection: 'stays: in a collection',
  wallpaper: 'stays: a wallpaper',
  kept: 'stays: downloaded',
  cache: 'not kept',
};

/** English: where the disk goes, and cleaning up. */
export const enStorage = {
  storage: {
    usage: 'Where your disk goes',
    failed: 'Storage could not be read',
    used: (used: number, limit: number) => `${f.bytes(used)} of ${f.bytes(limit)}`,
    over: (bytes: number) =>
      `${f.bytes(bytes)} above the limit, because it is kept. Nothing more is fetched until you raise the limit or let go of something.`,
    classes,
    reasons,
    share: (name: string, count: number, bytes: number) => `${name}: ${f.bytes(bytes)}, ${files(count)}`,
    files,
    bytes: (bytes: number) => f.bytes(bytes),
    room: 'Free under the limit',
    besides: 'Beside the limit',
    disk: (free: number) => `${f.bytes(free)} free on this disk`,
    providers: 'By service',
    noProvider: 'Of no picture known',
    local: 'Local pictures',
    largest: 'Largest pictures',
    hidden: (count: number) => `${f.number(count)} not shown by your content setting`,
    open: (subject: string) => `Open ${subject}`,
    limit: {
      custom: 'Another limit',
      title: 'Lower the limit?',
      would: (count: number, bytes: number) =>
        `${pictures(count)} that you did not keep, ${f.bytes(bytes)}, will be removed now, those not looked at for longest first. They can be fetched again.`,
      above: (bytes: number) =>
        ` What you keep is ${f.bytes(bytes)} more than that: it stays, and nothing more will be fetched.`,
      nothing: 'Nothing has to go for that.',
      action: 'Lower the limit',
    },
    history: {
      title: 'History keeps its pictures',
      hint: 'The newest entries of the wallpaper history stay on this disk, so that you can go back without a network.',
      entries: (count: number) => (count === 0 ? 'No more than what is shown' : `The last ${f.number(count)}`),
    },
    clean: {
      row: 'Clean up',
      hint: 'Pictures that you did not keep, and leftovers. Favorites, collections, wallpapers and downloads always stay.',
      open: 'Clean up …',
      title: 'Clean up',
      which: 'Pictures that are not kept',
      options: {
        none: 'None',
        month: 'Not looked at for 30 days',
        week: 'Not looked at for 7 days',
        all: 'All',
      },
      leftovers: 'Thumbnails and downloads that nothing needs',
      looking: 'Looking …',
      nothing: 'Nothing to clean up.',
      would: (bytes: number) => `${f.bytes(bytes)} will be removed.`,
      parts: {
        cache: (count: number, bytes: number) =>
          `${pictures(count)} not kept, with their thumbnails, ${f.bytes(bytes)}`,
        leftover: (count: number, bytes: number) =>
          `${f.number(count)} ${f.plural(count, { one: 'leftover', other: 'leftovers' })}, ${f.bytes(bytes)}`,
        backup: (count: number, bytes: number) => `${files(count)} of unfinished backups, ${f.bytes(bytes)}`,
      },
      examples: 'First to go',
      action: 'Remove',
      working: (done: number, total: number | null) =>
        total === null ? 'Removing …' : `Removing, ${f.number(done)} of ${f.number(total)}`,
      done: (bytes: number) => `Removed: ${f.bytes(bytes)} free again.`,
    },
  },
};
