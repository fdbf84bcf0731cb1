import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../shared/rpc.ts';
import { systemClock } from '../clock.ts';
import { unwritable } from '../prepare-data-folder.ts';
import { createFakeCore, fakeSettings } from '../testing/fake-core.ts';
import { takeLock } from './lock.ts';
import { claimDataFolder, claimForLong, type ClaimOptions, type Ownership } from './ownership.ts';
import { secureSocketFolder } from './secure-socket-folder.ts';
import { socketPath } from './socket-path.ts';

let folder: string;
const held: Ownership[] = [];
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-own-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(held.splice(0).map((ownership) => ownership.release()));
  await rm(folder, { recursive: true, force: true });
});

const options = (more: Partial<ClaimOptions> = {}): ClaimOptions => ({
  folder,
  host: 'terminal',
  version: '0.1.0',
  clock: systemClock,
  ...more,
});

async function own(more: Partial<ClaimOptions> = {}): Promise<Ownership> {
  const claim = await claimDataFolder(options(more));
  if (!claim.ok || claim.value.kind !== 'owner') throw new Error(`not the owner: ${JSON.stringify(claim)}`);
  held.push(claim.value);
  return claim.value;
}

const core = () => createFakeCore({ 'settings.get': fakeSettings });

/** Another process that takes the lock, says so, and holds it until it is killed. */
async function rival(): Promise<{ readonly said: string; readonly child: ChildProcess }> {
  const script = `
    const { takeLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    const lock = takeLock(${JSON.stringify(folder)});
    console.log(lock.ok ? (lock.value === null ? 'taken' : 'mine') : 'error');
    globalThis.keep = lock;
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { said: line, child };
}

describe('takeLock', () => {
  it('is held by one at a time and free again after release', () => {
    const first = takeLock(folder);
    expect(first).toMatchObject({ ok: true });
    expect(takeLock(folder)).toEqual({ ok: true, value: null });
    if (first.ok) first.value?.release();
    const again = takeLock(folder);
    expect(again.ok && again.value !== null).toBe(true);
    if (again.ok) again.value?.release();
  });

  it('goes to exactly one of several processes that start at once, and back when that one is killed', async () => {
    const rivals = await Promise.all([rival(), rival(), rival()]);
    expect(rivals.map(({ said }) => said).sort()).toEqual(['mine', 'taken', 'taken']);
    expect(takeLock(folder)).toEqual({ ok: true, value: null });
    const owner = rivals.find(({ said }) => said === 'mine');
    const exited = once(owner?.child ?? process, 'exit');
    owner?.child.kill('SIGKILL');
    await exited;
    const lock = takeLock(folder);
    expect(lock.ok && lock.value !== null).toBe(true);
    if (lock.ok) lock.value?.release();
  });

  it('says that the disk is full (needs the right to mount a small tmpfs)', async (context) => {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', folder]).status !== 0) return context.skip();
    try {
      await writeFile(path.join(folder, 'much'), Buffer.alloc(40 * 1024)).catch(() => {});
      expect(takeLock(folder)).toMatchObject({ ok: false, error: { code: 'disk_full' } });
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  });

  it.each(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])('takes %s for a full disk, not for a lack of rights', (code) => {
    const told = unwritable(folder, Object.assign(new Error('database or disk is full'), { code }));
    expect(told.code).toBe('disk_full');
    expect(told.message).not.toContain('access');
  });

  it('says what to do about a lock file that is something else', async () => {
    await writeFile(path.join(folder, 'owner.lock'), 'not a lock '.repeat(1000));
    expect(takeLock(folder)).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable' } });
  });
});

describe('claimDataFolder', () => {
  it('makes the second one a guest who speaks to the owner', async () => {
    const owner = await own({ host: 'desktop' });
    expect(await owner.listen(core())).toMatchObject({ ok: true });
    const second = await claimDataFolder(options());
    expect(second).toMatchObject({ ok: true, value: { kind: 'guest', owner: { host: 'desktop', pid: process.pid } } });
    if (!second.ok || second.value.kind !== 'guest') return;
    const client = createClient(second.value.channel);
    expect(await client.call('settings.get', {})).toEqual(fakeSettings());
    client.close();
  });

  it('waits for an owner that is just starting', async () => {
    const owner = await own();
    const second = claimDataFolder(options());
    await owner.listen(core());
    const claim = await second;
    expect(claim).toMatchObject({ ok: true, value: { kind: 'guest' } });
    if (claim.ok && claim.value.kind === 'guest') claim.value.channel.close();
  });

  it('becomes the owner when the first one goes, and leaves nothing behind', async () => {
    const first = await own();
    await first.listen(core());
    await first.release();
    const second = await own();
    await second.listen(core());
    await second.release();
    expect(await readdir(folder)).toEqual(['owner.lock']);
  });

  it('closes the core before it lets the folder go', async () => {
    const first = await own();
    await first.release(() => {
      expect(takeLock(folder)).toEqual({ ok: true, value: null });
      return Promise.resolve();
    });
    const lock = takeLock(folder);
    expect(lock.ok && lock.value !== null).toBe(true);
    if (lock.ok) lock.value?.release();
  });

  it('is not confused by a socket that a crash left', async () => {
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(path.join(folder, 'owner.sock'), resolve));
    const owner = await own();
    expect(await owner.listen(core())).toMatchObject({ ok: true });
    const guest = await claimDataFolder(options());
    expect(guest).toMatchObject({ ok: true, value: { kind: 'guest' } });
    if (guest.ok && guest.value.kind === 'guest') guest.value.channel.close();
    left.close();
  });

  it('finishes what others have asked for, but does not wait for what never ends', async () => {
    let asked = (): void => undefined;
    const begun = new Promise<void>((resolve) => (asked = resolve));
    let aborted = false;
    const endless = createFakeCore({
      'settings.get': (_input, { signal }) =>
        new Promise((resolve) => {
          asked();
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(fakeSettings());
          });
        }),
    });
    const timers: { readonly ms: number; readonly action: () => void }[] = [];
    const clock = {
      ...systemClock,
      after: (ms: number, action: () => void) => {
        timers.push({ ms, action });
        return () => undefined;
      },
    };
    const owner = await own({ clock });
    await owner.listen(endless);
    const guest = await claimDataFolder(options());
    if (!guest.ok || guest.value.kind !== 'guest') throw new Error('not a guest');
    const client = createClient(guest.value.channel);
    const answer = client.call('settings.get', {});
    await begun;
    let coreClosed = false;
    const released = owner.release(() => Promise.resolve(void (coreClosed = true)), { drain: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect([aborted, coreClosed]).toEqual([false, false]);
    expect(timers.map(({ ms }) => ms)).toEqual([120_000]);
    timers[0]?.action();
    await released;
    expect(await answer).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect([aborted, coreClosed]).toEqual([true, true]);
  });

  it('names an owner that does not answer', async () => {
    await own({ host: 'browser' });
    const claim = await claimDataFolder(options({ patienceMs: 0 }));
    expect(claim).toMatchObject({ ok: false, error: { code: 'data_folder_in_use', retryable: true } });
    if (!claim.ok) expect(claim.error.message).toContain(`process ${process.pid}`);
  });

  it('refuses a folder that cannot be one', async () => {
    await writeFile(path.join(folder, 'file'), '');
    expect(await claimDataFolder(options({ folder: path.join(folder, 'file') }))).toMatchObject({
      ok: false,
      error: { code: 'data_folder_unwritable' },
    });
  });

  it('gives exactly one owner when many claim at once', async () => {
    const claims = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const claim = await claimDataFolder(options());
        if (claim.ok && claim.value.kind === 'owner') {
          held.push(claim.value);
          await claim.value.listen(core());
        }
        return claim;
      }),
    );
    const kinds = claims.map((claim) => (claim.ok ? claim.value.kind : claim.error.code));
    expect(kinds.filter((kind) => kind === 'owner')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'guest')).toHaveLength(7);
    for (const claim of claims) if (claim.ok && claim.value.kind === 'guest') claim.value.channel.close();
  });
});

describe('claimForLong', () => {
  it('waits for a terminal command to end', async () => {
    const command = await own();
    await command.listen(core());
    const long = claimForLong(options({ host: 'desktop' }));
    await command.release();
    const claim = await long;
    expect(claim).toMatchObject({ ok: true, value: { kind: 'owner' } });
    if (claim.ok) held.push(claim.value);
  });

  it('says who is there when that one stays', async () => {
    const owner = await own({ host: 'browser' });
    await owner.listen(core());
    const claim = await claimForLong(options({ host: 'desktop' }));
    expect(claim).toMatchObject({ ok: false, error: { code: 'data_folder_in_use' } });
    if (!claim.ok) expect(claim.error.message).toContain('kabegami serve');
  });
});

describe('socketPath', () => {
  it('is in the data folder, or where it is short enough', () => {
    expect(socketPath('/home/u/k', 'linux')).toBe('/home/u/k/owner.sock');
    const deep = `/home/${'long/'.repeat(30)}`;
    expect(socketPath(deep, 'linux', '/tmp', '1000')).toMatch(/^\/tmp\/kabegami-1000\/[0-9a-f]{16}\.sock$/);
    expect(socketPath(deep, 'linux', deep, '1000')).toMatch(/^\/tmp\/kabegami-1000\//);
    expect(socketPath('C:\\k', 'win32', 'C:\\t', 'A B')).toMatch(/^\\\\\.\\pipe\\kabegami-A_B-[0-9a-f]{16}$/);
    const limit = `/${'x'.repeat(107 - '/owner.sock'.length - 1)}`;
    expect(Buffer.byteLength(socketPath(limit, 'linux'))).toBe(107);
    expect(socketPath(limit, 'darwin', '/tmp', '1')).toMatch(/^\/tmp\/kabegami-1\//);
  });

  it('works for a data folder whose path is too long for a socket', async () => {
    const deep = path.join(folder, 'long'.repeat(30));
    await mkdir(deep);
    const owner = await own({ folder: deep });
    expect(await owner.listen(core())).toMatchObject({ ok: true });
    expect(((await stat(path.dirname(socketPath(deep, process.platform)))).mode & 0o777).toString(8)).toBe('700');
    const guest = await claimDataFolder(options({ folder: deep }));
    expect(guest).toMatchObject({ ok: true, value: { kind: 'guest' } });
    if (guest.ok && guest.value.kind === 'guest') guest.value.channel.close();
  });

  it('does not put its socket where others may write', async () => {
    const open = path.join(folder, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    expect(await secureSocketFolder(path.join(open, 'a.sock'), '/elsewhere')).toMatchObject({
      ok: false,
      error: { code: 'data_folder_unwritable' },
    });
    expect(await secureSocketFolder(path.join(folder, 'new', 'a.sock'), '/elsewhere')).toMatchObject({ ok: true });
  });
});
