import { appError } from '../../shared/errors.ts';
import type { AppliedWallpaper, Display, Image } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ChangeReason, HistoryEntry } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Clock, Log } from '../ports.ts';
import type { ShownEntry, Store, StoredEntry } from '../store/store.ts';
import type { Changes } from './changes.ts';
import type { OutsideFolder } from './outside.ts';
import type { PlacedPicture, Placement, Stage } from './scene.ts';

/** Copies of outside pictures that are kept. */
const keptCopies = 50;
/** How far "previous" and "restore" look for a picture that may be shown. */
const farthest = 500;

export interface ChangesParts {
  readonly stage: Stage;
  readonly store: Pick<Store, 'wallpapers' | 'images' | 'transaction'>;
  readonly outside: Pick<OutsideFolder, 'clean' | 'path'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** What is on displays is another now. */
  readonly changed: (displays: readonly Display[]) => void;
}

type Progress = (done: number, total: number | null) => void;
const quietly: Progress = () => undefined;

export function createChanges(parts: ChangesParts): Changes {
  const { stage, store, outside, gate, clock, log } = parts;
  const history = store.wallpapers;

  /** The displays there are; one that has told its lasting key takes its history along. */
  async function displaysNow(signal?: AbortSignal): Promise<Result<readonly Display[]>> {
    const listed = await stage.displays(signal);
    if (!listed.ok) return listed;
    const known = new Set(history.shown().map(({ display }) => display));
    for (const { id, key } of listed.value) {
      const unclaimed = !listed.value.some((other) => other.key === id);
      if (key !== id && unclaimed && known.has(id) && !known.has(key)) history.rename(id, key);
    }
    return listed;
  }

  /** The picture of an entry, as far as it may be shown now and can be had. */
  async function pictureOf(entry: Pick<ShownEntry, 'image' | 'outside'>): Promise<PlacedPicture | null> {
    if (entry.image !== null) {
      const image = store.images.get(entry.image);
      return image !== null && gate.allows(image) ? { kind: 'image', image } : null;
    }
    if (entry.outside === null || (await outside.path(entry.outside)) === null) return null;
    return { kind: 'outside', file: entry.outside };
  }

  async function notice(signal?: AbortSignal): Promise<boolean> {
    const listed = await displaysNow(signal);
    if (!listed.ok) return false;
    const looks = await stage.looks(signal);
    if (!looks.ok) return false;
    const shown = new Map(history.shown().map((entry) => [entry.display, entry]));
    const entries = looks.value.flatMap(({ display, shows, outside: copy }): ShownEntry[] => {
      if (shows !== 'other') return [];
      const before = shown.get(display.key);
      // Seen before, or nothing that could be told apart from what was seen before.
      if (before !== undefined && before.image === null && before.outside === copy) return [];
      return [
        {
          display: display.key,
          name: display.id,
          image: null,
          outside: copy,
          fit: 'fill',
          backend: 'outside',
          verified: true,
        },
      ];
    });
    if (entries.length === 0) return false;
    history.record({ reason: 'outside', at: clock.now(), entries });
    parts.changed(listed.value);
    return true;
  }

  async function cleanCopies(): Promise<void> {
    try {
      await outside.clean(new Set(history.outsideFiles(keptCopies)));
    } catch (error) {
      log.warn('Old copies of outside pictures could not be removed', { error: String(error) });
    }
  }

  const answer = (entries: readonly ShownEntry[]): AppliedWallpaper => ({
    applied: entries.map(({ name, backend, verified }) => ({ display: name, backend, verified })),
    images: [...new Set(entries.flatMap(({ image }) => image ?? []))],
  });

  const show: Changes['show'] = async (scene, reason, onProgress, signal) => {
    await notice(signal);
    const done = await stage.show(scene, onProgress, signal);
    if (!done.ok) return done;
    history.record({ reason, at: clock.now(), entries: done.value.entries });
    parts.changed(await listedOrNone());
    await cleanCopies();
    return ok(answer(done.value.entries));
  };

  async function listedOrNone(): Promise<readonly Display[]> {
    const listed = await stage.displays();
    return listed.ok ? listed.value : [];
  }

  interface Step {
    readonly display: Display;
    readonly entry: StoredEntry;
    readonly picture: PlacedPicture;
  }

  /** Shows entries of the history again, then says with `record` that they are where the displays stand. */
  async function goTo(
    steps: readonly Step[],
    record: (steps: readonly Step[]) => void,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>> {
    const placements = steps.map(({ display, entry, picture }): Placement => ({
      display: display.id,
      picture,
      fit: entry.fit,
    }));
    const done = await stage.show({ placements }, quietly, signal);
    if (!done.ok) return done;
    record(steps);
    parts.changed(await listedOrNone());
    return ok(answer(done.value.entries));
  }

  const moveTo =
    (reason: ChangeReason) =>
    (steps: readonly Step[]): void =>
      history.move({
        reason,
        at: clock.now(),
        moves: steps.map(({ display, entry }) => ({ display: display.key, to: entry.key })),
      });

  /** The nearest entry in a direction that may be shown and can be had; others are stepped over. */
  async function nearest(display: Display, direction: 'before' | 'after'): Promise<Step | null> {
    let entry = history.neighbour(display.key, direction);
    for (let steps = 0; entry !== null && steps < farthest; steps += 1) {
      const picture = await pictureOf(entry);
      if (picture !== null) return { display, entry, picture };
      entry = history.beside(entry, direction);
    }
    return null;
  }

  async function chosen(ids: readonly string[] | null, signal?: AbortSignal): Promise<Result<readonly Display[]>> {
    const listed = await displaysNow(signal);
    if (!listed.ok || ids === null) return listed;
    const missing = ids.filter((id) => !listed.value.some((display) => display.id === id));
    if (missing.length > 0)
      return fail(
        appError(
          'no_display',
          `There is no display called "${missing[0]}". There are: ${listed.value.map(({ id }) => `"${id}"`).join(', ')}.`,
        ),
      );
    return ok(listed.value.filter(({ id }) => ids.includes(id)));
  }

  async function step(
    displays: readonly Display[],
    direction: 'before' | 'after',
    reason: ChangeReason,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper> | null> {
    const steps: Step[] = [];
    for (const display of displays) {
      const found = await nearest(display, direction);
      if (found !== null) steps.push(found);
    }
    return steps.length === 0 ? null : goTo(steps, moveTo(reason), signal);
  }

  return {
    show,
    notice,
    current: () => history.current(),
    canUndo: () => history.lastChange() !== null,
    async previous(ids, signal) {
      await notice(signal);
      const displays = await chosen(ids, signal);
      if (!displays.ok) return displays;
      const done = await step(displays.value, 'before', 'previous', signal);
      return done ?? fail(appError('not_found', 'There is no picture before this one that can be shown.'));
    },
    async forward(signal) {
      const displays = await displaysNow(signal);
      if (!displays.ok) return null;
      return step(displays.value, 'after', 'next', signal);
    },
    async undo(signal) {
      await notice(signal);
      const displays = await displaysNow(signal);
      if (!displays.ok) return displays;
      const change = history.lastChange();
      if (change === null) return fail(appError('not_found', 'There is no change to take back.'));
      const steps: Step[] = [];
      for (const { display: key, before } of change.moves) {
        const display = displays.value.find((each) => each.key === key);
        const entry = before === null ? null : history.entry(before);
        if (display === undefined || entry === null) continue;
        const picture = await pictureOf(entry);
        if (picture === null)
          return fail(
            appError(
              'not_found',
              `What "${display.id}" showed before cannot be shown again: it is not allowed now, or there is no copy of it.`,
            ),
          );
        steps.push({ display, entry, picture });
      }
      if (steps.length === 0)
        return fail(appError('not_found', 'What was there before is not known, or its display is not connected.'));
      return goTo(steps, () => history.undo(change.key), signal);
    },
    async jump(key, signal) {
      const displays = await displaysNow(signal);
      if (!displays.ok) return displays;
      const entry = history.entry(key);
      if (entry === null) return fail(appError('not_found', `The history has no entry ${key}.`));
      const display = displays.value.find((each) => each.key === entry.display);
      if (display === undefined)
        return fail(appError('no_display', `The display "${entry.name}" is not connected. Nothing was changed.`));
      const picture = await pictureOf(entry);
      if (picture === null)
        return fail(
          appError(
            'not_found',
            'That picture cannot be shown again: it is not allowed now, or there is no copy of it.',
          ),
        );
      await notice(signal);
      return goTo([{ display, entry, picture }], moveTo('set'), signal);
    },
    async restore(signal) {
      const displays = await displaysNow(signal);
      if (!displays.ok) return displays;
      const looks = await stage.looks(signal);
      if (!looks.ok) return looks;
      const shown = new Map(history.shown().map((entry) => [entry.display, entry]));
      const steps: Step[] = [];
      for (const { display, shows } of looks.value) {
        const entry = shown.get(display.key);
        // Shown already, or somebody else's on purpose (`notice` records that), or not to be told.
        if (entry === undefined || shows !== 'lost') continue;
        const picture = await pictureOf(entry);
        const found = picture === null ? await nearest(display, 'before') : { display, entry, picture };
        if (found !== null) steps.push(found);
      }
      if (steps.length === 0) return ok({ applied: [], images: [] });
      return goTo(
        steps,
        (done) => {
          // The same entries: nothing has changed. One that had to stand in is a step back.
          const others = done.filter(({ display, entry }) => shown.get(display.key)?.key !== entry.key);
          if (others.length > 0) moveTo('restore')(others);
        },
        signal,
      );
    },
    list({ display, before, limit }) {
      const stored = history.list({ display, before, limit });
      let hidden = 0;
      const entries = stored.flatMap((entry): HistoryEntry[] => {
        const image: Image | null = entry.image === null ? null : store.images.get(entry.image);
        if (image?.blocked) return [];
        const allowed = image === null || gate.allows(image);
        if (!allowed) hidden += 1;
        return [
          {
            key: entry.key,
            display: entry.display,
            displayName: entry.name,
            image: allowed ? image : null,
            outside: entry.image === null,
            hidden: !allowed,
            fit: entry.fit,
            at: new Date(entry.at).toISOString(),
            reason: entry.reason,
            current: entry.current,
          },
        ];
      });
      const last = stored.at(-1);
      return { entries, next: stored.length < limit || last === undefined ? null : last.key, hidden };
    },
  };
}
