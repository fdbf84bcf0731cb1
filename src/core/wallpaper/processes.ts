import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from './run.ts';

/** A program that runs in this graphical session. */
export interface SessionProcess {
  readonly pid: number;
  /** The program's name, as in `ps`: at most 15 characters on Linux. */
  readonly name: string;
  readonly args: readonly string[];
}

/** The programs of this user that run on the same display or Wayland socket; with `named`, only those whose name it accepts, which is much quicker. */
export type ListProcesses = (named?: (name: string) => boolean) => Promise<readonly SessionProcess[]>;

/**
 * Reads /proc. Processes of other users and of other sessions (another DISPLAY, another WAYLAND_DISPLAY or runtime folder) are left out:
 * a desktop that runs elsewhere on this machine says nothing about this one. Elsewhere than on Linux the list is empty.
 */
export function createListProcesses({
  env,
  proc = '/proc',
}: {
  readonly env: Env;
  readonly proc?: string;
}): ListProcesses {
  return async (named = () => true) => {
    let entries: string[];
    try {
      entries = await readdir(proc);
    } catch {
      return [];
    }
    const found = await Promise.all(
      entries.filter((name) => /^\d+$/.test(name)).map((pid) => readProcess(proc, pid, env, named)),
    );
    return found.filter((process) => process !== null);
  };
}

async function readProcess(
  proc: string,
  pid: string,
  env: Env,
  named: (name: string) => boolean,
): Promise<SessionProcess | null> {
  try {
    const folder = join(proc, pid);
    // Some microseconds each, where hundreds of reads by way of the thread pool would be milliseconds.
    const name = readFileSync(join(folder, 'comm'), 'utf8').trimEnd();
    if (!named(name)) return null;
    const environment = parseEnvironment(await readFile(join(folder, 'environ'), 'utf8'));
    if (!sameSession(environment, env)) return null;
    const commandLine = await readFile(join(folder, 'cmdline'), 'utf8');
    if (commandLine === '') return null;
    return { pid: Number(pid), name, args: commandLine.replace(/\0$/, '').split('\0') };
  } catch {
    // Gone meanwhile, or another user's.
    return null;
  }
}

function sameSession(theirs: ReadonlyMap<string, string>, ours: Env): boolean {
  const same = (name: string): boolean => (theirs.get(name) ?? '') === (ours[name] ?? '');
  if (ours['WAYLAND_DISPLAY']) return same('WAYLAND_DISPLAY') && same('XDG_RUNTIME_DIR');
  if (ours['DISPLAY']) return displayNumber(theirs.get('DISPLAY')) === displayNumber(ours['DISPLAY']);
  return same('DBUS_SESSION_BUS_ADDRESS');
}

/** `:0` and `:0.0` are one display. */
function displayNumber(display: string | undefined): string {
  return (display ?? '').replace(/\.\d+$/, '');
}

function parseEnvironment(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const),
  );
}
