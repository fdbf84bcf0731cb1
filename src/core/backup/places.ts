import path from 'node:path';
import { namesIn } from '../names-in.ts';

/** Where backups and restores put things in the data folder. */
export interface Places {
  readonly folder: string;
  readonly database: string;
  readonly snapshots: string;
  /** What is being made; cleared away at the start. */
  readonly work: string;
  /** A library that is being made ready to take the place of the current one. */
  readonly staged: string;
  /** Written once `staged` is complete: from then on the restore is carried out, whatever happens. */
  readonly journal: string;
}

export const stagedName = 'restore.staged';
const keptPrefix = 'before-restore-';

export function createPlaces(folder: string): Places {
  return {
    folder,
    database: path.join(folder, 'library.db'),
    snapshots: path.join(folder, 'backups'),
    work: path.join(folder, 'backup.work'),
    staged: path.join(folder, stagedName),
    journal: path.join(folder, 'restore.json'),
  };
}

/** The name of the folder that keeps the library a restore at this time replaces. */
export function keptName(at: number): string {
  return keptPrefix + new Date(at).toISOString().replace(/[:.]/g, '-');
}

export function isKeptName(name: string): boolean {
  return /^before-restore-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/.test(name);
}

export function keptAt(name: string): string {
  const [, day = '', hours, minutes, seconds, thousandths] =
    /^before-restore-(.{10})T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z$/.exec(name) ?? [];
  return `${day}T${hours}:${minutes}:${seconds}.${thousandths}Z`;
}

/** The folders of replaced libraries, oldest first. */
export function keptFolders(folder: string): readonly string[] {
  return namesIn(folder).filter(isKeptName).sort();
}
