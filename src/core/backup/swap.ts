import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Log } from '../ports.ts';
import { makeFolder } from '../private-files.ts';
import { chooseDriver } from '../store/driver.ts';
import { settleDatabase } from '../store/database-copies.ts';
import { createPlaces, isKeptName, keptFolders, stagedName, type Places } from './places.ts';

/** What a library is made of; the database comes first. */
export const libraryParts = ['library.db', 'pictures', 'thumbs', 'outside'] as const;
export type LibraryPart = (typeof libraryParts)[number];

const journalSchema = z.object({
  version: z.literal(1),
  /** Folders in the data folder: the library that comes, and where the one that goes is kept. */
  staged: z.string().refine((name) => name === stagedName || isKeptName(name)),
  kept: z.string().refine(isKeptName),
  parts: z.array(z.enum(libraryParts)).min(1),
});
export type Journal = z.output<typeof journalSchema>;

/**
 * Promises a restore: `staged` is whole and on the disk, and holds every one of `parts`. From here on the restore is carried out, by this process or by the next one
 * that opens the data folder.
 */
export function promiseRestore(places: Places, journal: Omit<Journal, 'version'>): void {
  const text = JSON.stringify({ version: 1, ...journal } satisfies Journal);
  const unfinished = `${places.journal}.part`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  sync(unfinished);
  renameSync(unfinished, places.journal);
  syncFolder(places.folder);
}

export function pendingRestore(places: Places): Journal | null {
  try {
    const parsed = journalSchema.safeParse(JSON.parse(readFileSync(places.journal, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Beside a library that was replaced: which of its parts were. */
const partsName = 'parts.json';

/** What has to be swapped to undo the restore that replaced the library in this folder. */
export function keptParts(folder: string): readonly LibraryPart[] {
  try {
    const parsed = journalSchema.shape.parts.safeParse(JSON.parse(readFileSync(path.join(folder, partsName), 'utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // It was written before anything was moved; without it, what is there tells.
  }
  return partsIn(folder);
}

function partsIn(folder: string): readonly LibraryPart[] {
  return libraryParts.filter((part) => existsSync(path.join(folder, part)));
}

/**
 * Called when nothing has the data folder's database open, before it is opened: carries a promised restore out, or clears away what an attempt left that came to
 * nothing. A kill between any two steps leaves a state from which the next call goes on: a part that is still staged has not been put in place, and one that is not
 * has. Throws what the file system throws, after putting everything back; the promise is then taken back too.
 */
export function carryOutRestore(folder: string, log: Log): 'restored' | 'nothing' {
  const places = createPlaces(folder);
  const journal = pendingRestore(places);
  rmSync(places.work, { recursive: true, force: true });
  if (journal === null) {
    rmSync(places.staged, { recursive: true, force: true });
    for (const file of [places.journal, `${places.journal}.part`]) rmSync(file, { force: true });
    // A killed process may not have come to it.
    removeOthers(folder, keptFolders(folder).at(-1));
    return 'nothing';
  }
  const staged = path.join(folder, journal.staged);
  const kept = path.join(folder, journal.kept);
  try {
    makeFolder(kept);
    writeFileSync(path.join(kept, partsName), JSON.stringify(journal.parts), { mode: 0o600 });
    for (const part of journal.parts) swap({ part, folder, staged, kept });
  } catch (error) {
    log.error('A restore could not be carried out', { error: String(error) });
    for (const part of [...journal.parts].reverse()) unswap({ part, folder, staged, kept });
    rmSync(places.journal, { force: true });
    removeIfEmpty(kept);
    throw error;
  }
  for (const changed of [kept, folder]) syncFolder(changed);
  rmSync(staged, { recursive: true, force: true });
  rmSync(places.journal, { force: true });
  syncFolder(folder);
  removeOthers(folder, journal.kept);
  log.info('A restored library took its place', { kept: journal.kept, parts: journal.parts });
  return 'restored';
}

/** One undo: what earlier restores replaced goes. */
function removeOthers(folder: string, kept: string | undefined): void {
  for (const name of keptFolders(folder)) {
    if (name !== kept) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

interface Move {
  readonly part: LibraryPart;
  readonly folder: string;
  readonly staged: string;
  readonly kept: string;
}

function swap({ part, folder, staged, kept }: Move): void {
  const comes = path.join(staged, part);
  const here = path.join(folder, part);
  if (!existsSync(comes)) return;
  if (part === 'library.db' && existsSync(here)) {
    // What a killed process left in the log belongs to the database that goes. Left behind, it would ruin the one that comes.
    settleDatabase(chooseDriver(), here);
    if (existsSync(`${here}-wal`)) renameSync(`${here}-wal`, path.join(kept, `${part}-wal`));
    rmSync(`${here}-shm`, { force: true });
  }
  if (existsSync(here)) renameSync(here, path.join(kept, part));
  // A log without its database, which was lost: nothing can be done with it but to keep it.
  if (part === 'library.db' && existsSync(`${here}-wal`)) renameSync(`${here}-wal`, path.join(kept, `${part}-wal`));
  renameSync(comes, here);
}

/** The other way round. Goes as far as it can: what stays in `kept` is not lost. */
function unswap({ part, folder, staged, kept }: Move): void {
  const here = path.join(folder, part);
  const came = path.join(staged, part);
  const gone = path.join(kept, part);
  try {
    if (existsSync(here) && !existsSync(came)) renameSync(here, came);
    if (existsSync(gone) && !existsSync(here)) renameSync(gone, here);
    if (part === 'library.db' && existsSync(`${gone}-wal`)) renameSync(`${gone}-wal`, `${here}-wal`);
  } catch {
    // The error that led here is the one to tell.
  }
}

function removeIfEmpty(folder: string): void {
  try {
    if (partsIn(folder).length === 0) rmSync(folder, { recursive: true, force: true });
  } catch {
    // It is listed as a kept library then, which does no harm.
  }
}

/** Every part must be staged: an empty one stands for none. */
export function completeParts(staged: string, parts: readonly LibraryPart[]): void {
  for (const part of parts) {
    const place = path.join(staged, part);
    if (existsSync(place)) continue;
    if (part === 'library.db') writeFileSync(place, '', { mode: 0o600 });
    else mkdirSync(place, { mode: 0o700 });
  }
}

function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Not every system lets a folder be synced; those keep their names by other means. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP')))
      throw error;
  } finally {
    closeSync(handle);
  }
}
