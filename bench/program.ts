import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startDesk, type Desk } from '../e2e/fixtures/desk.ts';
import { askOwner } from '../e2e/fixtures/owner.ts';
import { cliFile, root, sandbox } from '../e2e/fixtures/programs.ts';
import { startServers } from '../e2e/servers/index.ts';
import { findElectron } from '../scripts/lib/electron-runtime.ts';

/** The built program, running on services and a desktop of its own. */
export interface Program {
  readonly env: NodeJS.ProcessEnv;
  /** Its data folder. */
  readonly data: string;
  readonly process: ChildProcess;
}

/** Runs the built program (`npm run build` first) on an X server of its own with feh and thirty pictures on its disk, for as long as `work` takes. */
export async function withProgram(host: string, work: (program: Program) => Promise<void>): Promise<void> {
  const servers = await startServers({ limits: 'off', pictures: 60 });
  const desk = await startDesk();
  const folder = await mkdtemp(join(tmpdir(), 'kabegami-bench-'));
  try {
    const data = join(folder, 'data');
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    const env = environment(folder, data, desk, {
      KABEGAMI_WAIFU_IM_URL: servers.waifuIm.url,
      KABEGAMI_YIFF_REST_URL: servers.yiffRest.url,
    });
    const started = start(host, env);
    const ended = new Promise<void>((resolve) => started.once('exit', () => resolve()));
    try {
      await answers(data);
      await furnish(data);
      await work({ env, data, process: started });
    } finally {
      started.kill('SIGTERM');
      await ended;
    }
  } finally {
    await desk.close();
    await servers.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function environment(folder: string, data: string, desk: Desk, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    LANG: 'C.UTF-8',
    KABEGAMI_HOME: data,
    ...more,
    ...(desk.display === null ? {} : { DISPLAY: desk.display }),
  };
}

function start(host: string, env: NodeJS.ProcessEnv): ChildProcess {
  if (host === 'browser') return spawn(process.execPath, [cliFile, 'serve'], { env, stdio: 'ignore' });
  const runtime = findElectron();
  if (runtime === null) throw new Error('There is no Electron runtime here: "npm test" fetches one.');
  return spawn(runtime.executable, [...(sandbox ? [] : ['--no-sandbox']), root, '--hidden'], { env, stdio: 'ignore' });
}

/** Until somebody answers for the data folder. */
async function answers(data: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await askOwner(data, 'settings.get', {});
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await wait(100);
    }
  }
}

/** Enough pictures on the disk that a change needs no network. */
async function furnish(data: string): Promise<void> {
  const filter = { orientation: 'landscape', minWidth: 1920, minHeight: 1080 } as const;
  const { images } = await askOwner(data, 'browse', { filter: { provider: 'waifu-im', ...filter }, cursor: null });
  for (const { id } of images.slice(0, 30)) await askOwner(data, 'image.download', { id });
  await askOwner(data, 'rotation.set', { patch: { pool: 'library', everyMinutes: null, on: true } });
}
