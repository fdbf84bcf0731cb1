import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale } from './build.ts';
import { isRoot } from './debian.ts';
import { startDemo, type Demo } from './demo.ts';
import { ensureLibraries } from './electron-libraries.ts';
import { ensureElectron, type ElectronRuntime } from './electron-runtime.ts';
import { root } from './modern-node.mjs';
import { handOnSignals, runInherited } from './processes.ts';

const say = (line: string): void => console.error(line);

/**
 * `npm start [-- --demo] [--browser] [--no-sandbox] [arguments of the program]`: the desktop program where there is a desktop and an Electron
 * to run it; otherwise the same program in the browser, saying why and where.
 */
export async function main(args: string[]): Promise<number> {
  const own = (name: string): boolean => args.includes(name);
  const rest = args.filter((argument) => argument !== '--demo' && argument !== '--browser');

  const built = await buildIfStale({ say });
  if (!built.ok) {
    say(built.message);
    return 1;
  }

  let demo: Demo | null = null;
  try {
    if (own('--demo')) demo = await startDemo(say);
    const env = { ...process.env, ...demo?.env };
    // Set by terminals inside Electron programs; it would turn ours into a plain Node.
    delete env['ELECTRON_RUN_AS_NODE'];

    const host = await chooseHost({ browser: own('--browser'), sandbox: !own('--no-sandbox') });
    if (host.kind === 'desktop') return await runDesktop(host.runtime, rest, env);
    say(host.why);
    const serve = ['serve', ...rest.filter((argument) => argument !== '--no-sandbox')];
    return await runInherited(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...serve], { env });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await demo?.stop();
  }
}

type Host =
  { readonly kind: 'desktop'; readonly runtime: ElectronRuntime } | { readonly kind: 'browser'; readonly why: string };

async function chooseHost(asked: { readonly browser: boolean; readonly sandbox: boolean }): Promise<Host> {
  const inBrowser = (why: string): Host => ({ kind: 'browser', why: `${why} Kabegami runs in the browser instead.` });
  if (asked.browser) return { kind: 'browser', why: 'Kabegami runs in the browser, as asked.' };
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
      return inBrowser('There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).');
    }
    if (isRoot() && asked.sandbox) {
      return inBrowser(
        'You are root, and Electron does not run as root with its sandbox on. Start Kabegami as an ordinary user, or, if this is a ' +
          'throw-away machine, give the sandbox up yourself with "npm start -- --no-sandbox".',
      );
    }
  }
  const electron = await ensureElectron(say);
  if (!electron.ok) return inBrowser(electron.message);
  const lacking = await ensureLibraries(electron.runtime.executable, say);
  if (lacking !== null) return inBrowser(lacking);
  return { kind: 'desktop', runtime: electron.runtime };
}

function runDesktop(runtime: ElectronRuntime, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  say(`Kabegami on Electron ${runtime.version} (from ${runtime.from}).`);
  const switches = args.filter((argument) => argument === '--no-sandbox');
  const own = args.filter((argument) => argument !== '--no-sandbox');
  return new Promise((resolve) => {
    const child = spawn(runtime.executable, [...switches, root, ...own], {
      env,
      stdio: ['inherit', 'inherit', 'pipe'],
    });
    const letGo = handOnSignals(child);
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => {
      process.stderr.write(text);
      complaint = (complaint + text.toString()).slice(-10_000);
    });
    child.on('error', (error) => {
      say(`${runtime.executable} cannot be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code, signal) => {
      letGo();
      if (code !== 0 && /sandbox/i.test(complaint) && /SUID|namespace/i.test(complaint)) say(sandboxHelp(runtime));
      resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1));
    });
  });
}

function sandboxHelp({ executable }: ElectronRuntime): string {
  const helper = join(executable, '..', 'chrome-sandbox');
  return (
    'This system forbids unprivileged user namespaces, which Electron builds its sandbox from. Let it use its own helper instead:\n' +
    `  sudo chown root ${helper} && sudo chmod 4755 ${helper}\n` +
    'or run Kabegami in the browser: npm start -- --browser'
  );
}
