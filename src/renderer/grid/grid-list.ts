import type { ImageId } from '../../shared/model.ts';

/** Where a view begins: a picture, and how far below the top of its row, in CSS pixels. It holds at every width. */
export interface Place {
  readonly index: number;
  readonly delta: number;
}
export const start: Place = { index: 0, delta: 0 };

/**
 * What a grid shows: pictures in an order, by their index. `length`, `epoch`, `generation`, `settled`, `focusedIndex` and what `at` answers are reactive.
 * `epoch` changes when pictures have other indexes (the layout starts over and the view stays at `place`), `generation` when it is another list.
 */
export interface GridList {
  readonly length: number;
  readonly epoch: number;
  readonly generation: number;
  /** Nothing more arrives unasked: an index beyond the end will not come to exist. */
  readonly settled: boolean;
  /** Null while it is being looked for. The grid keeps it up to date. */
  place: Place | null;
  /** Which picture has or had the focus; -1 for none. */
  readonly focusedIndex: number;
  /** The same by id, where it is known. */
  readonly focused: ImageId | null;
  focus(index: number): void;
  /** Undefined while it is not known what is there. */
  at(index: number): ImageId | undefined;
  /** -1 for what is not in the list or not known. */
  indexOf(id: ImageId): number;
  /** What stands for the picture as long as it is in the list, wherever it moves. */
  keyAt(index: number): ImageId | number;
  /** Width / height of the pictures from `from` on. */
  ratios(from: number): ArrayLike<number>;
  /** These are in view or near it: what is not known of them is wanted now. */
  near(first: number, last: number): void;
  /** Gets to know what is there. Undefined where that failed or there is nothing. */
  load(index: number): Promise<ImageId | undefined>;
}
