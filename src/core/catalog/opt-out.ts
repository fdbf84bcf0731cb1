import type { CurrentWallpaper, Settings } from '../../shared/model.ts';
import type { EventBus } from '../events.ts';

/**
 * Turning the opt-in off hides adult content everywhere at once. Clients hear of their wallpapers anew, without the hidden ones, and what is on the
 * desktop is replaced; where nothing safe can be put there, its owner hears that it is still there.
 */
export function watchOptOut(parts: {
  readonly events: EventBus;
  readonly settings: () => Pick<Settings, 'adultContent'>;
  readonly wallpapers: () => readonly CurrentWallpaper[];
  /** Puts something safe there. */
  readonly replace: () => Promise<unknown>;
}): {
  /** What is being replaced is. */
  settled(): Promise<void>;
} {
  const { events, settings, wallpapers, replace } = parts;
  let before = settings().adultContent;
  let replacing: Promise<void> = Promise.resolve();
  const isAdult = ({ image }: CurrentWallpaper): boolean => image.rating !== 'safe';
  const tellWhatIsLeft = (): void => {
    if (settings().adultContent || !wallpapers().some(isAdult)) return;
    events.emit('notice', {
      level: 'error',
      message:
        'An adult picture is still on your desktop: nothing safe could be put there. "Next" tries again, or choose a picture yourself.',
    });
  };
  events.subscribe((name) => {
    if (name !== 'settings.changed') return;
    const now = settings().adultContent;
    const turnedOff = before && !now;
    before = now;
    if (!turnedOff) return;
    const shown = wallpapers();
    const safe = shown.filter((wallpaper) => !isAdult(wallpaper));
    if (safe.length === shown.length) return;
    events.emit('wallpaper.changed', { wallpapers: safe, hidden: shown.length - safe.length });
    replacing = replace().then(tellWhatIsLeft, tellWhatIsLeft);
  });
  return { settled: () => replacing };
}
