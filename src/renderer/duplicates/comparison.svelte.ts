const closest = 12;

/** Where all pictures of a group are looked at: how large, and which part, in shares of the picture, so that each shows the same part of itself. */
export class Comparison {
  zoom = $state(1);
  /** The middle of what is seen, 0 to 1. */
  x = $state(0.5);
  y = $state(0.5);
  /** All show the chosen one, in its place. */
  swapped = $state(false);

  reset(): void {
    this.zoom = 1;
    this.x = this.y = 0.5;
  }

  /** Keeps the point under `at` (shares of the frame) where it is. */
  zoomBy(factor: number, at: { readonly x: number; readonly y: number } = { x: 0.5, y: 0.5 }): void {
    const zoom = Math.max(1, Math.min(closest, this.zoom * factor));
    const point = (middle: number, share: number): number => middle + (share - 0.5) / this.zoom - (share - 0.5) / zoom;
    const [x, y] = [point(this.x, at.x), point(this.y, at.y)];
    this.zoom = zoom;
    this.#look(x, y);
  }

  /** By shares of the frame. */
  pan(byX: number, byY: number): void {
    this.#look(this.x - byX / this.zoom, this.y - byY / this.zoom);
  }

  #look(x: number, y: number): void {
    const half = 0.5 / this.zoom;
    const inside = (value: number): number => Math.max(half, Math.min(1 - half, value));
    this.x = inside(x);
    this.y = inside(y);
  }

  readonly transform = $derived(
    `scale(${this.zoom}) translate(${((0.5 - this.x) * 100).toFixed(3)}%, ${((0.5 - this.y) * 100).toFixed(3)}%)`,
  );
}
