import type { JustifiedLayout, Tile } from './justified-layout.ts';

/** Where a key leads from picture `index`; null when the key is not one of the grid's or leads nowhere. */
export function moveInGrid(
  layout: JustifiedLayout,
  index: number,
  key: string,
  view: { readonly height: number },
): number | null {
  const last = layout.length - 1;
  if (last < 0) return null;
  switch (key) {
    case 'ArrowLeft':
      return index > 0 ? index - 1 : null;
    case 'ArrowRight':
      return index < last ? index + 1 : null;
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowUp':
    case 'ArrowDown': {
      const row = layout.rowOf(index) + (key === 'ArrowDown' ? 1 : -1);
      return row < 0 || row >= layout.rowCount ? null : nearest(layout, index, row);
    }
    case 'PageUp':
    case 'PageDown': {
      const from = layout.row(layout.rowOf(index));
      const row = layout.rowAt(from.top + (key === 'PageDown' ? view.height : -view.height));
      return nearest(layout, index, row);
    }
    default:
      return null;
  }
}

/** The picture of `row` that lies most below (or above) picture `index`. */
function nearest(layout: JustifiedLayout, index: number, row: number): number | null {
  const own = layout.tiles(layout.rowOf(index), layout.rowOf(index)).find((tile) => tile.index === index);
  if (!own) return null;
  const middle = (tile: Tile): number => tile.x + tile.width / 2;
  let best: Tile | null = null;
  for (const tile of layout.tiles(row, row))
    if (!best || Math.abs(middle(tile) - middle(own)) < Math.abs(middle(best) - middle(own))) best = tile;
  return best?.index ?? null;
}
