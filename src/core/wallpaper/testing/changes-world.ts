import { appError } from '../../../shared/errors.ts';
import type { Display, Fit, Image, ImageId } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { createContentGate } from '../../catalog/gate.ts';
import { openTestStore, testImage } from '../../store/testing.ts';
import type { ShownEntry } from '../../store/store.ts';
import type { PoolDraw } from '../carry-out.ts';
import { createChanges } from '../create-changes.ts';
import type { PlacedPicture, Placement, Scene, ShownScene, Stage } from '../scene.ts';
import { createMemoryNote } from './memory-note.ts';

export const quietly = (): void => undefined;

export function displayOf(id: string, more: Partial<Display> = {}): Display {
  return { id, key: id, x: 0, y: 0, width: 1920, height: 1080, scaleFactor: 1, primary: false, ...more };
}

/** What a display shows, as a person sees it. `null`: nothing. */
export interface Seen {
  readonly what: string;
  readonly fit: Fit | null;
}

export const nameOf = (picture: PlacedPicture): string => (picture.kind === 'image' ? picture.image.id : picture.file);

/** `Changes` on a real store, with a desktop that does what the test says. */
export function createChangesWorld() {
  const test = openTestStore();
  const { store } = test;
  /** What is on the glass, by display key. */
  const glass = new Map<string, Seen>();
  /** What we put there last. */
  const ours = new Map<string, Seen>();
  const scenes: Scene[] = [];
  const told: number[] = [];
  const world = {
    displays: [displayOf('A'), displayOf('B')] as readonly Display[],
    adultContent: false,
    forgets: false,
    fails: false,
    /** Asked at each show, before the desktop changes: a test may hold it up. */
    beforeShow: (_scene: Scene, _signal?: AbortSignal): Promise<Result<void>> => Promise.resolve(ok(undefined)),
    /** Asked once a display shows the picture, before anybody has noted it: a test may hold it up there, or kill the program. */
    afterTouch: (_key: string): Promise<void> => Promise.resolve(),
    missing: new Set<ImageId>(),
    fetchable: new Set<ImageId>(),
    looks: 0,
    /** How often the desktop was asked for its displays, those times included that nobody handed it its own answer back. */
    asked: 0,
    notAllowed: 0,
  };
  const lists = new Set<readonly Display[]>();
  const ask = (known?: readonly Display[]): void =>
    void (known !== undefined && lists.has(known) ? 0 : (world.asked += 1));
  const gate = createContentGate(() => world);
  const stage: Stage = {
    async show(scene, _onProgress, signal, known, onPlanned): Promise<Result<ShownScene>> {
      ask(known);
      const go = await world.beforeShow(scene, signal);
      if (!go.ok) return go;
      const entries = scene.placements.map(({ display: id, picture, fit }): ShownEntry => {
        const key = world.displays.find((display) => display.id === id)?.key ?? id;
        return {
          display: key,
          name: id,
          image: picture.kind === 'image' ? picture.image.id : null,
          outside: picture.kind === 'outside' ? picture.file : null,
          fit,
          backend: 'test',
          verified: true,
        };
      });
      await onPlanned?.({ shown: { pieces: {}, whole: null }, entries });
      if (world.fails) return fail(appError('wallpaper_failed', 'The desktop refused.'));
      scenes.push(scene);
      for (const { display, image: id, outside, fit } of entries) {
        glass.set(display, { what: id ?? outside ?? '', fit });
        await world.afterTouch(display);
        ours.set(display, { what: id ?? outside ?? '', fit });
      }
      return ok({ entries });
    },
    settle({ entries }) {
      if (world.fails) return Promise.resolve(fail(appError('no_backend', 'There is no desktop.')));
      const seen = entries.filter(({ display, image: id, outside, fit }) => {
        const there = glass.get(display);
        return there?.what === (id ?? outside) && there?.fit === fit;
      });
      for (const { display, image: id, outside, fit } of seen) ours.set(display, { what: id ?? outside ?? '', fit });
      return Promise.resolve(ok({ entries: seen }));
    },
    prepare({ placements }) {
      const there = placements.every(
        ({ picture }) => picture.kind === 'outside' || world.fetchable.has(picture.image.id),
      );
      return Promise.resolve(there ? ok(undefined) : fail(appError('offline', 'There is no network.')));
    },
    looks(_signal, known) {
      ask(known);
      world.looks += 1;
      return Promise.resolve(
        ok(
          world.displays.map((display) => {
            const seen = glass.get(display.key);
            const { forgets } = world;
            if (seen === undefined)
              return { display, shows: forgets ? 'lost' : 'unknown', outside: null, forgets } as const;
            const mine = ours.get(display.key);
            if (mine?.what === seen.what && mine.fit === seen.fit)
              return { display, shows: 'ours', outside: null, forgets } as const;
            return { display, shows: 'other', outside: seen.what, forgets } as const;
          }),
        ),
      );
    },
    displays() {
      ask();
      const listed = [...world.displays];
      lists.add(listed);
      return Promise.resolve(ok(listed));
    },
  };
  const drawn: PoolDraw[] = [];
  const pending = createMemoryNote();
  const startProgram = () =>
    createChanges({
      stage,
      store,
      outside: { path: (name) => Promise.resolve(`/outside/${name}`), clean: () => Promise.resolve() },
      gate,
      onDisk: (id) => Promise.resolve(!world.missing.has(id)),
      clock: { now: () => (test.clock.time += 1_000), after: () => () => undefined },
      log: { info: quietly, warn: quietly, error: quietly },
      changed: (displays) => void told.push(displays.length),
      notAllowed: () => void (world.notAllowed += 1),
      pending,
      drawn: (draws) => void drawn.push(...draws),
    });
  const changes = startProgram();

  function image(id: ImageId, rating: 'safe' | 'adult' = 'safe'): Image {
    if (store.images.get(id) === null) store.images.upsert([testImage({ id, rating, hash: null })]);
    const found = store.images.get(id);
    if (found === null) throw new Error(`There is no ${id}.`);
    return found;
  }
  const place = (display: string, id: ImageId, fit: Fit = 'fill'): Placement => ({
    display,
    picture: { kind: 'image', image: image(id) },
    fit,
  });

  return {
    world,
    store,
    changes,
    /** The program starts once more, on the same library and desktop. */
    startProgram,
    drawn,
    pending,
    glass,
    ours,
    scenes,
    told,
    image,
    place,
    close: test.close,
    show: (...placements: readonly Placement[]) => changes.show({ placements }, 'set', quietly),
    /** Somebody else changes a wallpaper. */
    outside: (key: string, file: string) => void glass.set(key, { what: file, fit: null }),
    /** The session ends: a desktop that forgets shows nothing, or what its configuration says. */
    logout(configured: string | null = null) {
      for (const { key } of world.displays) {
        if (configured === null) glass.delete(key);
        else glass.set(key, { what: configured, fit: null });
      }
    },
    seen: (key: string) => glass.get(key)?.what ?? null,
  };
}
