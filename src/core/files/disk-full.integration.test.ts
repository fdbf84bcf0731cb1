import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestLog, openTestStore } from '../store/testing.ts';
import { createPictures } from './create-pictures.ts';
import { createTestHost, landscape, testCodec } from './testing/pictures.ts';

const mount = mkdtempSync(path.join(tmpdir(), 'kabegami-full-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [mount]);
  rmSync(mount, { recursive: true, force: true });
});

/** Takes all that is left, to the last block. */
function fill(): string {
  const ballast = path.join(mount, 'ballast');
  const { bavail, bsize } = statfsSync(mount);
  writeFileSync(ballast, Buffer.alloc(Number(bavail) * Number(bsize)));
  return ballast;
}

describe('a data folder on a disk that fills up (needs the right to mount a small tmpfs)', () => {
  it.skipIf(!mounted)('loses nothing, says what is wrong, makes room by itself, and goes on', async () => {
    const codec = testCodec();
    const host = createTestHost();
    const log = createTestLog();
    let opened = openTestStore(mount);
    const open = () =>
      createPictures({
        folder: mount,
        index: opened.store.files,
        disk: opened.store.disk,
        limitBytes: () => 1e9,
        checkDatabase: opened.store.check,
        fetchPicture: host.fetchPicture,
        codec,
        clock: { now: () => 0 },
        log,
      });
    let pictures = open();
    try {
      const images = await Promise.all(
        Array.from({ length: 6 }, async (_, n) =>
          host.offer(`waifu-im:${n}`, await landscape(n, { width: 600, height: 400, format: 'png' })),
        ),
      );
      opened.store.images.upsert(images);
      const [kept, other, third, ...late] = images;
      expect((await pictures.keep(kept!)).ok).toBe(true);
      expect((await pictures.open(other!, 'full')).ok).toBe(true);
      expect((await pictures.open(third!, 'large')).ok).toBe(true);

      fill();
      for (const image of late)
        expect(await pictures.open(image, 'full')).toMatchObject({ ok: false, error: { code: 'disk_full' } });
      expect(pictures.reserved()).toBe(0);
      // Metadata cannot be written either, or still can: half of it is never there.
      try {
        opened.store.images.upsert(late.map((image) => ({ ...image, tags: ['x'.repeat(50_000)] })));
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^SQLITE_(FULL|IOERR)/) });
      }
      expect(opened.store.check()).toEqual([]);

      // Evicting frees what it can without needing room first.
      expect(await pictures.evict(0)).toBeGreaterThan(0);
      expect(opened.store.images.get(kept!.id)?.cached).toBe(true);
      expect((await pictures.peek(kept!.id, 'full'))?.bytes).toBe(kept!.bytes);
      rmSync(path.join(mount, 'ballast'));

      // There is room again: everything goes on, in this run and in the next.
      expect((await pictures.open(late[0]!, 'full')).ok).toBe(true);
      await pictures.close();
      opened.store.close();
      opened = openTestStore(mount);
      pictures = open();
      expect(await pictures.verify({ repair: false })).toMatchObject({ ok: true, value: { clean: true } });
      expect(readdirSync(path.join(mount, 'incoming'))).toEqual([]);
      expect(opened.store.images.get(kept!.id)?.cached).toBe(true);
      expect((await pictures.open(other!, 'full')).ok).toBe(true);
    } finally {
      await pictures.close();
      opened.store.close();
      await codec.close();
    }
  });
});
