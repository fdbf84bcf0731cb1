import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import { createContentGate } from '../catalog/gate.ts';
import { createEdits, type Edits } from '../edits/edits.ts';
import { createEventBus } from '../events.ts';
import type { Codec } from '../files/codec.ts';
import { signatureLength } from '../files/look.ts';
import { silentLog } from '../testing/fake-core.ts';
import { openTestStore, testImage } from '../store/testing.ts';
import { createDuplicates, type Duplicates } from './create-duplicates.ts';

/** A picture looks as its file's name says: those of one letter are the same to the eye, `x1` and `x1` to the pixel. */
const looks = new Map<ImageId, string>();
/** The same of pictures that stay in their folders. */
const originals = new Map<ImageId, string>();
let test: ReturnType<typeof openTestStore>;
let adult: boolean;
let told: string[];
let compared: string[];
let broken: boolean;
let edits: Edits;
let duplicates: Duplicates;
let timers: (() => void)[];

const codec: Pick<Codec, 'looks' | 'compare'> = {
  looks: ({ sources }) =>
    Promise.resolve(
      broken
        ? fail(appError('internal', 'The decoder could not be started.'))
        : ok(
            sources.map((source) =>
              source === 'unreadable'
                ? null
                : source.charCodeAt(0).toString(16).padStart(2, '0').repeat(signatureLength),
            ),
          ),
    ),
  compare: ({ pairs }) => {
    compared.push(...pairs.map(({ one, other }) => `${one} ${other}`));
    return Promise.resolve(
      ok(
        pairs.map(({ one, other }) =>
          one === other
            ? { overall: 0.01, most: 0.1, hue: 0.5 }
            : one[0] === other[0]
              ? { overall: 0.1, most: 2, hue: 2 }
              : { overall: 0.9, most: 90, hue: 60 },
        ),
      ),
    );
  },
};

beforeEach(() => {
  test = openTestStore();
  adult = false;
  told = [];
  compared = [];
  broken = false;
  timers = [];
  looks.clear();
  originals.clear();
  const events = createEventBus();
  events.subscribe((name, payload) => {
    if ('images' in payload)
      for (const { id, blocked } of payload.images) told.push(`${id} ${blocked ? 'away' : 'there'}`);
    else told.push(name);
  });
  edits = createEdits({ store: test.store, events, now: () => test.clock.time });
  duplicates = createDuplicates({
    store: test.store,
    codec,
    pictures: {
      peek: (id) => {
        const path = looks.get(id);
        return Promise.resolve(path === undefined ? null : { path, contentType: 'image/png', bytes: 1, hash: id });
      },
    },
    original: (id) => Promise.resolve(originals.get(id) ?? null),
    gate: createContentGate(() => ({ adultContent: adult })),
    adult: () => adult,
    edits,
    events,
    clock: {
      now: () => test.clock.time,
      after: (_ms, action) => {
        timers.push(action);
        return () => void timers.splice(timers.indexOf(action), 1);
      },
    },
    log: silentLog,
    favoritesChanged: () => void told.push('favorites'),
  });
});
afterEach(async () => {
  await duplicates.stop();
  test.close();
});

let serial = 0;
function add(
  id: ImageId,
  look: string,
  more: Partial<Parameters<typeof testImage>[0]> & { readonly hash64?: string } = {},
): void {
  const { hash64, ...image } = more;
  serial += 1;
  test.store.images.upsert([testImage({ hash: null, ...image, id })]);
  test.store.files.attach(
    id,
    {
      hash: hash64 ?? serial.toString(16).padStart(64, '0'),
      bytes: image.bytes ?? 1000,
      extension: image.extension ?? 'jpg',
      width: image.width ?? 1920,
      height: image.height ?? 1080,
    },
    { dominantColor: null, hash: null },
  );
  looks.set(id, look);
}
const scan = () => duplicates.scan(() => undefined, new AbortController().signal);
const list = () => duplicates.list({ cursor: null, limit: 50, sure: false });

describe('duplicates', () => {
  it('are found across services, with the one to keep and why', async () => {
    add('waifu-im:1', 'a1', { width: 960, height: 540 });
    add('yiff-rest:1', 'a2', { extension: 'png' });
    add('waifu-im:2', 'q1');
    expect(await scan()).toEqual(ok({ compared: 3, changed: true }));
    expect(list()).toMatchObject({
      total: 1,
      next: null,
      hidden: 0,
      scan: { running: false, files: 3, compared: 3 },
      groups: [
        {
          best: 'yiff-rest:1',
          why: ['larger', 'lossless'],
          sure: false,
          members: [
            { image: { id: 'yiff-rest:1' }, distance: 0 },
            { image: { id: 'waifu-im:1' }, distance: expect.any(Number), file: { width: 960 } },
          ],
        },
      ],
    });
    // Nothing is compared twice; what comes later is compared with what is there.
    compared = [];
    expect(await scan()).toEqual(ok({ compared: 0, changed: false }));
    add('local:x', 'a3', { extension: 'png', width: 3840, height: 2160 });
    expect(await scan()).toMatchObject({ value: { compared: 1 } });
    expect(compared).toHaveLength(2);
    expect(list().groups[0]).toMatchObject({ best: 'local:x', members: [{}, {}, {}] });
  });

  it('know the same content under several names, and the same pixels in two formats', async () => {
    add('waifu-im:1', 'a1', { hash64: 'e'.repeat(64) });
    add('yiff-rest:1', 'a1', { hash64: 'e'.repeat(64) });
    add('waifu-im:2', 'b1', { extension: 'png' });
    add('yiff-rest:2', 'b1', { extension: 'jpg' });
    add('waifu-im:3', 'c1');
    add('yiff-rest:3', 'c2');
    await scan();
    expect(list().groups.map(({ sure, members }) => [members[0]?.image.id, sure])).toEqual([
      ['waifu-im:3', false],
      ['waifu-im:2', true],
      ['waifu-im:1', true],
    ]);
    expect(duplicates.list({ cursor: null, limit: 50, sure: true }).groups).toHaveLength(2);
    const done: number[] = [];
    expect(await duplicates.mergeSure((n) => done.push(n), new AbortController().signal)).toMatchObject(
      ok({ groups: 2, merged: 2, edits: [{ undone: false }] }),
    );
    expect(list().groups.map(({ members }) => members[0]?.image.id)).toEqual(['waifu-im:3']);
    // One edit takes all of it back.
    expect(await edits.undo(null)).toMatchObject({ count: 1, missed: [] });
    expect(list().total).toBe(3);
  });

  it('are merged and taken back, and everybody hears of it', async () => {
    add('waifu-im:1', 'a1', { tags: ['sky'] });
    add('yiff-rest:1', 'a2', { tags: ['sea'] });
    await scan();
    told = [];
    expect(duplicates.merge('waifu-im:1', ['yiff-rest:1'])).toMatchObject({
      ok: true,
      value: { kept: { id: 'waifu-im:1', tags: ['sky', 'sea'] }, merged: ['yiff-rest:1'] },
    });
    expect(told).toEqual([
      'waifu-im:1 there',
      'yiff-rest:1 away',
      'favorites',
      'pools.changed',
      'collections.changed',
      'duplicates.changed',
      'edits.changed',
    ]);
    expect(list()).toMatchObject({ groups: [], total: 0 });
    expect(duplicates.merge('waifu-im:1', ['yiff-rest:1'])).toMatchObject({ ok: false });
    told = [];
    expect(await edits.undo(null)).toMatchObject({ count: 1, missed: [] });
    expect(told).toContain('yiff-rest:1 there');
    expect(list().total).toBe(1);
    expect(await edits.redo(null)).toMatchObject({ count: 1, missed: [] });
    expect(list().total).toBe(0);
  });

  it('that are none stay apart for good, until that is taken back', async () => {
    for (const n of [1, 2, 3]) add(`waifu-im:${n}`, `a${n}`);
    await scan();
    expect(duplicates.separate(['waifu-im:1'], ['waifu-im:2', 'waifu-im:3'])).toMatchObject(
      ok({ separated: 2, edits: [{ undone: false }] }),
    );
    expect(list().groups.map(({ members }) => members.map(({ image }) => image.id).sort())).toEqual([
      ['waifu-im:2', 'waifu-im:3'],
    ]);
    test.store.signatures.restart();
    await scan();
    expect(list().groups).toHaveLength(1);
    expect(list().groups[0]?.members).toHaveLength(2);
    await edits.undo(null);
    expect(list().groups[0]?.members).toHaveLength(3);
    expect(duplicates.separate(['waifu-im:1'], ['waifu-im:1'])).toMatchObject({ ok: false });
  });

  it('tell nothing of adult pictures while the opt-in is off, and merge none', async () => {
    add('waifu-im:1', 'a1');
    add('waifu-im:2', 'a2');
    add('yiff-rest:1', 'a3', { rating: 'adult' });
    await scan();
    expect(list()).toMatchObject({ hidden: 1, groups: [{ members: [{}, {}] }] });
    const blocked = { ok: false, error: { code: 'content_blocked' } };
    expect(duplicates.merge('waifu-im:1', ['yiff-rest:1'])).toMatchObject(blocked);
    expect(duplicates.separate(['waifu-im:1', 'yiff-rest:1'], [])).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    adult = true;
    expect(list().groups[0]?.members).toHaveLength(3);
  });

  it('go on after a scan that was cancelled or failed, and skip what cannot be read', async () => {
    add('waifu-im:1', 'a1');
    add('waifu-im:2', 'a2');
    add('waifu-im:3', 'unreadable');
    const cancel = new AbortController();
    cancel.abort();
    expect(await duplicates.scan(() => undefined, cancel.signal)).toMatchObject({ error: { code: 'cancelled' } });
    broken = true;
    expect(await scan()).toMatchObject({ error: { code: 'internal' } });
    broken = false;
    const steps: [number, number][] = [];
    expect(
      await duplicates.scan((done, total) => steps.push([done, total]), new AbortController().signal),
    ).toMatchObject({
      value: { compared: 2 },
    });
    expect(list().total).toBe(1);
    expect(list().scan).toEqual({ running: false, files: 3, compared: 3 });
  });

  it('are looked for by themselves, once pictures have stopped coming', async () => {
    add('waifu-im:1', 'a1');
    add('waifu-im:2', 'a2');
    duplicates.soon();
    expect(timers).toHaveLength(0);
    duplicates.start();
    duplicates.soon();
    expect(timers).toHaveLength(1);
    timers[0]?.();
    await expect.poll(() => list().total).toBe(1);
  });
});

describe('pictures that stay in their folders', () => {
  /** One that is read where it lies; the library has no file of it. */
  function refer(name: string, look: string, hash: string): ImageId {
    const { folders } = test.store;
    const folder = folders.save(
      {
        path: '/pictures',
        mode: 'reference',
        rating: 'safe',
        watch: false,
        recursive: true,
        ofPool: false,
        picked: false,
      },
      1,
    );
    folders.seen(folder.key, folders.begin(folder.key), [{ path: name, bytes: 9, mtime: 1 }]);
    const { key } = folders.file(folder.key, name)!;
    const { image } = folders.settle(
      key,
      {
        hash,
        said: null,
        facts: null,
        describe: () =>
          testImage({ id: 'local:0', width: 4000, height: 2000, hash: null, md5: null, extension: 'png' }),
      },
      true,
    )!;
    originals.set(image, look);
    return image;
  }

  it('are compared with the others, and forgotten with their content', async () => {
    add('waifu-im:1', 'a1', { width: 800, height: 400 });
    const image = refer('one.png', 'a2', 'f'.repeat(64));
    await scan();
    const { groups, scan: state } = duplicates.list({ cursor: null, limit: 9, sure: false });
    expect(
      groups.map(({ members, best }) => [best, members.map(({ image: { id }, file }) => [id, file?.width])]),
    ).toEqual([
      [
        image,
        [
          [image, 4000],
          ['waifu-im:1', 800],
        ],
      ],
    ]);
    expect(state).toMatchObject({ files: 2, compared: 2 });

    // The library has the very same content from now on: one image more of one signature.
    add('waifu-im:2', 'a2', { hash64: 'f'.repeat(64) });
    await scan();
    expect(duplicates.list({ cursor: null, limit: 9, sure: false }).groups[0]?.members).toHaveLength(3);
    const signed = () => test.store.signatures.page(0, 9).length;
    expect(signed()).toBe(2);
    test.store.files.detach('f'.repeat(64));
    expect(signed()).toBe(2);
    const { folders } = test.store;
    folders.dropFiles(folders.list()[0]!.key, 9);
    expect(folders.forget([image])).toBe(1);
    expect(signed()).toBe(1);
  });

  it('are of the pool of everything on this disk, and drawn when there is no network', () => {
    add('waifu-im:1', 'a1');
    const image = refer('one.png', 'b', 'e'.repeat(64));
    const { candidates } = test.store;
    expect(candidates.sizes()).toEqual({ files: 1, references: 1 });
    const rules = {
      rating: 'safe',
      orientation: null,
      minWidth: 0,
      minHeight: 0,
      animated: true,
      cached: true,
    } as const;
    const drawn = (kind: 'library' | 'references') =>
      candidates.draw({ source: { kind }, rules, pool: 'p', from: 'fresh', exclude: [], random: () => 0 })?.id;
    expect([drawn('library'), drawn('references')]).toEqual(['waifu-im:1', image]);
    expect(candidates.count({ sources: [{ kind: 'library' }, { kind: 'references' }], rules, pool: 'p' })).toEqual({
      left: 2,
      total: 2,
    });
  });
});
