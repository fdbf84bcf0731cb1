import { existsSync } from 'node:fs';
import { runCaptured, runInherited, which } from './processes.ts';

/** True on Debian and what is made from it. */
export function hasApt(): boolean {
  return existsSync('/etc/debian_version') && which('apt-get') !== null && which('dpkg-query') !== null;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** A package, or its names in different releases (Debian 13 and Ubuntu 24.04 renamed libraries to …t64), newest first. */
export type PackageName = string | readonly string[];

/** Those of `packages` that are not installed. */
export async function missingPackages(packages: readonly PackageName[]): Promise<PackageName[]> {
  const names = packages.flatMap((entry) => entry);
  const asked = await runCaptured('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names]);
  const installed = new Set(
    asked.stdout
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  );
  return packages.filter((entry) => [entry].flat().every((name) => !installed.has(name)));
}

/** The line a person would type. */
export async function aptLine(packages: readonly PackageName[]): Promise<string> {
  return `apt-get install -y --no-install-recommends ${(await resolveNames(packages)).join(' ')}`;
}

/** Installs packages by apt, as root. Answers null, or what failed. */
export async function aptInstall(
  packages: readonly PackageName[],
  say: (line: string) => void,
): Promise<string | null> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300'];
  const updated = await runCaptured('apt-get', [...quiet, 'update'], { env });
  if (updated.code !== 0)
    say(`"apt-get update" failed (${lastLine(updated.output)}); going on with the lists at hand.`);
  const names = await resolveNames(packages);
  say(`Installing ${names.join(' ')} …`);
  const args = [...quiet, 'install', '-y', '--no-install-recommends', ...names];
  const code = await runInherited('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return code === 0 ? null : `"apt-get install" ended with exit code ${code}.`;
}

async function resolveNames(packages: readonly PackageName[]): Promise<string[]> {
  const names: string[] = [];
  for (const entry of packages) {
    if (typeof entry === 'string') names.push(entry);
    else names.push((await firstKnown(entry)) ?? entry[0] ?? '');
  }
  return [...new Set(names)];
}

async function firstKnown(names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const shown = await runCaptured('apt-cache', ['show', '--no-all-versions', name]);
    if (shown.code === 0 && shown.stdout.startsWith('Package:')) return name;
  }
  return null;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
