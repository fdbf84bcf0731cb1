import { appError } from '../../shared/errors.ts';
import type { AppliedWallpaper, Display, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ChangeReason } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Clock } from '../ports.ts';
import type { ShownEntry } from '../store/store.ts';
import { createCarryOut, type CarryOutParts } from './carry-out.ts';
import type { Changes } from './changes.ts';
import { createHistoryPage } from './history-page.ts';
import { createHistorySteps, samePicture, type Step } from './history-steps.ts';
import { createOutsideChanges } from './outside-changes.ts';
import type { OutsideFolder } from './outside.ts';
import type { Deed } from './pending-change.ts';
import { createChangeQueue } from './queue.ts';
import type { PlacedPicture, Scene, Stage } from './scene.ts';

/** Copies of outside pictures that are kept. */
const keptCopies = 50;
/** How long after a change copies that nobody needs any more are removed, in milliseconds. */
const cleanAfter = 1_000;
/** How long a missing file is waited for at a restore, in milliseconds. */
const fetchFor = 10_000;
/** What must not wait until somebody's download is over. */
const urgent: ReadonlySet<ChangeReason> = new Set(['safe', 'block', 'content']);

export interface ChangesParts extends CarryOutParts {
  readonly stage: Stage;
  readonly outside: Pick<OutsideFolder, 'clean' | 'path'>;
  readonly gate: Pick<ContentGate, 'allows' | 'check'>;
  /** Is the full picture on this disk? */
  readonly onDisk: (id: ImageId) => Promise<boolean>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
}

type Progress = (done: number, total: number | null) => void;
const quietly: Progress = () => undefined;

export function createChanges(parts: ChangesParts): Changes {
  const { stage, store, outside, gate, clock, log } = parts;
  const history = store.wallpapers;
  const steps = createHistorySteps({ store, gate, outside });
  const others = createOutsideChanges(history);
  const carry = createCarryOut(parts);
  const queue = createChangeQueue();
  /** Ends with the program: what the desktop was not told of yet is not begun any more. */
  const closing = new AbortController();
  const untilClosed = (signal?: AbortSignal): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
  let serial = 0;
  let cancelClean = (): void => undefined;
  let running: AbortController | null = null;

  /** Steps through the history follow from one another: none is dropped for a newer one of its kind, as a `show` is. */
  function inTurn<T>(work: (signal: AbortSignal) => Promise<Result<T>>, signal?: AbortSignal): Promise<Result<T>> {
    serial += 1;
    const both = untilClosed(signal);
    return queue.run([`(turn ${serial})`], () => work(both), both);
  }

  /** The displays there are; one that has told its lasting key takes its history along. What was cut short is recorded first. */
  async function displaysNow(signal?: AbortSignal, answered?: readonly Display[]): Promise<Result<readonly Display[]>> {
    const listed = answered === undefined ? await stage.displays(signal) : ok(answered);
    if (!listed.ok) return listed;
    const known = new Set(history.shown().map(({ display }) => display));
    for (const { id, key } of listed.value) {
      const unclaimed = !listed.value.some((other) => other.key === id);
      if (key !== id && unclaimed && known.has(id) && !known.has(key)) history.rename(id, key);
    }
    const mended = await carry.mend(listed.value, signal);
    return mended.ok ? listed : mended;
  }

  /** Answers whether somebody else had changed something. */
  async function noticeOn(displays: readonly Display[], signal?: AbortSignal): Promise<boolean> {
    const looks = await stage.looks(signal, displays);
    if (!looks.ok || !others.record(looks.value, clock.now())) return false;
    parts.changed(displays);
    return true;
  }

  /** What is there before a change of ours: the displays, asked for once a change, and what somebody else has put on them meanwhile. */
  async function before(signal?: AbortSignal, known?: readonly Display[]): Promise<Result<readonly Display[]>> {
    const listed = await displaysNow(signal, known);
    if (listed.ok) await noticeOn(listed.value, signal);
    return listed;
  }

  /** Who waits for the picture does not wait for this. */
  function cleanSoon(): void {
    cancelClean();
    cancelClean = clock.after(cleanAfter, () => void inTurn(() => cleanCopies().then(ok)));
  }

  async function cleanCopies(): Promise<void> {
    try {
      await outside.clean(new Set(history.outsideFiles(keptCopies)));
    } catch (error) {
      log.warn('Old copies of outside pictures could not be removed', { error: String(error) });
    }
  }

  const answer = (entries: readonly ShownEntry[], note: string | null = null): AppliedWallpaper => ({
    applied: entries.map(({ name, backend, verified }) => ({ display: name, backend, verified })),
    images: [...new Set(entries.flatMap(({ image }) => image ?? []))],
    ...(note === null ? {} : { note }),
  });

  async function show(
    { placements }: Scene,
    reason: ChangeReason,
    onProgress: Progress,
    signal: AbortSignal,
    known?: readonly Display[],
  ): Promise<Result<AppliedWallpaper>> {
    // A display that is named twice shows the last picture it is named with.
    const scene: Scene = { placements: [...new Map(placements.map((each) => [each.display, each])).values()] };
    // Where they cannot be listed, the desktop itself says what is missing.
    const displays = await before(signal, known);
    for (const { picture } of scene.placements) {
      const image = carry.nowOf(picture);
      const allowed = image === null ? ok(undefined) : gate.check(image);
      if (!allowed.ok) return allowed;
    }
    const draws = scene.placements.flatMap(({ display, pool, picture }) =>
      pool === undefined || picture.kind !== 'image' ? [] : [{ display, pool, image: picture.image.id }],
    );
    const deed: Deed = { kind: 'record', reason, draws };
    const done = await carry.show(scene, deed, displays.ok ? displays.value : null, onProgress, signal);
    if (!done.ok) return done;
    cleanSoon();
    return ok(answer(done.value));
  }

  /** Shows entries of the history again, which then says that they are where the displays stand. */
  async function goTo(
    wanted: readonly Step[],
    deed: Deed,
    note: string,
    displays: readonly Display[],
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>> {
    const placements = await steps.placements(wanted, displays);
    const done = await carry.show({ placements }, deed, displays, quietly, signal);
    if (!done.ok) return done;
    const skipped = wanted.flatMap((step) => (step.skipped ? [`"${step.display.id}"`] : []));
    const own = done.value.filter(({ name }) => wanted.some(({ display }) => display.id === name));
    return ok(answer(own, skipped.length === 0 ? null : `On ${skipped.join(', ')} ${note}`));
  }

  const moveTo = (reason: ChangeReason, steps: readonly Step[]): Deed => ({
    kind: 'move',
    reason,
    moves: steps.map(({ display, entry }) => ({ display: display.key, to: entry.key })),
  });

  function chosen(displays: readonly Display[], ids: readonly string[] | null): Result<readonly Display[]> {
    if (ids === null) return ok(displays);
    const missing = ids.filter((id) => !displays.some((display) => display.id === id));
    if (missing.length > 0)
      return fail(
        appError(
          'no_display',
          `There is no display called "${missing[0]}". There are: ${displays.map(({ id }) => `"${id}"`).join(', ')}.`,
        ),
      );
    return ok(displays.filter(({ id }) => ids.includes(id)));
  }

  /** One step on these `chosen` of the displays. */
  async function step(
    displays: readonly Display[],
    chosen: readonly Display[],
    direction: 'before' | 'after',
    reason: ChangeReason,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper> | null> {
    const found: Step[] = [];
    for (const display of chosen) {
      const next = await steps.from(display, history.neighbour(display.key, direction), direction);
      if (next !== null) found.push(next);
    }
    return found.length === 0 ? null : goTo(found, moveTo(reason, found), steppedOver, displays, signal);
  }

  async function undo(signal?: AbortSignal, only?: ChangeReason): Promise<Result<AppliedWallpaper>> {
    const displays = await before(signal);
    if (!displays.ok) return displays;
    for (;;) {
      const change = history.lastChange();
      if (change === null || (only !== undefined && change.reason !== only))
        return fail(appError('not_found', 'There is no change to take back.'));
      const shown = new Map(history.shown().map((entry) => [entry.display, entry]));
      const found: Step[] = [];
      /** Where a display stays, or goes further back than it was. */
      const instead: { readonly display: string; readonly to: number }[] = [];
      for (const { display: key, before: earlier, after } of change.moves) {
        const display = displays.value.find((each) => each.key === key);
        // It stands there when it is plugged in again.
        if (display === undefined && earlier !== null) continue;
        const first = earlier === null ? null : history.entry(earlier);
        const back = display === undefined ? null : await steps.from(display, first, 'before');
        if (back === null) instead.push({ display: key, to: shown.get(key)?.key ?? after });
        else {
          found.push(back);
          if (back.skipped) instead.push({ display: key, to: back.entry.key });
        }
      }
      if (found.length === 0) {
        const known = change.moves.some((move) => move.before !== null);
        return fail(appError('not_found', known ? notShowable : notKnown));
      }
      const seen = found.some(({ display, entry }) => {
        const here = shown.get(display.key);
        return here === undefined || !samePicture(here, entry);
      });
      const deed: Deed = { kind: 'undo', change: change.key, instead };
      if (seen) return goTo(found, deed, steppedOver, displays.value, signal);
      // The same picture again, or a step over forbidden ones that is past it already: nothing would be seen of this one.
      history.undo(change.key, instead);
      if (only !== undefined) return ok(answer([]));
    }
  }

  async function jump(key: number, signal?: AbortSignal): Promise<Result<AppliedWallpaper>> {
    const displays = await before(signal);
    if (!displays.ok) return displays;
    const entry = history.entry(key);
    if (entry === null) return fail(appError('not_found', `The history has no entry ${key}.`));
    const display = displays.value.find((each) => each.key === entry.display);
    if (display === undefined)
      return fail(appError('no_display', `The display "${entry.name}" is not connected. Nothing was changed.`));
    const image = entry.image === null ? null : store.images.get(entry.image);
    const allowed = image === null ? ok(undefined) : gate.check(image);
    if (!allowed.ok) return allowed;
    const picture = await steps.pictureOf(entry);
    if (picture === null)
      return fail(appError('not_found', 'That picture cannot be shown again: there is no copy of it.'));
    const step = { display, entry, picture, skipped: false };
    return goTo([step], moveTo('set', [step]), steppedOver, displays.value, signal);
  }

  /** On this disk, or fetched by now. */
  async function canBeHad(display: Display, picture: PlacedPicture, signal?: AbortSignal): Promise<boolean> {
    if (picture.kind === 'outside' || (await parts.onDisk(picture.image.id))) return true;
    const patience = new AbortController();
    const cancel = clock.after(fetchFor, () => patience.abort());
    try {
      const both = signal === undefined ? patience.signal : AbortSignal.any([patience.signal, signal]);
      const scene = { placements: [{ display: display.id, picture, fit: 'fill' } as const] };
      return (await stage.prepare(scene, both)).ok;
    } finally {
      cancel();
    }
  }

  async function restore(atLogin: boolean, signal?: AbortSignal): Promise<Result<AppliedWallpaper>> {
    const nothing = ok({ applied: [], images: [] });
    if (history.shown().length === 0 && (await carry.isMended())) return nothing;
    const displays = await displaysNow(signal);
    if (!displays.ok) return displays;
    const looks = await stage.looks(signal, displays.value);
    if (!looks.ok) return looks;
    const lost = looks.value.filter((look) => others.isLost(look, atLogin));
    if (
      others.record(
        looks.value.filter((look) => !lost.includes(look)),
        clock.now(),
      )
    )
      parts.changed(displays.value);
    const shown = new Map(history.shown().map((entry) => [entry.display, entry]));
    const found: Step[] = [];
    for (const { display } of lost) {
      const first = shown.get(display.key) ?? null;
      // The last one may be fetched; those that stand in for it must be here.
      const next = await steps.from(display, first, 'before', (picture) =>
        picture.kind === 'image' && picture.image.id === first?.image
          ? canBeHad(display, picture, signal)
          : picture.kind === 'outside'
            ? Promise.resolve(true)
            : parts.onDisk(picture.image.id),
      );
      if (next !== null) found.push(next);
    }
    if (found.length === 0) return nothing;
    // The same entries: nothing has changed. One that had to stand in is a step back.
    const stoodIn = found.filter(({ skipped }) => skipped);
    const deed: Deed = stoodIn.length > 0 ? moveTo('restore', stoodIn) : { kind: 'nothing' };
    return goTo(found, deed, stoodInFor, displays.value, signal);
  }

  return {
    show(scene, reason, onProgress, signal, known) {
      // Who has to wait for another change may find other displays afterwards.
      const fresh = queue.isIdle() ? known : undefined;
      if (urgent.has(reason)) running?.abort();
      const ids = scene.placements.map(({ display }) => display);
      const work = async (): Promise<Result<AppliedWallpaper>> => {
        const mine = new AbortController();
        running = urgent.has(reason) ? null : mine;
        try {
          return await show(scene, reason, onProgress, AbortSignal.any([mine.signal, untilClosed(signal)]), fresh);
        } finally {
          running = null;
        }
      };
      return queue.run(ids, work, untilClosed(signal));
    },
    async notice(signal) {
      const done = await inTurn(async (both) => {
        const displays = await displaysNow(both);
        return ok(displays.ok && (await noticeOn(displays.value, both)));
      }, signal);
      return done.ok && done.value;
    },
    previous: (ids, signal) =>
      inTurn(async (both) => {
        const displays = await before(both);
        if (!displays.ok) return displays;
        const wanted = chosen(displays.value, ids);
        if (!wanted.ok) return wanted;
        const done = await step(displays.value, wanted.value, 'before', 'previous', both);
        return done ?? fail(appError('not_found', 'There is no picture before this one that can be shown.'));
      }, signal),
    async forward(signal) {
      const done = await inTurn(async (both) => {
        // Most often nobody went back, and then the desktop need not be asked.
        const isNewest = history.shown().every(({ display }) => history.neighbour(display, 'after') === null);
        if (isNewest && (await carry.isMended())) return ok(null);
        const displays = await displaysNow(both);
        if (!displays.ok) return ok(null);
        const isBack = displays.value.some(({ key }) => history.neighbour(key, 'after') !== null);
        if (!isBack) return ok(null);
        await noticeOn(displays.value, both);
        return ok(await step(displays.value, displays.value, 'after', 'next', both));
      }, signal);
      return done.ok ? done.value : done;
    },
    undo: (signal, only) => inTurn((both) => undo(both, only), signal),
    jump: (key, signal) => inTurn((both) => jump(key, both), signal),
    restore: (signal, { atLogin } = { atLogin: false }) => inTurn((both) => restore(atLogin, both), signal),
    async ready(signal) {
      if (!(await carry.isMended())) await inTurn((both) => displaysNow(both), signal);
    },
    async stop() {
      closing.abort();
      cancelClean();
      await queue.idle();
    },
    list: createHistoryPage({ store, gate }),
    canUndo: () => history.lastChange()?.moves.some((move) => move.before !== null) ?? false,
    current: () => history.current(),
  };
}

const steppedOver =
  'another picture came than the next in line: that one is blocked, hidden by the content setting, or there is no copy of it.';
const stoodInFor =
  'an earlier picture was put back: the last one may not be shown now, or its file is missing and could not be fetched.';
const notShowable =
  'What was there before cannot be shown again: it is not allowed now, there is no copy of it, or its display is not connected.';
const notKnown = 'What was there before the first change is not known, so it cannot be brought back.';
