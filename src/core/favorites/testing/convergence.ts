import fc from 'fast-check';
import { expect } from 'vitest';
import type { ImageId } from '../../../shared/model.ts';
import type { Fault } from './model-remote.ts';
import { createWorld, modelImages, type World } from './world.ts';

/** Enough for the hold on removals (over ten) to come into play. */
const imageCount = 14;

type Side = 'like' | 'unlike' | 'toggle' | 'restore' | 'letGo' | 'their like' | 'their unlike' | 'their deletion';
interface Act {
  readonly what: Side;
  readonly image: number;
}
type Step =
  | { readonly kind: 'act'; readonly act: Act; readonly crash: boolean }
  | { readonly kind: 'burst'; readonly what: 'like' | 'their like' | 'their unlike' }
  | {
      readonly kind: 'sync';
      readonly faults: readonly Fault[];
      /** One each before and after the service works on a request; `same`: about the very image of the request. */
      readonly meanwhile: readonly ({ readonly act: Act; readonly same: boolean } | null)[];
      /** The process dies right after so many writes and moments of requests; null: it lives. */
      readonly dieAfter: number | null;
      readonly accept: boolean;
    }
  | { readonly kind: 'restart' }
  | { readonly kind: 'wait'; readonly minutes: number };

const act = fc.record<Act>({
  what: fc.constantFrom(
    'like',
    'like',
    'unlike',
    'toggle',
    'restore',
    'letGo',
    'their like',
    'their unlike',
    'their deletion',
  ),
  image: fc.nat(imageCount - 1),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('act'), act, crash: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('burst'), what: fc.constantFrom('like', 'their like', 'their unlike') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sync'),
      // Mostly well, or hardly any sync would get as far as its second request.
      faults: fc.array(
        fc.oneof(
          { weight: 8, arbitrary: fc.constant('none') },
          { weight: 2, arbitrary: fc.constantFrom('lost', 'twice') },
          {
            weight: 1,
            arbitrary: fc.constantFrom('rate_limited', 'server_error', 'timeout', 'offline', 'bad_response'),
          },
        ),
        { maxLength: 12 },
      ),
      meanwhile: fc.array(fc.option(fc.record({ act, same: fc.boolean() }), { freq: 2 }), { maxLength: 12 }),
      dieAfter: fc.option(fc.nat(40), { freq: 2 }),
      accept: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 60 }) }) },
) as fc.Arbitrary<Step>;

/** The death of a process: nothing of it does anything after this. */
const died = new Error('killed');

/** A life of the program: it ends after `left` more writes and moments. */
interface Life {
  left: number | null;
  dead: boolean;
}

/** What happened to one image, in the order it happened; for judging the end. */
interface History {
  user: 'liked' | 'unliked' | null;
  /** The other side did the opposite after the user's last word. */
  contradicted: boolean;
  likes: number;
  unlikes: number;
  theirLikes: number;
  theirUnlikes: number;
}

/**
 * Any interleaving of what users do here and elsewhere, with crashes at every write and every moment of a request, lost, doubled and failed requests and
 * restarts: the two sides converge, no like is lost, nothing is sent twice with effect, and no favorite's file becomes evictable.
 */
export async function checkConvergence(parameters: fc.Parameters<[Step[]]>): Promise<void> {
  const world = createWorld({ images: modelImages(imageCount) });
  world.store.database.exec('PRAGMA synchronous = OFF');
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        reset(world);
        await run(world, steps);
      }),
      parameters,
    );
  } finally {
    await world.end();
  }
}

function reset(world: World): void {
  for (const table of [
    'outbox',
    'favorite',
    'server_favorite',
    'held_removal',
    'sync_journal',
    'sync_state',
    'image_tag',
    'image',
    'file',
  ])
    world.store.database.exec(`DELETE FROM ${table}`);
  const images = modelImages(imageCount);
  world.remote.images.clear();
  for (const image of images) world.remote.images.set(image.remoteId, image);
  world.remote.favorites.clear();
  world.remote.requests.length = 0;
  world.remote.effects.inserted.clear();
  world.remote.effects.deleted.clear();
  world.remote.faults = [];
  world.remote.around = null;
  world.files.onDisk.clear();
  world.heard.length = 0;
}

async function run(world: World, steps: readonly Step[]): Promise<void> {
  const { remote, store } = world;
  const histories = Array.from({ length: imageCount }, (): History => ({
    user: null,
    contradicted: false,
    likes: 0,
    unlikes: 0,
    theirLikes: 0,
    theirUnlikes: 0,
  }));
  let life: Life = { left: null, dead: false };

  const tick = (current: Life): void => {
    if (current.dead) throw died;
    if (current.left !== null && current.left-- <= 0) {
      current.dead = true;
      throw died;
    }
  };
  const begin = (): void => {
    life.dead = true;
    const mine: Life = { left: null, dead: false };
    life = mine;
    world.restart({
      transaction(work) {
        if (mine.dead) throw died;
        const value = store.transaction(work);
        tick(mine);
        return value;
      },
      alive: () => !mine.dead,
      guard: () => tick(mine),
    });
  };
  const status = (id: ImageId) => store.favorites.status([id]).get(id);

  const perform = async ({ what, image }: Act): Promise<void> => {
    const id = `waifu-im:${image}`;
    const history = histories[image];
    if (history === undefined) return;
    const remoteId = String(image);
    switch (what) {
      case 'their like':
        if (!remote.images.has(remoteId) || remote.favorites.has(remoteId)) return;
        remote.favorites.add(remoteId);
        history.theirLikes++;
        if (history.user === 'unliked') history.contradicted = true;
        return;
      case 'their deletion':
      case 'their unlike':
        if (what === 'their deletion') remote.images.delete(remoteId);
        if (what === 'their deletion' || remote.favorites.has(remoteId)) {
          if (history.user === 'liked') history.contradicted = true;
          if (remote.favorites.delete(remoteId)) history.theirUnlikes++;
        }
        return;
      default: {
        const before = status(id);
        try {
          if (what === 'like') await world.engine.add([id]);
          else if (what === 'unlike') await world.engine.remove([id]);
          else if (what === 'toggle') await world.engine.toggle(id);
          else if (what === 'restore') world.engine.restore([id]);
          else world.engine.letGo([id]);
        } finally {
          // Whatever happened to the process: what was committed was the user's word.
          const after = status(id);
          if (before !== 'liked' && after === 'liked') {
            Object.assign(history, { user: 'liked', contradicted: false });
            history.likes++;
          } else if (before === 'liked' && after === undefined) {
            Object.assign(history, { user: 'unliked', contradicted: false });
            history.unlikes++;
          } else if (before === 'removed' && after === undefined) history.user = null;
        }
      }
    }
  };

  /** Runs something of the current life; if it dies of it, the next one begins. */
  const live = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error !== died) throw error;
    }
    if (life.dead) begin();
  };

  begin();
  for (const one of steps) {
    if (one.kind === 'restart') begin();
    else if (one.kind === 'wait') world.clock.advance(one.minutes * 60_000);
    else if (one.kind === 'burst') {
      for (let image = 0; image < imageCount; image++) await live(() => perform({ what: one.what, image }));
    } else if (one.kind === 'act') {
      if (one.crash) life.left = 0;
      await live(() => perform(one.act));
      life.left = null;
    } else {
      const mine = life;
      const meanwhile = [...one.meanwhile];
      mine.left = one.dieAfter;
      remote.faults = [...one.faults];
      remote.around = async () => {
        const other = meanwhile.shift();
        const [, requested] = /^(?:insert|delete) (\d+)$/.exec(remote.requests.at(-1) ?? '') ?? [];
        if (other) await perform(other.same && requested ? { ...other.act, image: Number(requested) } : other.act);
        tick(mine);
      };
      await live(() => world.engine.sync({ acceptRemovals: one.accept }, () => undefined));
      remote.around = null;
      remote.faults = [];
      life.left = null;
    }
    // It may have died in the background, of a download.
    if (life.dead) begin();
    expectFilesKept(world);
  }

  // All is well again: after a moment both sides are the same, and stay so.
  world.clock.advance(60 * 60_000);
  for (let round = 0; round < 2; round++) await world.sync(true);
  remote.requests.length = 0;
  expect(await world.sync()).toEqual({ pulled: 0, pushed: 0, dropped: 0, held: 0, error: null });
  expect(remote.requests).toEqual(['list']);
  expect(store.outbox.all().filter(({ parked }) => !parked)).toEqual([]);
  expectFilesKept(world);
  for (const [image, history] of histories.entries()) {
    const id = `waifu-im:${image}`;
    const remoteId = String(image);
    const here = status(id) === 'liked';
    if (remote.images.has(remoteId)) {
      expect([id, here]).toEqual([id, remote.favorites.has(remoteId)]);
      if (history.user === 'liked' && !history.contradicted) expect([id, here]).toEqual([id, true]);
      if (history.user === 'unliked' && !history.contradicted) expect([id, here]).toEqual([id, false]);
    } else if (history.user === 'liked') expect(status(id)).toBeDefined();
    expect(remote.effects.inserted.get(remoteId) ?? 0).toBeLessThanOrEqual(history.likes + history.theirUnlikes);
    expect(remote.effects.deleted.get(remoteId) ?? 0).toBeLessThanOrEqual(history.unlikes + history.theirLikes);
  }
}

/** What is a favorite or a tombstone and on disk is nothing the store would let go. */
function expectFilesKept({ store, files }: World): void {
  const evictable = new Set(store.disk.evictable({ after: null, limit: 1000 }).map(({ hash }) => hash));
  for (let image = 0; image < imageCount; image++) {
    const id = `waifu-im:${image}`;
    if (!store.favorites.status([id]).has(id)) continue;
    const file = store.files.of(id);
    expect(file !== null).toBe(files.onDisk.has(`${id} full`));
    if (file !== null) expect(evictable.has(file.hash)).toBe(false);
  }
}
