import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settings as settingsSchema, type Settings } from '../../shared/model.ts';
import { cleanUp, type CleanUp } from '../../shared/storage.ts';
import { createEventBus } from '../events.ts';
import type { Codec } from '../files/codec.ts';
import { landscape, openTestPictures, testCodec } from '../files/testing/pictures.ts';
import { createTestLog } from '../store/testing.ts';
import { createCleaningUp } from './clean-up.ts';
import { createLimitKeeper } from './limit-keeper.ts';
import { createUsage } from './usage.ts';

let codec: Codec;
beforeAll(() => {
  codec = testCodec();
});
afterAll(() => codec.close());

const day = 86_400_000;
let now = 100 * day;
let test: ReturnType<typeof openTestPictures>;
beforeEach(() => {
  now = 100 * day;
  test = openTestPictures(codec);
});
afterEach(() => test.close());

/** Five pictures of different sizes, the first used longest ago. */
async function filled(count = 5) {
  const contents = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      landscape(n + 1, { width: 200 + 40 * n, height: 150 + 20 * n, format: 'png' }),
    ),
  );
  const images = contents.map((content, n) => test.host.offer(`waifu-im:${n + 1}`, content));
  test.store.images.upsert(images);
  for (const image of images) expect((await test.pictures.open(image, 'full')).ok).toBe(true);
  // Uses that were noted and not yet written would come later than these.
  test.store.disk.evictable({ after: null, limit: 1 });
  for (const [n, image] of images.entries()) {
    test.store.database
      .prepare('UPDATE file SET used_at = ? WHERE hash = (SELECT file_hash FROM image WHERE id = ?)')
      .run([now - (40 - n) * day, image.id]);
  }
  return images;
}

const cleaningUp = () =>
  createCleaningUp({
    folder: test.folder,
    disk: test.store.disk,
    images: test.store.images,
    pictures: test.pictures,
    gate: { allows: ({ rating }) => rating === 'safe' },
    clock: { now: () => now },
  });
const asked = (more: Partial<CleanUp>): CleanUp => cleanUp.parse(more);
const cachedIds = (): string[] =>
  [1, 2, 3, 4, 5].map((n) => `waifu-im:${n}`).filter((id) => test.store.images.get(id)?.cached === true);
async function previewed(request: CleanUp) {
  const plan = await cleaningUp().preview(request);
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
}
const silently = (): void => undefined;

describe('a clean-up', () => {
  it('removes what was not used for so long, exactly as previewed, and nothing that is kept', async () => {
    await filled();
    test.store.files.keep('waifu-im:2');
    const request = asked({ unusedFor: 38 * day });
    const plan = await previewed(request);
    expect(plan).toMatchObject({ files: 2, parts: [{ kind: 'cache', files: 2, bytes: plan.bytes }], above: 0 });
    expect(plan.examples.map(({ image }) => image.id)).toEqual(['waifu-im:1', 'waifu-im:3']);
    expect(plan.left).toBe(test.store.disk.bytes() - plan.bytes);
    const steps: [number, number | null][] = [];
    const done = await cleaningUp().run(request, plan.plan, (...step) => steps.push(step));
    expect(done).toEqual({ ok: true, value: { files: 2, bytes: plan.bytes, left: plan.left } });
    expect(steps.at(-1)).toEqual([2, 2]);
    expect(cachedIds()).toEqual(['waifu-im:2', 'waifu-im:4', 'waifu-im:5']);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({ ok: true, value: { clean: true } });
    expect(await previewed(request)).toMatchObject({ files: 0, parts: [] });
  });

  it('goes down to a size, and says what stays above it because it is kept', async () => {
    await filled();
    const all = test.store.disk.bytes();
    const toHalf = await previewed(asked({ to: Math.round(all / 2) }));
    expect(toHalf.left).toBeLessThanOrEqual(all / 2);
    expect(toHalf.above).toBe(0);
    for (const n of [4, 5]) test.store.files.keep(`waifu-im:${n}`);
    const plan = await previewed(asked({ to: 10 }));
    expect(plan).toMatchObject({ files: 3, left: test.store.disk.pinnedBytes() });
    expect(plan.above).toBe(plan.left - 10);
    expect(await cleaningUp().run(asked({ to: 10 }), plan.plan, silently)).toMatchObject({ ok: true });
    expect(cachedIds()).toEqual(['waifu-im:4', 'waifu-im:5']);
    expect(await previewed(asked({ to: all * 2 }))).toMatchObject({ files: 0, above: 0 });
  });

  it('does nothing when what was previewed is not what would go now', async () => {
    await filled();
    const request = asked({ to: 0 });
    const plan = await previewed(request);
    test.store.files.keep('waifu-im:1');
    const refused = await cleaningUp().run(request, plan.plan, silently);
    expect(refused).toMatchObject({ ok: false, error: { code: 'plan_changed' } });
    expect(refused.ok ? '' : refused.error.message).toMatch(/^The preview was of 5 files .*; now it would be 4 files/);
    expect(cachedIds()).toHaveLength(5);
    expect(await cleaningUp().run(request, 'nonsense', silently)).toMatchObject({
      ok: false,
      error: { code: 'plan_changed' },
    });
  });

  it('is not stopped by a thumbnail that was made, nor by a use that changed the order', async () => {
    const [first, second] = await filled();
    const request = asked({ to: 0 });
    const plan = await previewed(request);
    expect((await test.pictures.open(first!, 'large')).ok).toBe(true);
    expect((await test.pictures.open(second!, 'full')).ok).toBe(true);
    expect(await cleaningUp().run(request, plan.plan, silently)).toMatchObject({ ok: true, value: { files: 5 } });
    expect(cachedIds()).toEqual([]);
  });

  it('takes leftovers, of pictures and of backups, and leaves what may be somebody’s', async () => {
    const [first] = await filled(2);
    const hash = test.store.files.of(first!.id)!.hash;
    const gone = 'ab'.repeat(32);
    const at = (...parts: string[]): string => path.join(test.folder, ...parts);
    mkdirSync(at('thumbs', '480', 'ab'), { recursive: true });
    mkdirSync(at('backups'), { recursive: true });
    mkdirSync(at('pictures', 'ab'), { recursive: true });
    writeFileSync(at('thumbs', '480', 'ab', `${gone}.webp`), 'x'.repeat(70));
    writeFileSync(at('thumbs', '480', 'ab', 'holiday.webp'), 'not ours');
    writeFileSync(at('incoming', 'old-1.part'), 'x'.repeat(30));
    writeFileSync(at('pictures', 'ab', `${gone}.png`), 'stray');
    writeFileSync(at('backups', 'library-v3-then.db.part'), 'x'.repeat(5));
    writeFileSync(at('backups', 'library-v3-now.db.part'), 'x'.repeat(5));
    writeFileSync(at('backups', 'library-v3-then.db'), 'a backup');
    utimesSync(at('backups', 'library-v3-then.db.part'), (now - day) / 1000, (now - day) / 1000);
    utimesSync(at('backups', 'library-v3-now.db.part'), now / 1000, now / 1000);
    const request = asked({ leftovers: true, backups: true });
    const plan = await previewed(request);
    expect(plan.parts).toEqual([
      { kind: 'leftover', files: 2, bytes: 100 },
      { kind: 'backup', files: 1, bytes: 5 },
    ]);
    expect(await cleaningUp().run(request, plan.plan, silently)).toMatchObject({
      ok: true,
      value: { files: 3, bytes: 105 },
    });
    const left = ['pictures/ab', 'thumbs/480/ab/holiday.webp', 'backups/library-v3-now.db.part'];
    expect(left.map((name) => existsSync(at(name)))).toEqual([true, true, true]);
    expect(existsSync(at('pictures', 'ab', `${gone}.png`))).toBe(true);
    expect(existsSync(at('backups', 'library-v3-then.db'))).toBe(true);
    expect(existsSync(at('thumbs', '480', hash.slice(0, 2), `${hash}.webp`))).toBe(true);
    expect(existsSync(at('incoming', 'old-1.part'))).toBe(false);
  });

  it('names no picture that may not be seen', async () => {
    await filled(2);
    test.store.database.exec("UPDATE image SET rating = 'adult' WHERE id = 'waifu-im:1'");
    const plan = await previewed(asked({ to: 0 }));
    expect(plan.files).toBe(2);
    expect(plan.examples.map(({ image }) => image.id)).toEqual(['waifu-im:2']);
  });

  it('can be cancelled', async () => {
    await filled(2);
    const stop = new AbortController();
    stop.abort();
    expect(await cleaningUp().preview(asked({ to: 0 }), stop.signal)).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
  });
});

describe('usage', () => {
  it('tells every class, what counts, who it is from, and the largest', async () => {
    const images = await filled(3);
    test.store.files.keep('waifu-im:1');
    test.store.database.exec(
      "UPDATE image SET rating = 'adult' WHERE id = 'waifu-im:3'; INSERT INTO favorite (image_id, liked_at) VALUES ('waifu-im:2', 1)",
    );
    for (const [name, bytes] of [
      ['logs/kabegami.log', 40],
      ['backups/library-v1-x.db', 50],
      ['outside/a.png', 60],
      ['composed/b.png', 70],
      ['lost+found/c.png', 80],
    ] as const) {
      mkdirSync(path.dirname(path.join(test.folder, name)), { recursive: true });
      writeFileSync(path.join(test.folder, name), 'x'.repeat(bytes));
    }
    test.store.disk.references.put({ hash: 'c'.repeat(64), edge: 480, bytes: 11 });
    const usage = await createUsage({
      folder: test.folder,
      disk: test.store.disk,
      images: test.store.images,
      gate: { allows: ({ rating }) => rating === 'safe' },
      reserved: () => 7,
      limit: () => 1000,
    })();
    const of = (name: string) => usage.shares.find((share) => share.class === name);
    expect(of('favorite')).toEqual({ class: 'favorite', files: 1, bytes: images[1]!.bytes, limited: true });
    expect(of('kept')).toMatchObject({ files: 1, bytes: images[0]!.bytes });
    expect(of('cache')).toMatchObject({ files: 1, bytes: images[2]!.bytes });
    expect(of('thumbnail')).toMatchObject({ files: 3, limited: true });
    expect(of('incoming')).toMatchObject({ bytes: 7, limited: true });
    expect(['log', 'backup', 'outside', 'composed', 'references', 'lost'].map((name) => of(name))).toEqual([
      { class: 'log', files: 1, bytes: 40, limited: false },
      { class: 'backup', files: 1, bytes: 50, limited: false },
      { class: 'outside', files: 1, bytes: 60, limited: false },
      { class: 'composed', files: 1, bytes: 70, limited: false },
      { class: 'references', files: 1, bytes: 11, limited: true },
      { class: 'lost', files: 1, bytes: 80, limited: false },
    ]);
    expect(of('database')?.bytes).toBeGreaterThan(0);
    expect(usage.used).toBe(test.store.disk.bytes() + 7);
    const limited = usage.shares.filter((share) => share.limited).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(limited).toBe(usage.used);
    expect(usage.pinned + usage.evictable + 7).toBe(usage.used);
    expect(usage.providers).toEqual([
      { provider: 'waifu-im', files: 3, bytes: images.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) },
    ]);
    expect(usage.largest.map(({ image, class: kept }) => [image.id, kept]).sort()).toEqual([
      ['waifu-im:1', 'kept'],
      ['waifu-im:2', 'favorite'],
    ]);
    expect(usage.hidden).toBe(1);
    expect(usage.disk?.total).toBeGreaterThan(0);
  });
});

describe('the keeper of the limit', () => {
  it('evicts at once when the limit is lowered, and says what stands above it', async () => {
    await filled();
    test.store.files.keep('waifu-im:5');
    const events = createEventBus();
    const notices: string[] = [];
    events.subscribe((name, payload) => {
      if (name === 'notice' && 'message' in payload) notices.push(payload.message);
    });
    let settings: Settings = settingsSchema.parse({});
    const set = async (cacheLimitBytes: number): Promise<void> => {
      settings = { ...settings, cacheLimitBytes };
      events.emit('settings.changed', settings);
      await keeper.idle();
    };
    const keeper = createLimitKeeper({
      pictures: test.pictures,
      disk: test.store.disk,
      settings: () => settings,
      events,
      clock: { now: () => now },
      log: createTestLog(),
    });
    keeper.start();
    const all = test.store.disk.bytes();
    await set(all - 1);
    expect(cachedIds()).toEqual(['waifu-im:2', 'waifu-im:3', 'waifu-im:4', 'waifu-im:5']);
    expect(notices).toEqual([]);
    await set(100);
    expect(cachedIds()).toEqual(['waifu-im:5']);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/more than the limit of 100 bytes\. They stay, and nothing more is fetched/);
    // Every picture of a page finds no room: that is said once.
    for (let n = 0; n < 5; n += 1) keeper.full({ code: 'quota_full', message: 'No room.', retryable: false });
    expect(notices).toHaveLength(1);
    await set(200);
    for (let n = 0; n < 5; n += 1) keeper.full({ code: 'quota_full', message: 'No room.', retryable: false });
    expect(notices).toHaveLength(2);
    await keeper.stop();
    await set(1e9);
  });
});
