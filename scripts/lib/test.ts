import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildIfStale } from './build.ts';
import { check } from './check.ts';
import { aptInstall, aptLine, hasApt, isRoot, missingPackages } from './debian.ts';
import { ensureLibraries } from './electron-libraries.ts';
import { ensureElectron } from './electron-runtime.ts';
import { root } from './modern-node.mjs';
import { runInherited } from './processes.ts';
import {
  addSummary,
  closingLine,
  emptySummary,
  fromPlaywright,
  fromVitest,
  readSummary,
  type Summary,
} from './summary.ts';

const say = (line: string): void => console.log(line);
const reports = join(root, '.cache', 'reports');

/** What the tests use of a desktop, by its Debian package. */
const packages = [
  ...['chromium', 'fonts-dejavu-core', 'fonts-noto-cjk'],
  ...['xvfb', 'xauth', 'x11-apps', 'x11-utils', 'x11-xserver-utils', 'xdotool', 'imagemagick', 'feh', 'dbus', 'procps'],
  ...['xfdesktop4', 'xfconf'],
  ...['dconf-cli', 'dconf-gsettings-backend', 'gsettings-desktop-schemas', 'libglib2.0-bin'],
  ...['sway', 'swaybg', 'grim'],
];

/**
 * `npm test [-- check|integration|e2e …]`: everything, or the named parts. The last line is `N passed, M failed, K skipped` over all suites.
 */
export async function main(args: string[]): Promise<number> {
  const wants = (part: string): boolean => args.length === 0 || args.includes(part);
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  const whole = emptySummary();
  const fail = (what: string): void => void whole.failed.push(what);

  if (wants('integration') || wants('e2e')) await ensurePackages();
  if (wants('check')) {
    title('Types, lint, format, unit tests');
    addSummary(whole, await check());
  }
  if (wants('integration') || wants('e2e')) {
    title('Build');
    const built = await buildIfStale({ say });
    if (built.ok) say(built.rebuilt ? 'Built.' : 'Up to date.');
    else {
      say(built.message);
      fail('the build');
    }
    if (built.ok && wants('integration')) {
      title('Integration and slow tests');
      addSummary(whole, await integration());
    }
    if (built.ok && wants('e2e')) {
      title('End to end: the browser host in Chromium, the desktop host in Electron');
      const electron = await electronForTests();
      if (electron !== null) fail(`Electron: ${electron}`);
      addSummary(whole, await endToEnd());
    }
  }

  title('Summary');
  for (const { name, reason } of whole.skipped) say(`skipped  ${name}: ${reason}`);
  for (const name of whole.failed) say(`FAILED   ${name}`);
  say(closingLine(whole));
  return whole.failed.length === 0 ? 0 : 1;
}

async function ensurePackages(): Promise<void> {
  if (process.platform !== 'linux') return;
  if (!hasApt()) {
    say(`This is not Debian. For all tests, install what these Debian packages hold: ${packages.join(' ')}`);
    return;
  }
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  if (!isRoot()) {
    say(`Some tests will be skipped. For all of them, run first: sudo ${await aptLine(missing)}`);
    return;
  }
  const failed = await aptInstall(missing, say);
  if (failed !== null) say(`${failed} Some tests will be skipped. For all of them, run: ${await aptLine(missing)}`);
}

async function integration(): Promise<Summary> {
  const report = join(reports, 'integration.json');
  const code = await runInherited(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...['--project', 'integration', '--project', 'slow', '--passWithNoTests'],
      ...['--reporter', 'default', '--reporter', './scripts/lib/vitest-summary-reporter.ts'],
    ],
    { cwd: root, env: { ...process.env, KABEGAMI_SUMMARY: report } },
  );
  return readSummary('integration tests', report, code, fromVitest);
}

async function electronForTests(): Promise<string | null> {
  const electron = await ensureElectron(say);
  if (!electron.ok) return electron.message;
  say(`Electron ${electron.runtime.version} (from ${electron.runtime.from}).`);
  return ensureLibraries(electron.runtime.executable, say);
}

async function endToEnd(): Promise<Summary> {
  const report = join(reports, 'e2e.json');
  const code = await runInherited(
    process.execPath,
    [join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '--reporter', 'list,json'],
    { cwd: root, env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report } },
  );
  return readSummary('end-to-end tests', report, code, fromPlaywright);
}

function title(text: string): void {
  say(`\n== ${text}`);
}
