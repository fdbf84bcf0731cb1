import { cancelled } from '../../shared/errors.ts';
import type { Display, Image } from '../../shared/model.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { ChangeReason } from '../../shared/rotation.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { Placement, Stage } from '../wallpaper/scene.ts';
import type { Choose } from './choose.ts';
import type { Outlook } from './outlook.ts';
import type { SafeNow } from './safe-now.ts';

const quietly = (): void => undefined;

/**
 * Replaces what may not stay, by something of the display's pool, else (and while safe is on) by a safe picture: at once, and nowhere else. Answers the
 * displays (ids) that changed.
 */
export type Replace = (isWrong: (image: Image) => boolean, reason: ChangeReason) => Promise<readonly string[]>;

export function createReplace(parts: {
  readonly outlook: Outlook;
  readonly choose: Choose;
  readonly safeNow: SafeNow;
  readonly stage: Pick<Stage, 'displays'>;
  readonly changes: Pick<Changes, 'current' | 'show'>;
  readonly isSafe: () => boolean;
  readonly untilSafe: () => AbortSignal;
  /** Prepares the next pictures. */
  readonly prefetch: () => void;
  /** State is another now. */
  readonly tell: () => void;
}): Replace {
  const { outlook, choose, safeNow, stage, changes, isSafe } = parts;
  const { targets, ruleSettings, shownIds } = outlook;

  return async (isWrong, reason) => {
    const displays = await stage.displays();
    if (!displays.ok) return [];
    const wrong = changes.current().filter(({ image }) => isWrong(image));
    const affected = displays.value.filter(({ key }) => wrong.some(({ displayKey }) => displayKey === key));
    if (affected.length === 0) return [];
    const signal = parts.untilSafe();
    // A part of safe: its release leads back to what was there before it.
    const done = isSafe() ? await safeNow(affected, 'safe') : await fromPools(displays.value, affected, reason, signal);
    parts.tell();
    parts.prefetch();
    // Safe that is asked for meanwhile covers every display by itself.
    return done.ok || signal.aborted ? affected.map(({ id }) => id) : [];
  };

  async function fromPools(
    displays: readonly Display[],
    affected: readonly Display[],
    reason: ChangeReason,
    signal: AbortSignal,
  ): Promise<Result<unknown>> {
    const placements: Placement[] = [];
    for (const target of targets(displays)) {
      const here = target.displays.filter((display) => affected.includes(display));
      if (here.length === 0) continue;
      const image = await choose({ target, settings: ruleSettings(), exclude: shownIds() }, quietly, signal);
      if (!image.ok) continue;
      placements.push(
        ...here.map(({ id }): Placement => ({
          display: id,
          picture: { kind: 'image', image: image.value },
          fit: target.fit,
        })),
      );
    }
    if (signal.aborted) return fail(cancelled);
    const done =
      placements.length > 0
        ? await changes.show({ placements }, reason, quietly, signal)
        : await safeNow(affected, reason);
    const left = affected.filter(({ id }) => !placements.some(({ display }) => display === id));
    if (placements.length > 0 && left.length > 0 && !signal.aborted) await safeNow(left, reason);
    return done;
  }
}
