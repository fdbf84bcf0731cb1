import type { CurrentWallpaper, Settings } from '../../shared/model.ts';
import type { EventBus } from '../events.ts';

/**
 * Turning the opt-in off hides adult content everywhere at once; what this program cannot take back by itself is a wallpaper already on the desktop,
 * so it says so. Clients hear of their wallpapers anew, without the hidden ones.
 */
export function watchOptOut(parts: {
  readonly events: EventBus;
  readonly settings: () => Pick<Settings, 'adultContent'>;
  readonly wallpapers: () => readonly CurrentWallpaper[];
}): void {
  const { events, settings, wallpapers } = parts;
  let before = settings().adultContent;
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
    events.emit('notice', {
      level: 'info',
      message: 'An adult picture is still on your desktop. "Next random wallpaper" puts a safe one there.',
    });
  });
}
