import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './modern-node.mjs';

export interface Demo {
  /** What the program needs to know to use the demo's services and a library of its own. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface Announcement {
  readonly waifuIm: { readonly url: string };
  readonly yiffRest: { readonly url: string };
}

/** Starts the two services on this machine, with generated pictures, and a data folder that is not the user's. */
export async function startDemo(say: (line: string) => void): Promise<Demo> {
  const home = join(root, '.cache', 'demo');
  await mkdir(home, { recursive: true });
  say(`The demo: two services on this machine with generated pictures; its library is ${home}.`);

  const child = spawn(process.execPath, [join(root, 'e2e', 'servers', 'main.ts')], {
    cwd: root,
    // Ctrl-C is for the program; the services stop after it.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  const stopAtOnce = (): void => void child.kill('SIGKILL');
  process.once('exit', stopAtOnce);

  const line = await new Promise<string | null>((resolve) => {
    const lines = createInterface({ input: child.stdout });
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
    child.once('error', () => resolve(null));
  });
  if (line === null) throw new Error('The services of the demo did not start (e2e/servers/main.ts).');
  const announced = JSON.parse(line) as Announcement;
  return {
    env: {
      KABEGAMI_HOME: home,
      KABEGAMI_WAIFU_IM_URL: announced.waifuIm.url,
      KABEGAMI_YIFF_REST_URL: announced.yiffRest.url,
    },
    stop: async () => {
      await stop();
      process.off('exit', stopAtOnce);
    },
  };
}
