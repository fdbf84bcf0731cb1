import type { BackupMade, LibraryCounts, PictureChoice } from '../../shared/backup.ts';
import type { ListCounts, ListsExported, ListsImported, PicturesExported } from '../../shared/transfer.ts';
import { createFormat } from './format.ts';

const f = createFormat('en');
const counted = (count: number, one: string, other: string): string =>
  `${f.number(count)} ${f.plural(count, { one, other })}`;
const pictures = (count: number): string => counted(count, 'picture', 'pictures');
const lists = ({ favorites, collections, blocks, pools, searches }: ListCounts): string =>
  f.list([
    counted(favorites, 'favorite', 'favorites'),
    counted(collections, 'collection', 'collections'),
    counted(blocks, 'block', 'blocks'),
    counted(pools, 'pool', 'pools'),
    counted(searches, 'saved search', 'saved searches'),
  ]);

/** English: backups, restoring, export and import in Settings. */
export const enBackup = {
  backup: {
    title: 'Backup',
    choose: 'Choose …',
    place: 'Whole path of a file',
    folder: 'Whole path of a folder',
    notWhole: (ending: string | null) => {
      const name = ending === null ? 'Pictures' : `backup.${ending}`;
      return `Write the whole path, such as /home/you/${name} or C:\\${name}, and not ~/${name}.`;
    },
    stop: 'Cancel',
    percent: (done: number, total: number | null) =>
      total === null || total === 0 ? '' : f.percent(Math.min(1, done / total)),
    create: {
      title: 'Back up now',
      hint: (last: { at: string; bytes: number; path: string } | null) =>
        last === null
          ? 'No backup was made yet. Secrets are never in it.'
          : `Last: ${f.dateTime(last.at)}, ${f.bytes(last.bytes)}, ${last.path}`,
      action: 'Back up',
      working: 'Backing up …',
      which: 'Pictures in it',
      choices: { none: 'No pictures', pinned: 'Kept ones', all: 'All' } satisfies Record<PictureChoice, string>,
      choiceHints: {
        none: 'Favorites, collections and everything else, without picture files.',
        pinned: 'Favorites, collections, downloads and the newest wallpapers.',
        all: 'Every picture on this disk.',
      } satisfies Record<PictureChoice, string>,
      done: ({ bytes, pictures: count, damaged }: BackupMade) =>
        `Backed up: ${f.bytes(bytes)}, ${pictures(count)}.` +
        (damaged > 0 ? ` ${pictures(damaged)} left out, because they are damaged: check all files above.` : ''),
    },
    replace: {
      title: 'Replace this file?',
      text: (path: string) => `${path} is there already. What is in it now will be gone.`,
      action: 'Replace it',
    },
    restore: {
      title: 'Restore',
      hint: 'The library that is here now is kept, so that you can go back.',
      action: 'Look at it …',
      inspecting: 'Looking …',
      working: 'Restoring …',
      dialog: 'Restore this backup?',
      made: (at: string, ago: string, program: string | null) =>
        `Made ${f.dateTime(at)} (${ago})${program === null ? ', a snapshot of the database' : ` by Kabegami ${program}`}.`,
      older: 'It is of an older version and is brought up to date.',
      pictures: (choice: PictureChoice, count: number, bytes: number) =>
        choice === 'none'
          ? 'No pictures are in it; those on this disk are taken over.'
          : `${pictures(count)} in it, ${f.bytes(bytes)}.`,
      inIt: 'In it',
      here: 'Here now',
      unknown: '—',
      rows: {
        images: 'Images known',
        files: 'Pictures',
        favorites: 'Favorites',
        outbox: 'Changes to sync',
        collections: 'Collections',
        blocks: 'Never again',
        pools: 'Pools',
        history: 'Wallpapers shown',
      } satisfies Record<keyof LibraryCounts, string>,
      confirm: 'Restore',
      restored: 'The library was restored.',
    },
    snapshots: {
      title: 'Snapshots',
      hint: 'The database is copied every day and before every update.',
      none: 'None yet.',
      show: (count: number) => counted(count, 'snapshot', 'snapshots'),
      restore: 'Restore …',
      restoreNamed: (at: string) => `Restore the snapshot of ${f.dateTime(at)}`,
      at: (at: string) => f.dateTime(at),
      bytes: (bytes: number) => f.bytes(bytes),
    },
    kept: {
      title: 'The library before the last restore',
      hint: (at: string) => `Replaced ${f.dateTime(at)}.`,
      undo: 'Put it back',
      undoTitle: 'Put the library before the restore back?',
      undoText: 'The one that is here now is kept instead.',
      forget: 'Remove',
      forgetTitle: 'Remove the library before the restore?',
      forgetText: 'You cannot go back to it after that.',
    },
    lost: {
      text: 'The database of this library was lost, and a new one begun. The newest snapshot can be put back.',
      action: 'Look at the newest snapshot',
    },
    pictures: {
      title: 'Export pictures',
      hint: 'Copies into a folder, by artist, with what is known of each beside it. Nothing there is overwritten.',
      which: 'Which pictures',
      choices: { favorites: 'Favorites', all: 'All on this disk' },
      action: 'Export',
      working: 'Exporting …',
      done: ({ exported, same, missing, hidden, bytes }: PicturesExported) =>
        [
          `Exported ${pictures(exported)}, ${f.bytes(bytes)}.`,
          same > 0 ? `${pictures(same)} there already.` : '',
          missing > 0 ? `${pictures(missing)} not on this disk.` : '',
          hidden > 0 ? `${f.number(hidden)} hidden by your content setting.` : '',
        ]
          .filter(Boolean)
          .join(' '),
    },
    lists: {
      title: 'Export lists',
      hint: 'Favorites, collections, blocks, pools and saved searches as one JSON file.',
      action: 'Export',
      importTitle: 'Import lists',
      importHint: 'Adds what such a file holds; nothing here is changed.',
      importAction: 'Import',
      exported: (counts: ListsExported) =>
        `Exported ${lists(counts)}.` +
        (counts.leftOut > 0
          ? ` ${f.number(counts.leftOut)} images left out: local, or hidden by your content setting.`
          : ''),
      imported: (counts: ListsImported) => [`Added ${lists(counts)}.`, ...counts.notes].join(' '),
    },
  },
};
