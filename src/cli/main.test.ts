import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-main-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

const environment = () => ({ PATH: process.env['PATH'], KABEGAMI_HOME: folder, KABEGAMI_KEYRING: 'off' });

function start(...args: readonly string[]) {
  return spawn(process.execPath, [main, ...args], { env: environment() });
}

async function finished(child: ReturnType<typeof start>) {
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { out, error, code };
}

// Whole processes: quick on an idle machine, not on a busy one.
describe('the command itself', { timeout: 60_000 }, () => {
  it('answers one document, and takes turns with others on the same folder', async () => {
    const both = await Promise.all([
      finished(start('settings', 'get', 'theme', '--json')),
      finished(start('settings', 'get', 'theme', '--json')),
    ]);
    for (const { out, error, code } of both) {
      expect([JSON.parse(out), error, code]).toEqual([{ ok: true, value: { theme: 'system' } }, '', 0]);
    }
    expect(await readdir(folder)).not.toContain('owner.sock');
  });

  it('does not mind a reader who leaves', async () => {
    const child = start('settings', 'get');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).not.toBeNull();
    expect(await text(child.stderr)).toBe('');
  });

  it.skipIf(process.platform !== 'linux')('ends with 1 when its answer cannot be written', async () => {
    for (const args of [['settings', 'get', '--json'], ['--help']]) {
      const full = await open('/dev/full', 'w');
      const child = spawn(process.execPath, [main, ...args], {
        env: environment(),
        stdio: ['ignore', full.fd, 'pipe'],
      });
      const [error, [code]] = await Promise.all([
        text(child.stderr!),
        once(child, 'close') as Promise<[number | null]>,
      ]);
      await full.close();
      expect([error, code]).toEqual(['kabegami: The answer could not be written (ENOSPC).\n', 1]);
    }
  });

  it('serves until it is told to stop, and lets the folder go', async () => {
    const child = start('serve', '--json');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { value } = JSON.parse(String(line)) as { value: { url: string } };
    expect((await fetch(value.url, { redirect: 'manual' })).status).toBe(303);
    const other = await finished(start('settings', 'set', 'theme', 'dark', '--json'));
    expect(other.code).toBe(0);
    const second = await finished(start('serve', '--json'));
    expect(JSON.parse(second.out)).toMatchObject({ ok: false, error: { code: 'data_folder_in_use' } });
    child.kill('SIGTERM');
    expect(((await once(child, 'close')) as [number | null])[0]).toBe(0);
    expect(await readdir(folder)).not.toContain('owner.sock');
  });
});
