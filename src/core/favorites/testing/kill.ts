import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServers, tokens } from '../../../../e2e/servers/index.ts';
import { childrenOf, ended } from '../../testing/orphans.ts';
import { createRealEngine } from './real-engine.ts';

export interface KillReport {
  readonly runs: number;
  /** Runs after which the library did not verify clean, or favorites or files were missing, in words. */
  readonly broken: readonly string[];
  /** How far the killed programs came, all together. */
  readonly requests: number;
  readonly files: number;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Kills (SIGKILL) a program in the middle of flush, pull and download, `runs` times in one and the same data folder, while the service's list changes too.
 * Each time the library must verify clean without repair and still have each favorite's file; at the end both sides must agree.
 */
export async function killSyncs(runs: number): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-killed-sync-'));
  const servers = await startServers({ pictures: 24, limits: 'off', waifuIm: { images: 200 } });
  const broken: string[] = [];
  let kept = new Map<string, string>();
  try {
    const safe = servers.waifuIm.images.filter((image) => image.adult === false).map((image) => image.id);
    servers.waifuIm.setFavorites(safe.slice(0, Math.floor(safe.length / 2)));
    const ours = safe.slice(-20).map((id) => `waifu-im:${id}`);
    for (let run = 0; run < runs; run++) {
      const other = safe[run % (safe.length - 20)] ?? 0;
      if (run % 2 === 0) servers.waifuIm.addFavorite(other);
      else servers.waifuIm.removeFavorite(other);
      const requests = (): number => servers.waifuIm.requests.length + servers.pictures.requests.length;
      const enough = requests() + 1 + ((run * 7) % 23);
      await runAndKill(
        [folder, servers.waifuIm.url, tokens.owner, rotate(ours, run).join(',')],
        () => requests() >= enough,
        (run * 13) % 40,
      );

      const engine = await createRealEngine({ folder, waifuImUrl: servers.waifuIm.url, log: quiet });
      const report = await engine.pictures.verify({ repair: false });
      if (!report.ok || !report.value.clean) broken.push(`run ${run}: ${JSON.stringify(report)}`);
      const now = new Map<string, string>();
      for (const { id, cached } of engine.store.favorites.walk(null, 10_000)) {
        const file = cached ? await engine.pictures.peek(id, 'full') : null;
        if (file !== null) now.set(id, file.hash);
        if (kept.has(id) && file === null) broken.push(`run ${run}: the file of ${id} is gone`);
      }
      kept = now;
      await engine.close();
    }
    const engine = await createRealEngine({ folder, waifuImUrl: servers.waifuIm.url, log: quiet });
    for (let round = 0; round < 2; round++) await engine.favorites.sync({ acceptRemovals: true }, () => undefined);
    const here = engine.store.favorites.walk(null, 10_000).map(({ id }) => id);
    const there = servers.waifuIm.favorites().map((id) => `waifu-im:${id}`);
    if ([...here].sort().join() !== [...there].sort().join())
      broken.push(`in the end there are ${here.length} favorites here and ${there.length} there`);
    await engine.close();
    return { runs, broken, requests: servers.waifuIm.requests.length, files: kept.size };
  } finally {
    await servers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

/** Kills the program `after` ms after it has come as far as `enough` says. */
function runAndKill(args: readonly string[], enough: () => boolean, after: number): Promise<void> {
  const child = fork(new URL('./killed-sync.ts', import.meta.url), [...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let ours = false;
    let orphans: readonly number[] = [];
    const watch = setInterval(() => {
      if (!enough()) return;
      clearInterval(watch);
      setTimeout(() => {
        ours = true;
        orphans = childrenOf(child.pid ?? 0);
        child.kill('SIGKILL');
      }, after);
    }, 2);
    child.on('exit', (code) => {
      clearInterval(watch);
      if (ours) resolve(ended(orphans));
      else reject(new Error(`The program ended by itself (${code}).`));
    });
  });
}
