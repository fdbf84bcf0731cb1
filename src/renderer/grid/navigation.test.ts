import { describe, expect, it } from 'vitest';
import { createJustifiedLayout } from './justified-layout.ts';
import { moveInGrid } from './navigation.ts';

const view = { height: 400 };
function squares(count: number) {
  const layout = createJustifiedLayout({ width: 412, targetHeight: 100, gap: 4 });
  layout.append(new Array<number>(count).fill(1));
  layout.advance(Infinity);
  return layout;
}

describe('moving in the grid', () => {
  const layout = squares(18); // rows of four, the last of two
  it('walks left and right through the rows and stops at the ends', () => {
    expect(moveInGrid(layout, 3, 'ArrowRight', view)).toBe(4);
    expect(moveInGrid(layout, 4, 'ArrowLeft', view)).toBe(3);
    expect(moveInGrid(layout, 0, 'ArrowLeft', view)).toBeNull();
    expect(moveInGrid(layout, 17, 'ArrowRight', view)).toBeNull();
  });
  it('walks up and down to the picture nearest by', () => {
    expect(moveInGrid(layout, 1, 'ArrowDown', view)).toBe(5);
    expect(moveInGrid(layout, 15, 'ArrowDown', view)).toBe(17);
    expect(moveInGrid(layout, 17, 'ArrowUp', view)).toBe(13);
    expect(moveInGrid(layout, 1, 'ArrowUp', view)).toBeNull();
    expect(moveInGrid(layout, 17, 'ArrowDown', view)).toBeNull();
  });
  it('pages and jumps to the ends', () => {
    expect(moveInGrid(layout, 1, 'PageDown', view)).toBe(13);
    expect(moveInGrid(layout, 13, 'PageUp', view)).toBe(1);
    expect(moveInGrid(layout, 9, 'Home', view)).toBe(0);
    expect(moveInGrid(layout, 9, 'End', view)).toBe(17);
  });
  it('leaves other keys alone, and an empty grid', () => {
    expect(moveInGrid(layout, 0, 'x', view)).toBeNull();
    expect(moveInGrid(squares(0), 0, 'End', view)).toBeNull();
  });
});
