import { z } from 'zod';

/** Backups of a library and what is done with them. Paths are absolute and of this machine; sizes are bytes, dates UTC ISO 8601. */

/** How a backup's file name ends. */
export const backupEnding = '.kabegami';

/** Whether the path is absolute is asked where it is used: only there the system is known. */
export const filePath = z.string().min(1).max(4096);

/** What a dialog asks for: a file to write (`name` is proposed), a file to read, or a folder. */
export const placeQuestion = z.object({
  kind: z.enum(['save', 'open', 'folder']),
  title: z.string().min(1).max(200),
  name: z.string().min(1).max(200).nullable().default(null),
  /** Endings of names, without the dot; none: any file. */
  endings: z
    .array(z.string().regex(/^[a-z0-9]{1,20}$/))
    .max(10)
    .default([]),
});

/** Which pictures go into a backup. `pinned`: what is never cleaned up (favorites, collections, downloads, the newest wallpapers). */
export const pictureChoice = z.enum(['none', 'pinned', 'all']);
export type PictureChoice = z.output<typeof pictureChoice>;

const snapshotName = z.string().regex(/^library-v\d{1,6}-[0-9TZ-]{20,30}\.db$/, 'not the name of a snapshot');

/** A backup file, or a copy of the database in the data folder; `latest` is the newest sound one. */
export const backupSource = z.union([
  z.object({ path: filePath }),
  z.object({ snapshot: z.union([z.literal('latest'), snapshotName]) }),
]);
export type BackupSource = z.output<typeof backupSource>;

const amount = z.number().int().min(0);
/** What a library holds, in numbers. */
export const libraryCounts = z.object({
  images: amount,
  /** Full pictures its database knows on disk. */
  files: amount,
  favorites: amount,
  /** Changes the account has yet to be told. */
  outbox: amount,
  collections: amount,
  blocks: amount,
  pools: amount,
  history: amount,
});
export type LibraryCounts = z.output<typeof libraryCounts>;

/** A copy of the database in `backups/`. */
export interface Snapshot {
  readonly name: string;
  readonly at: string;
  readonly bytes: number;
  /** Version of its schema. */
  readonly schema: number;
  /** It is no database, or cut off; whatever else is wrong with it is found when it is used. */
  readonly damaged?: true;
}

/** The library that the last restore replaced. */
export interface KeptLibrary {
  readonly name: string;
  /** When it was replaced. */
  readonly at: string;
}

export interface BackupState {
  /** Newest first. */
  readonly snapshots: readonly Snapshot[];
  /** What the last restore can be undone to. */
  readonly kept: KeptLibrary | null;
  /** There are pictures and no database that knows them: it was lost. */
  readonly lost: boolean;
  /** The last backup that was made here, wherever it is now. */
  readonly last: { readonly path: string; readonly at: string; readonly bytes: number } | null;
  /** The host shows dialogs for choosing files. */
  readonly dialogs: boolean;
}

export interface BackupMade {
  readonly path: string;
  readonly bytes: number;
  readonly counts: LibraryCounts;
  readonly pictures: number;
  /** Picture files that were damaged on this disk: they are not in it. */
  readonly damaged: number;
}

/** What is in a backup, before anything is done with it. */
export interface BackupPreview {
  readonly createdAt: string | null;
  /** The program that made it; null for a snapshot. */
  readonly program: string | null;
  readonly schema: number;
  /** Is it older than this program's schema? It is then brought up to date. */
  readonly older: boolean;
  readonly bytes: number;
  readonly pictures: { readonly choice: PictureChoice; readonly count: number; readonly bytes: number };
  readonly counts: LibraryCounts;
  /** The library that is here now; null where none can be read. */
  readonly here: LibraryCounts | null;
  /** Every member was read and is as it was written. False: only its table of contents was looked at. */
  readonly checked: boolean;
}

export interface Restored {
  readonly counts: LibraryCounts;
  /** Records whose pictures are neither in the backup nor here: they are fetched again when they are next wanted. */
  readonly missing: number;
  /** What came otherwise than it was backed up, as sentences. */
  readonly notes: readonly string[];
  /** Where the library that was replaced is kept. */
  readonly kept: string;
}
