import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunner, environmentForPrograms } from './run.ts';
import { hostilePaths } from './testing/displays.ts';

describe.skipIf(process.platform === 'win32')('createRunner', () => {
  let folder: string;
  const script = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const runner = () =>
    createRunner({
      env: { PATH: `relative:${folder}:/usr/bin:/bin`, KABEGAMI_WAIFU_IM_TOKEN: 'secret', HOME: folder },
      platform: 'linux',
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kabegami-run-'));
    script('say', 'printf "%s\\n" "$@"');
    script('broken', 'echo "no such thing" >&2; exit 3');
    script('stuck', 'exec sleep 60');
    script('vars', 'env');
    writeFileSync(join(folder, 'not-executable'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('passes every argument as it is: nothing is a shell', async () => {
    const said = await runner().run('say', hostilePaths);
    expect(said.ok && said.value.stdout).toBe(hostilePaths.map((path) => `${path}\n`).join(''));
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('says what a failing program said', async () => {
    expect(await runner().run('broken', [])).toEqual({
      ok: false,
      error: { code: 'wallpaper_failed', message: '"broken" failed (exit code 3): no such thing', retryable: false },
    });
  });

  it('says that a program is missing, and finds only executable files in absolute folders of PATH', async () => {
    expect(await runner().run('not-there', [])).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('not installed') as string },
    });
    expect(await runner().which('say')).toBe(join(folder, 'say'));
    expect(await runner().which('not-executable')).toBeNull();
    expect(await runner().which('../say')).toBeNull();
    expect(await createRunner({ env: {}, platform: 'linux' }).which('say')).toBeNull();
  });

  it('ends a program that takes too long', async () => {
    expect(await runner().run('stuck', [], { timeout: 50 })).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('ends a program when the caller gives up, and starts none after that', async () => {
    const abort = new AbortController();
    const running = runner().run('stuck', [], { signal: abort.signal });
    abort.abort();
    expect(await running).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await runner().run('say', [], { signal: abort.signal })).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
  });

  it('gives programs no variable of its own: tokens may be among them', async () => {
    const said = await runner().run('vars', []);
    expect(said.ok && said.value.stdout).not.toContain('secret');
    expect(environmentForPrograms({ A: '1', ELECTRON_RUN_AS_NODE: '1', B: undefined }, 'darwin')).toEqual({ A: '1' });
  });

  it('starts a program that goes on by itself, and stops it', async () => {
    const started = await runner().start('stuck', []);
    if (!started.ok) throw new Error(started.error.message);
    expect(process.kill(started.value, 0)).toBe(true);
    runner().stop(started.value);
    // One that has ended already is no error.
    runner().stop(started.value);
    expect(await runner().start('not-there', [])).toMatchObject({ ok: false });
  });
});
