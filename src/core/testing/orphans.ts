import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The child processes of `pid`, where the system tells (Linux). */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/**
 * Waits until these processes have ended. The codec of a killed program ends by itself, but some milliseconds later: a person cannot start the
 * program again as fast as a test can look at what the killed one left.
 */
export async function ended(pids: readonly number[]): Promise<void> {
  for (const pid of pids) while (isRunning(pid)) await sleep(5);
}

function isRunning(pid: number): boolean {
  try {
    // After the name in parentheses: the state; Z is one that has ended and that nobody has asked about.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
