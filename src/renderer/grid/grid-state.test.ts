import { describe, expect, it } from 'vitest';
import { fakeImages } from '../testing/fake-data.ts';
import { PictureList } from '../state/picture-list.svelte.ts';
import { GridState } from './grid-state.svelte.ts';
import { heightCap } from './scroll-space.ts';

/** A grid whose timers the test runs, and which takes every wanted scroll position as an element would. */
function setUp(count: number) {
  const list = new PictureList();
  list.append(fakeImages(count));
  const timers: (() => void)[] = [];
  const grid = new GridState(list, (_ms, action) => {
    timers.push(action);
    return () => void timers.splice(timers.indexOf(action), 1);
  });
  const settle = (): void => {
    while (timers.length > 0) timers.shift()?.();
    if (grid.wanted !== null) grid.taken();
  };
  grid.update();
  grid.resize(1216, 700);
  settle();
  return { list, grid, settle };
}

describe('the grid', () => {
  it('renders a screenful and a little more, however many pictures there are', () => {
    const { grid } = setUp(5000);
    expect(grid.tiles.length).toBeGreaterThan(8);
    expect(grid.tiles.length).toBeLessThan(60);
    expect(grid.tiles[0]?.index).toBe(0);
  });

  it('follows the scroll position and asks for more near the end', () => {
    const { grid } = setUp(500);
    expect(grid.nearEnd).toBe(false);
    grid.scrolled(4000);
    expect(grid.tiles.every((tile) => tile.y > 3000 && tile.y < 5400)).toBe(true);
    grid.scrolled(grid.height - 700);
    expect(grid.nearEnd).toBe(true);
  });

  it('keeps its place when pictures are appended, and starts at the top for another list', () => {
    const { list, grid, settle } = setUp(300);
    grid.scrolled(2000);
    list.append(fakeImages(600));
    grid.update();
    expect(grid.top).toBe(2000);
    list.reset(fakeImages(100));
    grid.update();
    settle();
    expect(grid.top).toBe(0);
  });

  it('keeps the same pictures in view when the width changes', () => {
    const { grid, settle } = setUp(2000);
    grid.scrolled(9000);
    const before = grid.tiles.find((tile) => tile.y >= 9000 - 300)?.index ?? 0;
    grid.resize(800, 700);
    settle();
    const seen = grid.tiles.filter((tile) => tile.y + tile.height > grid.top && tile.y < grid.top + 700);
    expect(seen.some((tile) => Math.abs(tile.index - before) <= 6)).toBe(true);
  });

  it('comes back to where the list was left', () => {
    const { list, grid, settle } = setUp(1000);
    grid.scrolled(3210);
    settle();
    grid.destroy();
    const again = new GridState(list, () => () => undefined);
    again.update();
    again.resize(1216, 700);
    expect(again.wanted).toBe(3210);
  });

  it('reveals a picture with no more scrolling than needed, and keeps the focused one rendered', () => {
    const { list, grid, settle } = setUp(1000);
    grid.reveal(2);
    expect(grid.top).toBe(0);
    grid.reveal(400);
    settle();
    expect(grid.tiles.some((tile) => tile.index === 400)).toBe(true);
    list.focused = list.at(400) ?? null;
    grid.scrolled(0);
    expect(grid.tiles.some((tile) => tile.index === 400)).toBe(true);
    expect(grid.move(0, 'End')).toBe(999);
  });

  it('holds loading back while scrolling fast', () => {
    const { grid, settle } = setUp(3000);
    grid.scrolled(40);
    expect(grid.fast).toBe(false);
    grid.scrolled(5000);
    expect(grid.fast).toBe(true);
    settle();
    expect(grid.fast).toBe(false);
  });

  it('reaches the last of very many in an element no higher than browsers allow, a slice a task', () => {
    const list = new PictureList();
    const [one] = fakeImages(1);
    if (!one) throw new Error('no picture');
    list.append(Array.from({ length: 200_000 }, (_, index) => ({ ...one, id: `waifu-im:${index}` })));
    const timers: (() => void)[] = [];
    let tasks = 0;
    const grid = new GridState(list, (_ms, action) => {
      timers.push(action);
      return () => undefined;
    });
    grid.update();
    grid.resize(1216, 700);
    while (timers.length > 0) {
      timers.shift()?.();
      tasks += 1;
    }
    expect(tasks).toBeGreaterThan(3);
    grid.reveal(199_999);
    expect(grid.height).toBe(heightCap);
    const last = grid.tiles.find((tile) => tile.index === 199_999);
    expect((last?.y ?? 0) + (last?.height ?? 0) - grid.offset).toBeLessThanOrEqual(heightCap);
  });
});
