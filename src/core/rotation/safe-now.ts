import { appError } from '../../shared/errors.ts';
import type { AppliedWallpaper, Display, Image, ImageId, Settings } from '../../shared/model.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { ChangeReason } from '../../shared/rotation.ts';
import type { Pictures } from '../files/pictures.ts';
import type { CandidateRules, Store } from '../store/store.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { OutsideFolder } from '../wallpaper/outside.ts';
import type { Placement } from '../wallpaper/scene.ts';
import type { RotationMemory } from './config.ts';
import { makeGradient } from './gradient.ts';
import { everything } from './rules.ts';

const quietly = (): void => undefined;

/** Puts a certainly safe picture of this disk on displays, at once; a plain gradient where there is none. */
export type SafeNow = (displays: readonly Display[], reason: ChangeReason) => Promise<Result<AppliedWallpaper>>;

export function createSafeNow(parts: {
  readonly store: Pick<Store, 'images' | 'candidates'>;
  readonly settings: () => Pick<Settings, 'wallpaperFit'>;
  readonly memory: RotationMemory;
  readonly pictures: Pick<Pictures, 'peek'>;
  readonly changes: Pick<Changes, 'show'>;
  readonly outside: Pick<OutsideFolder, 'adopt'>;
  readonly random: () => number;
}): SafeNow {
  const { store, settings, memory, pictures, changes } = parts;

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

  return safeScene;
}
