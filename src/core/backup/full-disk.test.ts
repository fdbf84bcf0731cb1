import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import {
  createTestLibrary,
  dumpLibrary,
  fillLibrary,
  silent,
  verifyLibrary,
  type TestLibrary,
} from './testing/library.ts';

let library: TestLibrary;
let small: string;
let mounted = false;
beforeEach(() => {
  library = createTestLibrary();
  small = path.join(library.outside, 'small');
  mkdirSync(small);
});
afterEach(() => {
  if (mounted) spawnSync('umount', ['-l', small]);
  mounted = false;
  library.remove();
});

function mount(context: TestContext, size: string): void {
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', small]).status === 0;
  if (!mounted) context.skip('This needs the right to mount a small tmpfs.');
}

describe('a full disk', () => {
  it('leaves nothing of a backup, and the one that was there', async (context) => {
    mount(context, '500k');
    fillLibrary(library, 60);
    const store = library.open();
    for (let n = 0; n < 20; n += 1)
      store.settings.remember(
        `filler ${n}`,
        Array.from({ length: 4_000 }, () => Math.random()),
      );
    store.close();
    const before = dumpLibrary(library.folder);
    const target = path.join(small, 'b.kabegami');
    writeFileSync(target, 'the one that was there');
    for (const overwrite of [true, false]) {
      const made = await library
        .backups()
        .create({ path: overwrite ? target : path.join(small, 'c.kabegami'), pictures: 'all', overwrite }, silent);
      expect(made).toMatchObject({ ok: false, error: { code: 'disk_full' } });
    }
    expect(readdirSync(small)).toEqual(['b.kabegami']);
    expect(existsSync(path.join(library.folder, 'backup.work'))).toBe(false);
    expect(dumpLibrary(library.folder)).toEqual(before);
  });

  it('is told before anything is restored or copied', async (context) => {
    mount(context, '30M');
    fillLibrary(library);
    const target = path.join(library.outside, 'b.kabegami');
    await library.backups().create({ path: target, pictures: 'all', overwrite: false }, silent);
    const there = createTestLibrary(path.join(small, 'data'));
    fillLibrary(there, 8);
    const before = dumpLibrary(there.folder);
    expect(await there.backups().restore({ path: target }, silent)).toMatchObject({
      ok: false,
      error: { code: 'disk_full' },
    });
    expect(await there.backups().snapshot()).toMatchObject({ ok: false, error: { code: 'disk_full' } });
    expect(there.carryOut()).toBe('nothing');
    expect(dumpLibrary(there.folder)).toEqual(before);
    expect(await verifyLibrary(there.folder)).toMatchObject({ clean: true, problems: [] });
  });

  it('in the middle of a restore changes nothing', async (context) => {
    fillLibrary(library, 60);
    const target = path.join(library.outside, 'b.kabegami');
    await library.backups().create({ path: target, pictures: 'all', overwrite: false }, silent);
    mount(context, '80M');
    const there = createTestLibrary(path.join(small, 'data'));
    fillLibrary(there, 8);
    const before = dumpLibrary(there.folder);
    // What the look at the disk cannot know: somebody else takes the room meanwhile.
    let filled = false;
    const answer = await there.backups().restore(
      { path: target },
      {
        signal: silent.signal,
        onProgress: () => {
          if (filled) return;
          filled = true;
          spawnSync('dd', ['if=/dev/zero', `of=${path.join(small, 'theirs')}`, 'bs=64k']);
        },
      },
    );
    expect(filled).toBe(true);
    expect(answer).toMatchObject({ ok: false, error: { code: 'disk_full' } });
    expect(there.backups().pending()).toBe(false);
    expect(existsSync(path.join(there.folder, 'restore.staged'))).toBe(false);
    rmSync(path.join(small, 'theirs'));
    expect(dumpLibrary(there.folder)).toEqual(before);
  });
});
