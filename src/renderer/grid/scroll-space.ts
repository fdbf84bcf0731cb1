/**
 * Browsers cap the height of an element (16,777,216 device pixels in Chromium): a grid of a million pictures is higher. Below the cap the
 * scroll position is the place in the grid. Above it, small scrolls still move one to one, by shifting `offset` along; a jump (a dragged
 * scrollbar) maps in proportion, and when scrolling rests the scrollbar is put back to where it belongs.
 */
export interface ScrollSpace {
  /** Where the view begins in the grid, in CSS pixels. */
  readonly top: number;
  /** Subtract it from a place in the grid to get the place in the scrolled element. */
  readonly offset: number;
  /** Height to give the scrolled element. */
  readonly physicalHeight: number;
  /** Tells the heights of the grid and of the view. */
  resize(total: number, view: number): void;
  /** The element was scrolled to `physical` by someone else. */
  scrolled(physical: number): void;
  /** Goes to `top` in the grid; answers the scroll position to set. */
  moveTo(top: number): number;
  /** Scrolling rests: answers the scroll position to set so that the scrollbar tells the truth, null when it does already. */
  settle(): number | null;
}

/** Safe at a device pixel ratio of 2 with room to spare. */
export const heightCap = 8_000_000;

export function createScrollSpace(cap: number = heightCap): ScrollSpace {
  let total = 0;
  let view = 0;
  let top = 0;
  let physical = 0;

  const limit = (): number => Math.max(0, total - view);
  const physicalLimit = (): number => Math.max(0, Math.min(total, cap) - view);
  const capped = (): boolean => total > cap;
  const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value));
  const inProportion = (value: number, from: number, to: number): number => (from <= 0 ? 0 : (value / from) * to);
  const truth = (): number => (capped() ? Math.round(inProportion(top, limit(), physicalLimit())) : top);

  return {
    get top() {
      return top;
    },
    get offset() {
      return top - physical;
    },
    get physicalHeight() {
      return Math.min(total, cap);
    },
    resize(newTotal, newView) {
      total = newTotal;
      view = newView;
      top = clamp(top, limit());
      if (!capped()) physical = top;
    },
    scrolled(next) {
      const moved = next - physical;
      physical = next;
      if (!capped()) top = next;
      else if (next <= 0) top = 0;
      else if (next >= physicalLimit()) top = limit();
      else if (Math.abs(moved) <= view * 2) top = clamp(top + moved, limit());
      else top = clamp(inProportion(next, physicalLimit(), limit()), limit());
    },
    moveTo(next) {
      top = clamp(next, limit());
      physical = truth();
      return physical;
    },
    settle() {
      if (!capped()) return null;
      const wanted = truth();
      if (Math.abs(wanted - physical) < 1) return null;
      physical = wanted;
      return wanted;
    },
  };
}
