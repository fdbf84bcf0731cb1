import type { TransitionConfig } from 'svelte/transition';

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The place of a picture's tile in the grid below, where it can be seen. */
export function tileRect(id: string): Rect | null {
  const rect = document.querySelector(`[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect();
  if (!rect || rect.bottom < 0 || rect.top > globalThis.innerHeight) return null;
  return rect;
}

/** The transform that lays `box` over `tile`, for an element whose origin is the page's top left corner. */
export function overlay(tile: Rect, box: Rect): { readonly x: number; readonly y: number; readonly scale: number } {
  const scale = Math.max(tile.width / box.width, tile.height / box.height);
  return {
    scale,
    x: tile.left + tile.width / 2 - (box.left + box.width / 2) * scale,
    y: tile.top + tile.height / 2 - (box.top + box.height / 2) * scale,
  };
}

/** The user asked the system for no motion. */
function still(): boolean {
  return globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Comes and goes gently, or at once where motion is unwanted. */
export function appear(_node: Element, { duration }: { readonly duration: number }): TransitionConfig {
  return still() ? { duration: 0 } : { duration, css: (time) => `opacity: ${time}` };
}

/** A picture grows out of its tile and goes back into it; where there is none to be seen, or motion is unwanted, it only fades or does nothing. */
export function fromTile(
  _node: Element,
  options: { readonly id: () => string | null; readonly box: () => Rect },
): TransitionConfig {
  if (still()) return { duration: 0 };
  const id = options.id();
  const tile = id === null ? null : tileRect(id);
  const box = options.box();
  if (!tile || box.width <= 0 || box.height <= 0) return { duration: 120, css: (time) => `opacity: ${time}` };
  const start = overlay(tile, box);
  return {
    duration: 190,
    easing: (time) => 1 - (1 - time) ** 3,
    css: (time, rest) =>
      `transform-origin: 0 0; transform: translate(${start.x * rest}px, ${start.y * rest}px) scale(${time + start.scale * rest});` +
      (time < 0.15 ? `opacity: ${time / 0.15}` : ''),
  };
}
