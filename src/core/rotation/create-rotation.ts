import { appError, type AppError } from '../../shared/errors.ts';
import type { AppliedWallpaper, Display, Image, ImageId, Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ChangeReason, Pool, PoolInfo, RotationStatus } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { EventBus } from '../events.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Clock, Log, Machine } from '../ports.ts';
import type { CandidateRules, Store } from '../store/store.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { OutsideFolder } from '../wallpaper/outside.ts';
import type { Placement, Stage } from '../wallpaper/scene.ts';
import { createChoose, lowWater } from './choose.ts';
import type { Conditions } from './conditions.ts';
import { createRotationMemory } from './config.ts';
import { createDraw } from './draw.ts';
import { createDriver } from './driver.ts';
import { makeGradient } from './gradient.ts';
import { playlistAt } from './playlists.ts';
import type { Refill } from './refill.ts';
import { safeIsOn, type Rotation } from './rotation.ts';
import { keepsRules, rulesFor, type RuleSettings } from './rules.ts';
import { allPools, builtIn, createResolveSources } from './sources.ts';
import { targetsOf, type PooledTarget } from './targets.ts';
import { mistakeIn } from './validate.ts';

export interface RotationParts {
  readonly store: Pick<
    Store,
    | 'collections'
    | 'candidates'
    | 'bag'
    | 'likeness'
    | 'finds'
    | 'pools'
    | 'rotation'
    | 'settings'
    | 'images'
    | 'files'
    | 'wallpapers'
    | 'transaction'
  >;
  readonly settings: () => Pick<Settings, 'adultContent' | 'wallpaperFit'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly stage: Pick<Stage, 'displays' | 'prepare'>;
  readonly changes: Changes;
  readonly pictures: Pick<Pictures, 'open' | 'peek' | 'keep'>;
  readonly outside: Pick<OutsideFolder, 'adopt'>;
  readonly refill: Refill;
  readonly conditions: Conditions;
  readonly machine: Machine | null;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

type Progress = (done: number, total: number | null) => void;
const quietly: Progress = () => undefined;
/** Changes of state within this many milliseconds are told together. */
const gatherFor = 50;
/** How long a network that was away is tried before a picture comes again (ms). */
const networkPatience = 3_000;

const everything: CandidateRules = {
  rating: 'any',
  orientation: null,
  minWidth: 0,
  minHeight: 0,
  animated: true,
  cached: false,
};

export function createRotation(parts: RotationParts): Rotation {
  const { store, settings, gate, stage, changes, pictures, clock, log, events } = parts;
  const memory = createRotationMemory(store.rotation);
  const draw = createDraw({ store, now: clock.now, random: parts.random });
  const resolve = createResolveSources({ store, settings });
  const choose = createChoose({ draw, refill: parts.refill, resolve, pictures });
  const closing = new AbortController();
  let lastError: RotationStatus['lastError'] = null;
  let ahead: Promise<void> | null = null;
  let aheadAgain = false;
  let cancelTell: (() => void) | null = null;
  let telling = 0;
  let unsubscribe = (): void => undefined;

  const driver = createDriver({
    memory,
    conditions: parts.conditions,
    clock,
    changed: tell,
    broken: (error) => log.error('The rotation stumbled', { error: String(error) }),
    async change(reason, signal) {
      const done = await change(reason, quietly, signal);
      return done.ok ? null : done.error;
    },
  });

  // --- Which picture for whom ---

  const playlist = () => playlistAt(memory.config().playlists, memory.config().timeZone, clock.now());
  const ruleSettings = (): Pick<RuleSettings, 'rating' | 'maxUpscale'> => ({
    rating: settings().adultContent && playlist()?.safeOnly !== true ? 'any' : 'safe',
    maxUpscale: memory.config().maxUpscale,
  });
  const targets = (displays: readonly Display[], fit: PooledTarget['fit'] | null = null): readonly PooledTarget[] =>
    targetsOf({
      displays,
      config: memory.config(),
      playlist: playlist(),
      pools: allPools(store.pools),
      settings: settings(),
      fit,
    });

  /** What was chosen ahead, where it may still be shown there. */
  function upcomingFor(target: PooledTarget): Image | null {
    const chosen = memory.state().upcoming[target.name];
    // Shown since, on another display or by hand.
    if (chosen?.pool !== target.pool.id || store.bag.shownAfter(chosen.pool, chosen.image, chosen.after)) return null;
    const image = store.images.get(chosen.image);
    if (image === null || !gate.allows(image) || !image.cached) return null;
    const { relaxed } = draw.count(countRequest(target));
    return keepsRules(image, rulesFor(target, { ...ruleSettings(), relaxed, cached: true })) ? image : null;
  }

  /** It was chosen while the network was away, from what was shown already: with a network something new may come instead. */
  function comesAgain(target: PooledTarget, image: Image): boolean {
    const { left, relaxed } = draw.count(countRequest(target));
    return (
      left > 0 &&
      store.bag.has(target.pool.id, image.id, rulesFor(target, { ...ruleSettings(), relaxed, cached: false }))
    );
  }

  const countRequest = (target: PooledTarget) => ({
    pool: target.pool.id,
    sources: resolve(target.pool),
    target,
    settings: { ...ruleSettings(), cached: false },
  });

  const shownIds = (): readonly ImageId[] => changes.current().map(({ image }) => image.id);

  const placementsOf = (target: PooledTarget, image: Image): readonly Placement[] =>
    target.displays.map(({ id }) => ({ display: id, picture: { kind: 'image', image }, fit: target.fit }));

  // --- Changing ---

  const change: Rotation['change'] = (reason, onProgress, signal) => changeAll(reason, null, onProgress, signal);

  async function changeAll(
    reason: ChangeReason,
    fit: PooledTarget['fit'] | null,
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>> {
    const done = await tryChange(reason, fit, onProgress, signal);
    if (!done.ok && done.error.code !== 'cancelled') failed(done.error, reason);
    else if (done.ok) lastError = null;
    tell();
    return done;
  }

  async function tryChange(
    reason: ChangeReason,
    fit: PooledTarget['fit'] | null,
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>> {
    const displays = await stage.displays(signal);
    if (!displays.ok) return displays;
    const chosen: { readonly target: PooledTarget; readonly image: Image }[] = [];
    let fetched = false;
    const taken: ImageId[] = [];
    let refused: AppError | null = null;
    for (const target of targets(displays.value, fit)) {
      const ahead = upcomingFor(target);
      const ready = ahead === null || taken.includes(ahead.id) ? null : ahead;
      fetched ||= ready === null || comesAgain(target, ready);
      const image: Result<Image> =
        ready === null
          ? await chooseFor(target, [...taken, ...shownIds()], onProgress, signal)
          : comesAgain(target, ready)
            ? await chooseOr(ready, target, [...taken, ...shownIds()], onProgress, signal)
            : ok(ready);
      if (image.ok) {
        chosen.push({ target, image: image.value });
        taken.push(image.value.id);
      } else if (image.error.code === 'cancelled') return image;
      else refused ??= image.error;
    }
    // A display whose pool has nothing for it keeps its picture; the others change.
    if (chosen.length === 0) return fail(refused ?? appError('no_display', 'There is no display to change.'));
    const placements = chosen.flatMap(({ target, image }) =>
      placementsOf(target, image).map((placement): Placement => ({ ...placement, pool: target.pool.id })),
    );
    // With the history, in one transaction, the pools remember what they gave (`drawn`).
    // What had to be fetched may have taken so long that the displays are others now.
    const known = fetched ? undefined : displays.value;
    const done = await changes.show({ placements }, reason, onProgress, signal, known);
    if (!done.ok) return done;
    if (refused !== null) log.warn('A display kept its picture', { message: refused.message });
    prefetch();
    return done;
  }

  /** The last search may have nothing for this display: then it is looked for on the disk, rather than nothing happening. */
  async function chooseFor(
    target: PooledTarget,
    exclude: readonly ImageId[],
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<Image>> {
    const found = await choose({ target, settings: ruleSettings(), exclude }, onProgress, signal);
    const onDisk = builtIn.find(({ id }) => id === 'library');
    if (found.ok || found.error.code !== 'no_candidate' || target.pool.id !== 'browse' || onDisk === undefined)
      return found;
    const there = await choose(
      { target: { ...target, pool: onDisk }, settings: ruleSettings(), exclude },
      onProgress,
      signal,
    );
    return there.ok ? there : found;
  }

  /** Something that was not shown yet, if the network is back and quick; else what is ready. */
  async function chooseOr(
    ready: Image,
    target: PooledTarget,
    exclude: readonly ImageId[],
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<Image>> {
    const patience = new AbortController();
    const cancel = clock.after(networkPatience, () => patience.abort());
    const both = signal === undefined ? patience.signal : AbortSignal.any([patience.signal, signal]);
    try {
      const found = await chooseFor(target, exclude, onProgress, both);
      if (signal?.aborted === true) return found;
      return found.ok && !comesAgain(target, found.value) ? found : ok(ready);
    } finally {
      cancel();
    }
  }

  function failed(error: AppError, reason: ChangeReason): void {
    const first = lastError?.code !== error.code;
    lastError = { code: error.code, message: error.message, at: new Date(clock.now()).toISOString() };
    log.warn('The wallpaper was not changed', { reason, code: error.code, message: error.message });
    // Whoever asked gets the answer; of what happens by itself people hear once.
    if (first && reason !== 'next' && reason !== 'set')
      events.emit('notice', { level: 'error', message: error.message });
  }

  // --- Ahead of time ---

  /** Chooses, fetches and composes the next pictures, so that a change needs neither network nor wait. */
  function prefetch(): void {
    if (closing.signal.aborted || !started) return;
    if (ahead !== null) {
      // What is being prepared may be of a pool that was chosen before.
      aheadAgain = true;
      return;
    }
    ahead = prepareNext(closing.signal)
      .catch((error: unknown) => log.error('The next picture could not be prepared', { error: String(error) }))
      .finally(() => {
        ahead = null;
        tell();
        const again = aheadAgain;
        aheadAgain = false;
        if (again) prefetch();
      });
  }

  async function prepareNext(signal: AbortSignal): Promise<void> {
    const displays = await stage.displays(signal);
    if (!displays.ok) return;
    const upcoming: Record<string, { pool: string; image: string; after: number }> = {};
    const placements: Placement[] = [];
    const taken: ImageId[] = [];
    for (const target of targets(displays.value)) {
      const sources = resolve(target.pool);
      if (draw.count(countRequest(target)).left < lowWater) {
        const need = rulesFor(target, { ...ruleSettings(), relaxed: [], cached: false });
        await parts.refill(sources, { urgent: false, need }, signal);
      }
      const ready = upcomingFor(target);
      const image =
        (ready === null || taken.includes(ready.id) || comesAgain(target, ready) ? null : ready) ??
        okOrNull(
          await choose({ target, settings: ruleSettings(), exclude: [...taken, ...shownIds()] }, quietly, signal),
        );
      if (image === null) continue;
      const before = memory.state().upcoming[target.name];
      const kept = before?.pool === target.pool.id && before.image === image.id;
      const after = kept ? before.after : store.bag.newest(target.pool.id);
      upcoming[target.name] = { pool: target.pool.id, image: image.id, after };
      taken.push(image.id);
      placements.push(...placementsOf(target, image));
    }
    if (signal.aborted) return;
    memory.update({ upcoming });
    if (placements.length > 0) await stage.prepare({ placements }, signal, displays.value);
  }

  // --- Safe now ---

  async function safeScene(displays: readonly Display[], reason: ChangeReason): Promise<Result<AppliedWallpaper>> {
    const image = await safeImage();
    const fit = settings().wallpaperFit;
    const placements: Placement[] = [];
    const gradient = image === null ? await makeGradient(parts.outside) : null;
    for (const { id: display } of displays) {
      if (image !== null) placements.push({ display, picture: { kind: 'image', image }, fit });
      else if (gradient !== null)
        placements.push({ display, picture: { kind: 'outside', file: gradient }, fit: 'stretch' });
    }
    if (placements.length === 0)
      return fail(appError('disk_full', 'No safe picture is on this disk and none could be made. Free some space.'));
    return changes.show({ placements }, reason, quietly);
  }

  /** The pinned one, else the newest certainly safe favorite, else anything safe; always from this disk. */
  async function safeImage(): Promise<Image | null> {
    const usable = async (id: ImageId | null): Promise<Image | null> => {
      const image = id === null ? null : store.images.get(id);
      if (image === null || image.rating !== 'safe' || image.blocked) return null;
      return (await pictures.peek(image.id, 'full')) === null ? null : image;
    };
    const pinned = await usable(memory.config().safeImage);
    if (pinned !== null) return pinned;
    const rules: CandidateRules = { ...everything, rating: 'safe', animated: false, cached: true };
    for (const kind of ['favorites', 'library'] as const) {
      const image = store.candidates.draw({
        source: { kind },
        rules,
        pool: 'safe',
        from: 'all',
        exclude: [],
        random: parts.random,
      });
      const found = await usable(image?.id ?? null);
      if (found !== null) return found;
    }
    return null;
  }

  // --- Telling ---

  function tell(): void {
    if (closing.signal.aborted) return;
    cancelTell ??= clock.after(gatherFor, () => {
      cancelTell = null;
      telling += 1;
      const turn = telling;
      void status().then((now) => {
        // A status asked for earlier may be ready later: only the newest is told.
        if (now.ok && turn === telling && !closing.signal.aborted) events.emit('rotation.changed', now.value);
      });
    });
  }

  async function status(signal?: AbortSignal): Promise<Result<RotationStatus>> {
    const config = memory.config();
    const state = memory.state();
    const mode = await driver.mode();
    const displays = await stage.displays(signal);
    const current = playlist();
    const next = driver.nextAt();
    const all = displays.ok ? targets(displays.value) : [];
    return ok({
      config,
      state: mode,
      pausedUntil: mode === 'paused' && state.paused?.until != null ? isoOf(state.paused.until) : null,
      safe: state.safe,
      nextAt: mode === 'running' && next !== null ? isoOf(next) : null,
      playlist: current === null ? null : { id: current.id, name: current.name },
      lastChange:
        state.lastChange === null ? null : { at: isoOf(state.lastChange.at), reason: state.lastChange.reason },
      lastError,
      canUndo: changes.canUndo(),
      displays: all.flatMap((target) => {
        const { left, total, relaxed } = draw.count(countRequest(target));
        const upcoming = upcomingFor(target);
        const { id, name } = target.pool;
        return target.displays.map((display) => ({
          key: display.key,
          id: display.id,
          pool: { id, name },
          fit: target.fit,
          left,
          total,
          relaxed,
          upcoming,
        }));
      }),
    });
  }

  function infoOf(pool: Pool): PoolInfo {
    const sources = resolve(pool).map(({ source }) => source);
    const may = { ...everything, rating: settings().adultContent ? 'any' : 'safe' } as const;
    const { left, total } = store.candidates.count({ sources, rules: may, pool: pool.id, round: 'newest' });
    const all = store.candidates.count({ sources, rules: everything, pool: pool.id }).total;
    return { ...pool, builtIn: isBuiltIn(pool.id), left, total, hidden: all - total };
  }

  let started = false;
  const safeNow = fail(safeIsOn);

  return {
    start() {
      if (started) return;
      started = true;
      const { lastChange } = memory.state();
      // Counting starts now; otherwise the first tick would change the picture of somebody who has just turned it on.
      if (lastChange === null)
        memory.update({ lastChange: { at: clock.now(), reason: 'start' }, playlist: playlist()?.id ?? null });
      unsubscribe =
        parts.machine?.subscribe((event) => {
          const config = memory.config();
          if (event === 'displays') void changes.restore().catch(() => undefined);
          if (event === 'wake' && config.onWake) driver.happened('wake');
          else if (event === 'displays' && config.onDisplayChange) driver.happened('displays');
          else driver.look();
        }) ?? unsubscribe;
      driver.start();
      if (memory.config().on && memory.config().onStart) driver.happened('start');
      if (memory.config().on) prefetch();
    },
    async next({ fit }, onProgress, signal) {
      if (memory.state().safe) return safeNow;
      const forward = await changes.forward(signal);
      if (forward !== null) {
        tell();
        return forward;
      }
      return changeAll('next', fit, onProgress, signal);
    },
    change: (reason, onProgress, signal) =>
      memory.state().safe ? Promise.resolve(safeNow) : change(reason, onProgress, signal),
    status,
    async set(patch, signal) {
      const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const before = memory.config();
      const mistake = mistakeIn({ ...before, ...defined }, allPools(store.pools));
      if (mistake !== null) return fail(mistake);
      const { safeImage: pinned } = patch;
      if (pinned != null && pinned !== before.safeImage) {
        const image = store.images.get(pinned);
        if (image === null || image.rating !== 'safe' || image.blocked)
          return fail(
            appError('invalid_input', 'Only a picture that is known and certainly safe can be the safe one.'),
          );
        const kept = await pictures.keep(image, signal ? { signal } : {});
        if (!kept.ok) return kept;
      }
      memory.configure(patch);
      // Turned on, or another interval: it counts from now.
      if (!before.on && memory.config().on)
        memory.update({
          lastChange: { at: clock.now(), reason: memory.state().lastChange?.reason ?? 'start' },
          playlist: playlist()?.id ?? null,
        });
      lastError = null;
      driver.look();
      // Also while it is off: "next" can be asked for then, too.
      prefetch();
      tell();
      return status(signal);
    },
    pause(until, signal) {
      if (until !== null && Date.parse(until) <= clock.now())
        return Promise.resolve(fail(appError('invalid_input', 'That time is over already: nothing would be paused.')));
      memory.update({ paused: { until: until === null ? null : Date.parse(until) } });
      driver.look();
      tell();
      return status(signal);
    },
    resume(signal) {
      memory.update({ paused: null });
      driver.look();
      tell();
      return status(signal);
    },
    async safe(on, signal) {
      if (on && !memory.state().safe) {
        const displays = await stage.displays(signal);
        if (!displays.ok) return displays;
        // Before it is seen: whatever ends the program now, nothing takes the safe picture away again.
        memory.update({ safe: true });
        const done = await safeScene(displays.value, 'safe');
        if (!done.ok) {
          memory.update({ safe: false });
          return done;
        }
      } else if (!on && memory.state().safe) {
        memory.update({ safe: false });
        // That change alone: the safe picture may be the very one that was there, or somebody may have set another since.
        const back = await changes.undo(signal, 'safe');
        // What was there may not be allowed any more: the safe picture stays.
        if (!back.ok) log.warn('What was there before could not be brought back', { message: back.error.message });
      }
      driver.look();
      tell();
      return status(signal);
    },
    isSafe: () => memory.state().safe,
    pools: () => allPools(store.pools).map(infoOf),
    savePool(pool) {
      if (isBuiltIn(pool.id))
        return fail(
          appError('invalid_input', `The pool "${pool.id}" is built in and cannot be changed. Take another id.`),
        );
      store.pools.save(pool);
      events.emit('pools.changed', { what: 'pools' });
      driver.look();
      tell();
      return ok(infoOf(pool));
    },
    removePool(id) {
      if (isBuiltIn(id)) return fail(appError('invalid_input', `The pool "${id}" is built in and cannot be removed.`));
      if (!store.pools.remove(id)) return fail(appError('not_found', `There is no pool "${id}".`));
      store.bag.forget(id);
      const { pool, playlists, displays } = memory.config();
      memory.configure({
        pool: pool === id ? 'browse' : pool,
        playlists: playlists.map((one) => (one.pool === id ? { ...one, pool: 'browse' } : one)),
        displays: Object.fromEntries(
          Object.entries(displays).map(([key, one]) => [key, one.pool === id ? { ...one, pool: null } : one]),
        ),
      });
      events.emit('pools.changed', { what: 'pools' });
      tell();
      return ok(allPools(store.pools).map(infoOf));
    },
    async recheck(reason) {
      const displays = await stage.displays();
      if (!displays.ok) return [];
      const wrong = changes.current().filter(({ image }) => !gate.allows(image));
      const affected = displays.value.filter(({ key }) => wrong.some(({ displayKey }) => displayKey === key));
      if (affected.length === 0) return [];
      const placements: Placement[] = [];
      for (const target of targets(displays.value)) {
        const here = target.displays.filter((display) => affected.includes(display));
        if (here.length === 0) continue;
        const image = await choose({ target, settings: ruleSettings(), exclude: shownIds() }, quietly);
        if (!image.ok) continue;
        placements.push(
          ...here.map(({ id }): Placement => ({
            display: id,
            picture: { kind: 'image', image: image.value },
            fit: target.fit,
          })),
        );
      }
      const done =
        placements.length > 0 ? await changes.show({ placements }, reason, quietly) : await safeScene(affected, reason);
      const left = affected.filter(({ id }) => !placements.some(({ display }) => display === id));
      if (placements.length > 0 && left.length > 0) await safeScene(left, reason);
      tell();
      prefetch();
      return done.ok ? affected.map(({ id }) => id) : [];
    },
    drawn(draws, reason) {
      // One picture on several displays had one turn.
      const turns = new Map(draws.map(({ pool, image }) => [`${pool} ${image}`, { pool, image }]));
      for (const { pool, image } of turns.values()) draw.shown(pool, image);
      memory.update({ lastChange: { at: clock.now(), reason }, playlist: playlist()?.id ?? null });
    },
    async stop() {
      closing.abort();
      unsubscribe();
      cancelTell?.();
      cancelTell = null;
      await driver.stop();
      await ahead;
    },
  };
}

function isBuiltIn(id: string): boolean {
  return builtIn.some((pool) => pool.id === id);
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

function okOrNull<T>(result: Result<T>): T | null {
  return result.ok ? result.value : null;
}
