import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

const hour = 3_600_000;
/** A program writes its file all the time, but for the while in which it copies the database. */
const idle = { ofTheDead: hour, ofAnybody: 24 * hour } as const;

/** The name under which a file is written before it is there. */
export function unfinishedName(target: string, random: string, pid: number = process.pid): string {
  return `.${path.basename(target)}.${random}.${pid}.part`;
}

/**
 * Removes what killed programs left of the same file: of a process that is gone, and not touched for an hour (it may be another machine's), or not for a day,
 * which is all that older programs, who gave no process, let one tell. Never throws.
 */
export async function clearUnfinished(target: string, now: number): Promise<void> {
  const folder = path.dirname(target);
  const start = `.${path.basename(target)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start)) continue;
    const match = /^[0-9a-f]{12}(?:\.(\d{1,10}))?\.part$/.exec(name.slice(start.length));
    if (match === null) continue;
    const file = path.join(folder, name);
    const found = await lstat(file).catch(() => null);
    if (found?.isFile() !== true) continue;
    const dead = match[1] !== undefined && !isAlive(Number(match[1]));
    if (now - found.mtimeMs > (dead ? idle.ofTheDead : idle.ofAnybody)) await rm(file, { force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
