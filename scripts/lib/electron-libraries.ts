import { aptInstall, aptLine, hasApt, isRoot, type PackageName } from './debian.ts';
import { runCaptured } from './processes.ts';

/** The Debian package behind each shared library that Electron needs and a bare system lacks. */
const packageOf: Readonly<Record<string, PackageName>> = {
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libgdk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libgbm.so.1': 'libgbm1',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libcairo.so.2': 'libcairo2',
  'libX11.so.6': 'libx11-6',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXrandr.so.2': 'libxrandr2',
  'libxcb.so.1': 'libxcb1',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libexpat.so.1': 'libexpat1',
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libudev.so.1': 'libudev1',
};

/** The shared libraries `executable` asks for and this system lacks. */
export async function missingLibraries(executable: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const { stdout } = await runCaptured('ldd', [executable]);
  return [...stdout.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? '');
}

/**
 * Makes sure that the system has Electron's libraries: installs them by apt as root on Debian, otherwise answers a sentence with the line to
 * run. Null when all is well.
 */
export async function ensureLibraries(executable: string, say: (line: string) => void): Promise<string | null> {
  const missing = await missingLibraries(executable);
  if (missing.length === 0) return null;
  const packages = [...new Set(missing.map((library) => packageOf[library]).filter((name) => name !== undefined))];
  const lacking = `Electron needs libraries that this system lacks (${missing.join(', ')}).`;
  if (!hasApt() || packages.length === 0) return `${lacking} Install them with your system's package manager.`;
  if (!isRoot()) return `${lacking} Run: sudo ${await aptLine(packages)}`;
  say(lacking);
  const failed = await aptInstall(packages, say);
  if (failed !== null) return `${lacking} ${failed} Run: ${await aptLine(packages)}`;
  const still = await missingLibraries(executable);
  return still.length === 0 ? null : `Electron still lacks ${still.join(', ')} after installing packages for them.`;
}
