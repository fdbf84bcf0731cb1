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
  /** Puts something safe there. Answers the displays that changed. */
  readonly replace: () => Promise<readonly string[]>;
}): void {
  const { events, settings, wallpapers, replace } = parts;
  let before = settings().adultContent;
  const stillThere = (): void =>
    events.emit('notice', {
      level: 'error',
      message:
        'An adult picture is still on your desktop: nothing safe could be put there. "Next" tries again, or choose a picture yourself.',
    });
  events.subscribe((name) => {
    if (name !== 'settings.changed') return;
    const now = settings().adultContent;
    const turnedOff = before && !now;
    before = now;
    if (!turnedOff) return;
    const shown = wallpapers();
    const safe = shown.filter(({ image }) => image.rating === 'safe');
    if (safe.length === shown.length) return;
    events.emit('wallpaper.changed', { wallpapers: safe, hidden: shown.length - safe.length });
    replace().then(
      (changed) => {
        if (changed.length === 0) stillThere();
      },
      () => stillThere(),
    );
  });
}
