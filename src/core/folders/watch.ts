import { watch, type FSWatcher } from 'node:fs';
import { opendir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../ports.ts';

/** Changes within this many milliseconds are looked at together; after a long scan, more of them. */
const settleFor = 1_000;
/** Where the system tells nothing of a folder (network file systems), it is looked through this often (ms). */
const lookAgainEvery = 10 * 60_000;
/** Folders watched for one that is named; the system has a limit of its own for all programs together. */
const mostWatched = 20_000;

export interface Watch {
  /** Watches folders that came since, and lets go of those that went. */
  refresh(): Promise<void>;
  stop(): void;
}

/**
 * Tells when something in a folder has changed. Where the system watches whole trees (Windows, macOS) it is asked to; on Linux each folder is watched,
 * which costs one watch a folder: Node's own recursive watching there takes one a file, and reads the tree on the main thread.
 * `limited` hears, once, that not everything can be watched; the folder is then looked through now and then.
 */
export function createWatch(parts: {
  readonly root: string;
  readonly recursive: boolean;
  readonly platform: NodeJS.Platform;
  readonly clock: Pick<Clock, 'after'>;
  readonly changed: () => void;
  readonly limited: (reason: 'too_many' | 'unsupported') => void;
  /** Of the last scan (ms): changes are gathered for as long. */
  readonly lastScanTook: () => number;
}): Watch {
  const { root, recursive, platform, clock, changed, limited } = parts;
  const whole = platform === 'win32' || platform === 'darwin';
  const watchers = new Map<string, FSWatcher>();
  let stopped = false;
  let cancelSettle: (() => void) | null = null;
  let cancelLook: (() => void) | null = null;
  let told = false;

  const soon = (): void => {
    if (stopped) return;
    cancelSettle ??= clock.after(Math.min(60_000, settleFor + parts.lastScanTook()), () => {
      cancelSettle = null;
      changed();
    });
  };
  const lookNowAndThen = (reason: 'too_many' | 'unsupported'): void => {
    if (!told) limited(reason);
    told = true;
    cancelLook ??= clock.after(lookAgainEvery, () => {
      cancelLook = null;
      changed();
      if (!stopped) lookNowAndThen(reason);
    });
  };

  /** Answers whether more can be watched. */
  function add(folder: string): boolean {
    if (watchers.has(folder)) return true;
    try {
      const watcher = watch(folder, { persistent: false, recursive: whole && recursive }, soon);
      watchers.set(folder, watcher);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(folder);
        soon();
      });
      return true;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      // Gone again, or not to be read: its parent tells when that changes.
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM') return true;
      lookNowAndThen(code === 'ENOSPC' || code === 'EMFILE' ? 'too_many' : 'unsupported');
      return false;
    }
  }

  return {
    async refresh() {
      if (stopped) return;
      const there = new Set([root]);
      if (!add(root)) return;
      if (!whole && recursive) {
        for await (const folder of foldersBelow(root)) {
          if (stopped) return;
          there.add(folder);
          if (there.size > mostWatched) {
            lookNowAndThen('too_many');
            break;
          }
          if (!add(folder)) break;
        }
        for (const [folder, watcher] of watchers) {
          if (there.has(folder)) continue;
          watcher.close();
          watchers.delete(folder);
        }
      }
    },
    stop() {
      stopped = true;
      cancelSettle?.();
      cancelLook?.();
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

async function* foldersBelow(root: string): AsyncGenerator<string> {
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      for await (const entry of await opendir(folder)) {
        if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
        const below = path.join(folder, entry.name);
        waiting.push(below);
        yield below;
      }
    } catch {
      // Gone meanwhile, or not to be read.
    }
  }
}
