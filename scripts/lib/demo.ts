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

  const services = (await startServices(fixedPorts)) ?? (await startServices([]));
  if (services === null) throw new Error('The services of the demo did not start (e2e/servers/main.ts).');
  return {
    env: {
      KABEGAMI_HOME: home,
      KABEGAMI_WAIFU_IM_URL: services.announced.waifuIm.url,
      KABEGAMI_YIFF_REST_URL: services.announced.yiffRest.url,
    },
    stop: services.stop,
  };
}

/** The same ones each time, because the demo's library remembers addresses of pictures; any others where these are taken. */
const fixedPorts = ['--waifu-im-port', '47611', '--yiff-rest-port', '47612', '--pictures-port', '47613'];

async function startServices(
  ports: readonly string[],
): Promise<{ readonly announced: Announcement; readonly stop: () => Promise<void> } | null> {
  const child = spawn(process.execPath, [join(root, 'e2e', 'servers', 'main.ts'), ...ports], {
    cwd: root,
    // Ctrl-C is for the program; the services stop after it. They also end with their stdin, should this process be killed.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
    if (!complaint.includes('EADDRINUSE')) process.stderr.write(text);
  });
  const line = await new Promise<string | null>((resolve) => {
    const lines = createInterface({ input: child.stdout });
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
    child.once('error', () => resolve(null));
  });
  if (line === null) return null;
  return {
    announced: JSON.parse(line) as Announcement,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
