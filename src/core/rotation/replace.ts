import type { Image } from '../../shared/model.ts';
import type { ChangeReason } from '../../shared/rotation.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { Placement, Stage } from '../wallpaper/scene.ts';
import type { Choose } from './choose.ts';
import type { Outlook } from './outlook.ts';
import type { SafeNow } from './safe-now.ts';

const quietly = (): void => undefined;

/**
 * Replaces what may not stay, by something of the display's pool, else by a safe picture: at once, and nowhere else. Answers the displays (ids) that changed.
 */
export type Replace = (isWrong: (image: Image) => boolean, reason: ChangeReason) => Promise<readonly string[]>;

export function createReplace(parts: {
  readonly outlook: Outlook;
  readonly choose: Choose;
  readonly safeNow: SafeNow;
  readonly stage: Pick<Stage, 'displays'>;
  readonly changes: Pick<Changes, 'current' | 'show'>;
  /** Prepares the next pictures. */
  readonly prefetch: () => void;
  /** State is another now. */
  readonly tell: () => void;
}): Replace {
  const { outlook, choose, safeNow, stage, changes } = parts;
  const { targets, ruleSettings, shownIds } = outlook;

  return async (isWrong, reason) => {
    const displays = await stage.displays();
    if (!displays.ok) return [];
    const wrong = changes.current().filter(({ image }) => isWrong(image));
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
      placements.length > 0 ? await changes.show({ placements }, reason, quietly) : await safeNow(affected, reason);
    const left = affected.filter(({ id }) => !placements.some(({ display }) => display === id));
    if (placements.length > 0 && left.length > 0) await safeNow(left, reason);
    parts.tell();
    parts.prefetch();
    return done.ok ? affected.map(({ id }) => id) : [];
  };
}
