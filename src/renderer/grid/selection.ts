import type { ImageId } from '../../shared/model.ts';
import type { GridList } from './grid-list.ts';

/** What is selected in a list, by place. What it answers is reactive. */
export interface GridSelection {
  readonly by: 'place';
  readonly size: number;
  has(index: number): boolean;
  /** Selects or unselects; with `range`, everything from the last one touched to it. */
  toggle(index: number, range: boolean): void;
  all(): void;
  /** Those that are selected, for dragging them; null when they could not be read. */
  ids?(): Promise<readonly ImageId[] | null>;
}

/** The same by id, for lists whose pictures are all known. */
export interface IdSelection {
  readonly by?: 'id';
  readonly size: number;
  has(id: ImageId): boolean;
  toggle(id: ImageId, range: boolean): void;
  all(): void;
  /** Those that are selected, for dragging them. */
  ids?(): readonly ImageId[];
}

export function byPlace(selection: IdSelection | GridSelection, list: Pick<GridList, 'at'>): GridSelection {
  if (selection.by === 'place') return selection;
  return {
    by: 'place',
    get size() {
      return selection.size;
    },
    has(index) {
      const id = list.at(index);
      return id !== undefined && selection.has(id);
    },
    toggle(index, range) {
      const id = list.at(index);
      if (id !== undefined) selection.toggle(id, range);
    },
    all: () => selection.all(),
  };
}
