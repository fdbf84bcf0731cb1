import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Codec } from '../../files/codec.ts';
import { childrenOf, ended } from '../../testing/orphans.ts';
import { openFolderWorld, tinyPng, valueOf } from './world.ts';

export interface KilledImport {
  readonly files: number;
  readonly kills: number;
  readonly mode: 'copy' | 'reference';
  readonly random: () => number;
  readonly log?: (line: string) => void;
}

/**
 * Brings a folder of real files in and is killed (SIGKILL) again and again at random points. After each kill the library must verify clean without any repair; in the end
 * every picture is there once.
 */
export async function killAndResume(
  codec: Codec,
  { files, kills, mode, random, log = () => undefined }: KilledImport,
): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), 'kabegami-import-'));
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'kabegami-imported-'));
  try {
    for (let n = 0; n < files; n += 1) {
      const folder = path.join(root, `part ${n % 20}`);
      if (n < 20) mkdirSync(folder);
      writeFileSync(path.join(folder, `${n}.png`), tinyPng(n));
    }
    let there = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      // Some of what is left, and at any instruction of the page that is then under way.
      const share = ((files - there) * random() * 1.6) / (kills - kill + 1);
      await runAndKill([dataFolder, root, mode], Math.floor(share), Math.floor(random() * 60));
      const world = openFolderWorld(codec, { dataFolder, root });
      expect(valueOf(await world.pictures.verify({ repair: false })), `kill ${kill}`).toMatchObject({
        clean: true,
        problems: [],
      });
      there = world.store.stats().images;
      log(`kill ${kill + 1}: ${there} of ${files} in, clean`);
      await world.close();
    }
    expect(there, 'the last kill was in the middle').toBeLessThan(files);
    const world = openFolderWorld(codec, { dataFolder, root });
    const id = await world.add({ mode });
    await world.scan(id);
    expect(world.store.folders.counts(id)).toEqual({ pictures: files, missing: 0, failed: 0, adult: 0 });
    expect(world.store.stats()).toMatchObject({ images: files, files: mode === 'copy' ? files : 0 });
    for (let n = 0; n < files; n += Math.ceil(files / 50))
      expect(world.at(`part ${n % 20}/${n}.png`), String(n)).toMatchObject({ cached: true });
    expect(await world.scan(id)).toMatchObject({ found: files, added: 0, changed: 0, failed: 0, missing: 0 });
    expect(valueOf(await world.pictures.verify({ repair: false }))).toMatchObject({ clean: true, problems: [] });
    await world.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** Ends `after` ms into the work that follows `done` pictures. */
function runAndKill(args: readonly string[], done: number, after: number): Promise<void> {
  const child = fork(new URL('./killed-import.ts', import.meta.url), [...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let orphans: readonly number[] = [];
  let armed = false;
  const kill = (): void => {
    orphans = childrenOf(child.pid ?? 0);
    child.kill('SIGKILL');
  };
  return new Promise((resolve) => {
    child.on(
      'message',
      (message: { readonly done?: number; readonly total?: number | null; readonly ended?: boolean }) => {
        if (message.ended !== undefined) return kill();
        if (armed || message.total === null || (message.done ?? 0) < done) return;
        armed = true;
        setTimeout(kill, after);
      },
    );
    child.on('exit', () => resolve(ended(orphans)));
  });
}
