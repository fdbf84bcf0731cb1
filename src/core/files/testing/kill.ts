import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { childrenOf, ended } from '../../testing/orphans.ts';
import { createTestLog, openTestStore } from '../../store/testing.ts';
import type { Codec } from '../codec.ts';
import { createPictures } from '../create-pictures.ts';
import { createTestHost } from './pictures.ts';

/**
 * Kills (SIGKILL) a program that fetches, thumbnails and evicts, `runs` times at different instants, in one and the same data folder. Each time the
 * library must verify clean without any repair.
 */
export async function killAndVerify(runs: number, codec: Codec): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-killed-'));
  try {
    for (let run = 0; run < runs; run += 1) {
      await runAndKill(folder, run % 3, (run * 23) % 97);
      const { store } = openTestStore(folder);
      const pictures = createPictures({
        folder,
        index: store.files,
        disk: store.disk,
        limitBytes: () => 1e9,
        checkDatabase: store.check,
        fetchPicture: createTestHost().fetchPicture,
        codec,
        clock: { now: () => 0 },
        log: createTestLog(),
      });
      const report = await pictures.verify({ repair: false });
      await pictures.close();
      store.close();
      expect(report, `run ${run}`).toMatchObject({ ok: true, value: { clean: true, problems: [] } });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends `after` ms into the work that follows `rounds` of it. */
function runAndKill(folder: string, rounds: number, after: number): Promise<void> {
  const child = fork(new URL('./killed-downloader.ts', import.meta.url), [folder], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let orphans: readonly number[] = [];
  const kill = (): void => {
    orphans = childrenOf(child.pid ?? 0);
    child.kill('SIGKILL');
  };
  return new Promise((resolve) => {
    child.on('message', (round: number) => {
      if (round === rounds) setTimeout(kill, after);
    });
    child.on('exit', () => resolve(ended(orphans)));
  });
}
