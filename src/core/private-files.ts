import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Permissions of everything Kabegami keeps: for its owner alone. */
const folderMode = 0o700;
const fileMode = 0o600;

/**
 * Creates a folder (0700 unless said otherwise) and its parents where they are missing; throws the file system's error where one cannot be made.
 * Level by level: Node's own recursive `mkdir` tries for ever where a folder exists and `mkdir` below it says ENOENT, as in `/proc`.
 */
export function makeFolder(folder: string, mode = folderMode): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process was quicker.
    if (!isFolder(folder)) throw error;
  }
}

/**
 * Makes sure that a file is there, empty where it is new, and that nobody else can read it. One that exists is never opened: closing it again
 * would let go of the locks that SQLite holds on it in this process.
 */
export function makePrivateFile(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'wx', mode: fileMode });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    tighten(file);
  }
}

/** Takes the rights of others to a file away, where there are any and the file system knows of such. Never throws. */
export function tighten(file: string): void {
  if (process.platform === 'win32') return;
  try {
    const found = statSync(file);
    if (found.isFile() && (found.mode & 0o077) !== 0) chmodSync(file, found.mode & 0o700);
  } catch {
    // Missing, or somebody else's: whoever opens it next says so.
  }
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
