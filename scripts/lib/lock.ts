import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `action` while holding the lock file `path`, which names its holder's process. Waits for another holder; a file whose process is
 * gone is taken over.
 */
export async function withLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  while (!(await acquire(path))) await sleep(100);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = Number(await readFile(path, 'utf8').catch(() => ''));
  // Empty: its holder is between creating and writing it, or died there; the next look tells.
  if (holder === 0) {
    await sleep(200);
    const again = await readFile(path, 'utf8').catch(() => 'gone');
    if (again === '') await rm(path, { force: true });
    return false;
  }
  if (!isAlive(holder)) await rm(path, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
