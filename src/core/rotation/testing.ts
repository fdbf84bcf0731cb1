import { createContentGate } from '../catalog/gate.ts';
import { createEventBus } from '../events.ts';
import type { Clock, Log, Machine } from '../ports.ts';
import { openTestStore, testImage } from '../store/testing.ts';
import type { ShownEntry } from '../store/store.ts';
import { appError, cancelled } from '../../shared/errors.ts';
import {
  settings as settingsSchema,
  type Display,
  type Image,
  type RemoteImage,
  type Settings,
} from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import { createChanges } from '../wallpaper/create-changes.ts';
import { createMemoryNote } from '../wallpaper/testing/memory-note.ts';
import type { Look, Placement, Stage } from '../wallpaper/scene.ts';
import { createRotation } from './create-rotation.ts';
import type { Refill } from './refill.ts';
import type { Rotation } from './rotation.ts';

/** A clock that is moved by hand: `sleep` of a machine is time that passes without timers. */
export interface TestClock extends Clock {
  /** Time passes and timers fire; what they start is waited for. */
  advance(ms: number): Promise<void>;
  /** The machine sleeps, or somebody sets the clock: timers do not notice. */
  jump(ms: number): void;
}

export function createTestClock(start: number, activity: () => number): TestClock {
  let now = start;
  /** How much timer time has passed: timers count this, not the wall. */
  let awake = 0;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  const settle = async (): Promise<void> => {
    // Until nothing has been asked of the desktop or the disk for a while.
    for (let quiet = 0, seen = activity(); quiet < 12; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (activity() !== seen) [quiet, seen] = [0, activity()];
    }
  };
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    after(ms, action) {
      const timer = { at: awake + ms, action };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    async advance(ms) {
      await settle();
      const end = awake + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        now += Math.max(0, next.at - awake);
        awake = Math.max(awake, next.at);
        timers = timers.filter((timer) => timer !== next);
        next.action();
        await settle();
      }
      now += end - awake;
      awake = end;
    },
    jump: (ms) => void (now += ms),
  };
}

export const testDisplay = (key: string, more: Partial<Display> = {}): Display => ({
  id: key,
  key,
  x: 0,
  y: 0,
  width: 1920,
  height: 1080,
  scaleFactor: 1,
  primary: true,
  ...more,
});

type TestPicture = Partial<RemoteImage> & { readonly id: string };

export interface Shown {
  readonly at: number;
  readonly placements: readonly Placement[];
}

/** A rotation on a real store, with a desktop, a network and a machine that do what the test says. */
export function createTestRotation(start = Date.UTC(2026, 2, 1, 8), random: () => number = Math.random) {
  const test = openTestStore();
  const { store } = test;
  let asked = 0;
  const clock = createTestClock(start, () => asked);
  const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const events = createEventBus();
  const shown: Shown[] = [];
  const world = {
    displays: [testDisplay('A')] as readonly Display[],
    /** Asked at each list of displays: a test may hold it up. */
    listing: (): Promise<void> => Promise.resolve(),
    settings: settingsSchema.parse({}) as Settings,
    online: true,
    /** Asked at each download: a test may hold it up. */
    download: (_signal?: AbortSignal): Promise<void> => Promise.resolve(),
    battery: false,
    fullScreen: false,
    /** Somebody refuses the desktop. */
    stageFails: false,
    refills: 0,
    refill: (() => Promise.resolve(ok({ offline: false }))) as Refill,
    looks: [] as readonly Look[],
  };
  const gate = createContentGate(() => world.settings);
  const stage: Stage = {
    show(scene) {
      asked += 1;
      if (world.stageFails) return Promise.resolve(fail(appError('wallpaper_failed', 'The desktop refused.')));
      // The desktop does not know where a picture comes from.
      const placements = scene.placements.map(({ display, picture, fit }) => ({ display, picture, fit }));
      shown.push({ at: clock.now(), placements });
      const entries = scene.placements.map(({ display, picture, fit }): ShownEntry => ({
        display: world.displays.find(({ id }) => id === display)?.key ?? display,
        name: display,
        image: picture.kind === 'image' ? picture.image.id : null,
        outside: picture.kind === 'outside' ? picture.file : null,
        fit,
        backend: 'test',
        verified: true,
      }));
      return Promise.resolve(ok({ entries }));
    },
    settle: () => Promise.resolve(ok({ entries: [] })),
    prepare() {
      asked += 1;
      return Promise.resolve(ok(undefined));
    },
    looks() {
      asked += 1;
      return Promise.resolve(ok(world.looks));
    },
    async displays() {
      asked += 1;
      await world.listing();
      return ok(world.displays);
    },
  };
  const outside = {
    adopt: () => Promise.resolve('gradient.png'),
    path: (name: string) => Promise.resolve(`/outside/${name}`),
    clean: () => Promise.resolve(),
  };
  const made: Rotation[] = [];
  const changes = createChanges({
    stage,
    store,
    outside,
    gate,
    clock,
    log,
    onDisk: () => Promise.resolve(true),
    notAllowed: () => undefined,
    pending: createMemoryNote(),
    drawn: (draws, reason) => made.at(-1)?.drawn(draws, reason),
    changed: () => undefined,
  });
  const listeners = new Set<(event: 'wake' | 'displays') => void>();
  const machine: Machine = {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onBattery: () => world.battery,
  };
  let files = 0;
  const keepFile = (id: string): void => {
    if (store.files.of(id) !== null) return;
    files += 1;
    const image = store.images.get(id);
    const hash = files.toString(16).padStart(64, '0');
    const { width = 1, height = 1 } = image ?? {};
    store.files.attach(id, { hash, bytes: 1000, extension: 'png', width, height }, { dominantColor: null, hash: null });
  };
  const file = (id: string) => ({ path: `/${id}`, contentType: 'image/png', bytes: 1, hash: id });
  const open = async (image: RemoteImage, _variant?: unknown, { signal }: { readonly signal?: AbortSignal } = {}) => {
    asked += 1;
    if (store.files.of(image.id) === null) {
      if (!world.online) return fail(appError('offline', 'There is no network.'));
      await world.download(signal);
      if (signal?.aborted === true) return fail(cancelled);
      keepFile(image.id);
    }
    return ok(file(image.id));
  };
  const pictures = {
    open,
    keep: (image: RemoteImage) => open(image),
    peek: (id: string) => Promise.resolve(store.files.of(id) === null ? null : file(id)),
  };

  const create = (): Rotation => {
    const rotation = createRotation({
      store,
      settings: () => world.settings,
      gate,
      stage,
      changes,
      pictures,
      outside,
      refill: (...args) => {
        world.refills += 1;
        return world.refill(...args);
      },
      conditions: {
        onBattery: () => Promise.resolve(world.battery),
        fullScreen: () => Promise.resolve(world.fullScreen),
      },
      machine,
      events,
      clock,
      random,
      log,
    });
    made.push(rotation);
    return rotation;
  };

  return {
    store,
    clock,
    world,
    shown,
    events,
    changes,
    create,
    /** Makes pictures known, and the files of the first ones present. */
    add(images: readonly TestPicture[], elsewhere: readonly TestPicture[] = []): readonly Image[] {
      const made = images.map((image) => testImage({ hash: null, ...image }));
      store.images.upsert([...made, ...elsewhere.map((image) => testImage({ hash: null, ...image }))]);
      for (const { id } of made) keepFile(id);
      return store.images.getMany(made.map(({ id }) => id));
    },
    happens(event: 'wake' | 'displays'): void {
      for (const listener of listeners) listener(event);
    },
    /** The images of each change, in order. */
    imagesShown: (): readonly (string | null)[] =>
      shown.flatMap(({ placements }) =>
        placements.map(({ picture }) => (picture.kind === 'image' ? picture.image.id : null)),
      ),
    /** Stops every rotation that was made. */
    stopAll: async () => {
      for (const rotation of made) await rotation.stop();
    },
    close: test.close,
  };
}

/** Nobody looks at the progress. */
export const quietly = (): void => undefined;
/** Downloads wait until they are let go. */
export function held(world: { download: (signal?: AbortSignal) => Promise<void> }) {
  let release = (): void => undefined;
  const over = new Promise<void>((resolve) => (release = resolve));
  const begun = new Promise<void>((resolve) => {
    world.download = () => {
      resolve();
      return over;
    };
  });
  return { begun, release };
}
/** Pictures by their ids alone. */
export const ids = (n: number, from = 1): readonly { readonly id: string }[] =>
  Array.from({ length: n }, (_none, index) => ({ id: `waifu-im:${from + index}` }));
