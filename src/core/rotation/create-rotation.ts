import { appError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pool, RotationPatch, RotationStatus } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { EventBus } from '../events.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Clock, Log, Machine } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { OutsideFolder } from '../wallpaper/outside.ts';
import type { Stage } from '../wallpaper/scene.ts';
import { createChangePictures } from './change-pictures.ts';
import { createChoose } from './choose.ts';
import type { Conditions } from './conditions.ts';
import { createRotationMemory } from './config.ts';
import { createDraw } from './draw.ts';
import { createDriver } from './driver.ts';
import { createOutlook } from './outlook.ts';
import { createPoolList } from './pool-list.ts';
import { createPrefetch } from './prefetch.ts';
import type { Refill } from './refill.ts';
import { createReplace } from './replace.ts';
import type { Rotation } from './rotation.ts';
import { everything } from './rules.ts';
import { createSafeGuard } from './safe-guard.ts';
import { createSafeHours } from './safe-hours.ts';
import { createSafeNow } from './safe-now.ts';
import { allPools, createResolveSources } from './sources.ts';
import { createStatus } from './status.ts';
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

const quietly = (): void => undefined;
/** Changes of state within this many milliseconds are told together. */
const gatherFor = 50;

/** Wires the parts of the rotation, and is what is asked of it. */
export function createRotation(parts: RotationParts): Rotation {
  const { store, settings, gate, stage, changes, pictures, clock, log, events } = parts;
  const memory = createRotationMemory(store.rotation);
  const draw = createDraw({ store, now: clock.now, random: parts.random });
  const resolve = createResolveSources({ store, settings });
  const choose = createChoose({ draw, refill: parts.refill, resolve, pictures });
  const outlook = createOutlook({ store, settings, gate, changes, memory, draw, resolve, clock });
  const { playlist } = outlook;
  const { untilSafe, unlessSafe, ...guard } = createSafeGuard(() => memory.state().safe);
  const pools = createPoolList({ store, settings, memory, resolve, events });
  const closing = new AbortController();
  let started = false;
  let filling = Promise.resolve();
  /** Safe, as it was asked for last. */
  let turning: Promise<unknown> = Promise.resolve();
  let lastError: RotationStatus['lastError'] = null;
  let cancelTell: (() => void) | null = null;
  let turns = 0;
  let told: Promise<unknown> = Promise.resolve();
  let unsubscribe = (): void => undefined;

  const prefetch = createPrefetch({
    store,
    outlook,
    memory,
    draw,
    choose,
    refill: parts.refill,
    resolve,
    stage,
    mayStart: () => started && !closing.signal.aborted,
    signal: closing.signal,
    tell,
    log,
  });
  const change = createChangePictures({
    outlook,
    choose,
    stage,
    changes,
    events,
    clock,
    log,
    prefetch: prefetch.begin,
    tell,
    lastError(error) {
      const another = lastError?.code !== error?.code;
      lastError = error;
      return another;
    },
  });
  const safeNow = createSafeNow({ ...parts, memory });
  const replace = createReplace({
    outlook,
    choose,
    safeNow,
    stage,
    changes,
    isSafe: () => memory.state().safe,
    untilSafe,
    prefetch: prefetch.begin,
    tell,
  });
  const driver = createDriver({
    memory,
    conditions: parts.conditions,
    clock,
    changed: tell,
    broken: (error) => log.error('The rotation stumbled', { error: String(error) }),
    async change(reason, signal) {
      const done = await unlessSafe((both) => change(reason, null, quietly, both), signal);
      return done.ok ? null : done.error;
    },
    always: createSafeHours({ memory, playlist, replace }),
  });
  const status = createStatus({ outlook, memory, draw, driver, stage, changes, lastError: () => lastError });

  function tell(): void {
    if (closing.signal.aborted) return;
    cancelTell ??= clock.after(gatherFor, () => {
      cancelTell = null;
      turns += 1;
      const turn = turns;
      const telling = status(closing.signal)
        .then((now) => {
          // A status asked for earlier may be ready later: only the newest is told.
          if (now.ok && turn === turns && !closing.signal.aborted) events.emit('rotation.changed', now.value);
        })
        .catch((error: unknown) => log.error('The rotation could not tell of itself', { error: String(error) }));
      told = Promise.all([told, telling]).then(() => undefined);
    });
  }

  /** Whoever changed something is told how it is now. */
  function changed(signal?: AbortSignal): Promise<Result<RotationStatus>> {
    driver.look();
    tell();
    return status(signal);
  }

  /** What in a change of the configuration cannot be carried out. What is pinned is fetched first. */
  async function refuse(patch: RotationPatch, signal?: AbortSignal): Promise<Result<unknown> | null> {
    const before = memory.config();
    const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const mistake = mistakeIn({ ...before, ...defined }, allPools(store.pools));
    if (mistake !== null) return fail(mistake);
    const { safeImage: pinned } = patch;
    if (pinned == null || pinned === before.safeImage) return null;
    const image = store.images.get(pinned);
    if (image === null) return fail(appError('not_found', `The library knows no picture ${pinned}.`));
    if (image.rating !== 'safe' || image.blocked)
      return fail(appError('invalid_input', 'Only a picture that is certainly safe can be the safe one.'));
    const kept = await pictures.keep(image, signal ? { signal } : {});
    return kept.ok ? null : kept;
  }

  async function turnSafe(on: boolean, signal?: AbortSignal): Promise<Result<RotationStatus>> {
    if (on) {
      const already = memory.state().safe;
      const displays = await stage.displays(signal);
      if (!displays.ok) return displays;
      // Before it is seen: whatever ends the program now, nothing takes the safe picture away again.
      const newest = store.wallpapers.list({ display: null, before: null, limit: 1 })[0]?.key ?? 0;
      memory.update({ safe: true, ...(already ? {} : { safeFrom: newest }) });
      guard.close();
      // Asked again, what somebody has put there since is covered, too.
      if (already) await changes.notice(signal);
      const covered = already && store.wallpapers.lastChange()?.reason === 'safe';
      const done = covered ? ok(undefined) : await safeNow(displays.value, 'safe');
      if (!done.ok) {
        memory.update({ safe: already });
        return done;
      }
    } else if (!on && memory.state().safe) {
      memory.update({ safe: false });
      const back = await release(signal);
      // What was there may not be allowed any more: the safe picture stays.
      if (!back.ok) log.warn('What was there before could not be brought back', { message: back.error.message });
    }
    return changed(signal);
  }

  /** What a pool finds on this machine is found now, so that it is not called empty before it has had a turn. */
  async function fillFromHere(pool: Pool): Promise<void> {
    const here = resolve(pool).filter(({ refill }) => refill !== null && refill.kind !== 'query');
    if (here.length === 0 || closing.signal.aborted) return;
    await parts.refill(here, { urgent: false, need: everything }, closing.signal);
    if (!closing.signal.aborted) events.emit('pools.changed', { what: 'pools' });
  }

  /** Displays that came since safe was asked for, and that it has not covered: what they showed then would come back. */
  async function coverNew(signal?: AbortSignal): Promise<Result<unknown>> {
    const displays = await stage.displays(signal);
    if (!displays.ok) return displays;
    const since = store.wallpapers.shown().filter(({ key }) => key > memory.state().safeFrom);
    const bare = displays.value.filter(({ key }) => !since.some(({ display }) => display === key));
    return bare.length === 0 ? ok(undefined) : safeNow(bare, 'safe');
  }

  async function restore(...[signal, options]: Parameters<Rotation['restore']>): ReturnType<Rotation['restore']> {
    const both = untilSafe(signal);
    const covered = memory.state().safe ? await coverNew(both) : ok(undefined);
    return covered.ok ? changes.restore(both, options) : covered;
  }

  /** Takes back what safe has put there, on displays that came later too. */
  async function release(signal?: AbortSignal): Promise<Result<unknown>> {
    // That change alone: the safe picture may be the very one that was there, or somebody may have set another since.
    const back = await changes.undo(signal, 'safe');
    for (let more = back.ok; more;) {
      const last = store.wallpapers.lastChange();
      const ofSafe = last?.reason === 'safe' && last.moves.every(({ after }) => after > memory.state().safeFrom);
      more = ofSafe && (await changes.undo(signal, 'safe')).ok;
    }
    return back;
  }

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
          if (event === 'displays') void restore().catch(() => undefined);
          if (event === 'wake' && config.onWake) driver.happened('wake');
          else if (event === 'displays' && config.onDisplayChange) driver.happened('displays');
          else driver.look();
        }) ?? unsubscribe;
      driver.start();
      if (memory.config().on && memory.config().onStart) driver.happened('start');
      if (memory.config().on) prefetch.begin();
    },
    next: ({ fit }, onProgress, signal) =>
      unlessSafe(async (both) => {
        const forward = outlook.isGoingBack() ? await changes.forward(both) : null;
        if (forward === null) return change('next', fit, onProgress, both);
        tell();
        return forward;
      }, signal),
    change: (reason, onProgress, signal) => unlessSafe((both) => change(reason, null, onProgress, both), signal),
    status,
    async set(patch, signal) {
      const refused = await refuse(patch, signal);
      if (refused !== null && !refused.ok) return refused;
      const before = memory.config();
      memory.configure(patch);
      // Turned on: it counts from now. Another interval goes on from the last change, as the schedule has it.
      if (!before.on && memory.config().on)
        memory.update({
          lastChange: { at: clock.now(), reason: memory.state().lastChange?.reason ?? 'start' },
          playlist: playlist()?.id ?? null,
        });
      lastError = null;
      // Also while it is off: "next" can be asked for then, too.
      prefetch.begin();
      return changed(signal);
    },
    pause(until, signal) {
      if (until !== null && Date.parse(until) <= clock.now())
        return Promise.resolve(fail(appError('invalid_input', 'That time is over already: nothing would be paused.')));
      memory.update({ paused: { until: until === null ? null : Date.parse(until) } });
      return changed(signal);
    },
    resume(signal) {
      memory.update({ paused: null });
      return changed(signal);
    },
    safe(on, signal) {
      // One after the other: a release in the middle of covering would find nothing to take back yet.
      const turned = turning.then(() => turnSafe(on, signal));
      turning = turned.catch(() => undefined);
      return turned;
    },
    restore,
    untilSafe,
    unlessSafe,
    pools: pools.list,
    savePool(pool) {
      const saved = pools.save(pool);
      if (saved.ok) {
        driver.look();
        tell();
        filling = filling
          .then(() => fillFromHere(pool))
          .catch((error: unknown) => log.error('A pool could not be filled', { error: String(error) }));
      }
      return saved;
    },
    removePool(id) {
      const left = pools.remove(id);
      if (left.ok) tell();
      return left;
    },
    recheck: (reason) => replace((image) => !gate.allows(image), reason),
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
      await prefetch.settled();
      await filling;
      await told;
    },
  };
}
