import { appError, type AppError } from '../../shared/errors.ts';
import type { AppliedWallpaper, Image, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ChangeReason, RotationStatus } from '../../shared/rotation.ts';
import type { EventBus } from '../events.ts';
import type { Clock, Log } from '../ports.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { Placement, Stage } from '../wallpaper/scene.ts';
import type { Choose } from './choose.ts';
import type { Outlook } from './outlook.ts';
import { builtIn } from './sources.ts';
import type { PooledTarget } from './targets.ts';

type Progress = (done: number, total: number | null) => void;
/** How long a network that was away is tried before a picture comes again (ms). */
const networkPatience = 3_000;

/** Another picture on every display whose pool has one. */
export type ChangePictures = (
  reason: ChangeReason,
  fit: PooledTarget['fit'] | null,
  onProgress: Progress,
  signal?: AbortSignal,
) => Promise<Result<AppliedWallpaper>>;

export function createChangePictures(parts: {
  readonly outlook: Outlook;
  readonly choose: Choose;
  readonly stage: Pick<Stage, 'displays'>;
  readonly changes: Pick<Changes, 'show'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Prepares the next pictures. */
  readonly prefetch: () => void;
  /** State is another now. */
  readonly tell: () => void;
  /** How the last change failed; null where it did not. Answers whether that is another error than before. */
  readonly lastError: (error: RotationStatus['lastError']) => boolean;
}): ChangePictures {
  const { outlook, choose, stage, changes, events, clock, log } = parts;
  const { ruleSettings, targets, upcomingFor, comesAgain, shownIds, placementsOf } = outlook;

  async function change(
    reason: ChangeReason,
    fit: PooledTarget['fit'] | null,
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>> {
    const done = await tryChange(reason, fit, onProgress, signal);
    if (!done.ok && done.error.code !== 'cancelled') failed(done.error, reason);
    else if (done.ok) parts.lastError(null);
    parts.tell();
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
    parts.prefetch();
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
    const first = parts.lastError({
      code: error.code,
      message: error.message,
      at: new Date(clock.now()).toISOString(),
    });
    log.warn('The wallpaper was not changed', { reason, code: error.code, message: error.message });
    // Whoever asked gets the answer; of what happens by itself people hear once.
    if (first && reason !== 'next' && reason !== 'set')
      events.emit('notice', { level: 'error', message: error.message });
  }

  return change;
}
