import { describe, expect, it } from 'vitest';
import { fakeImages } from '../testing/fake-data.ts';
import { PictureList } from '../state/picture-list.svelte.ts';
import { start, type GridList } from './grid-list.ts';
import { GridState } from './grid-state.svelte.ts';
import type { RowsThread } from './rows-thread.ts';
import { layRows } from './rows.ts';
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

  it('does not creep when the window is dragged wider and narrower', () => {
    const { grid, settle } = setUp(2000);
    grid.scrolled(9000);
    settle();
    for (let turn = 0; turn < 30; turn += 1) {
      grid.resize(700 + ((turn * 173) % 900), 700);
      settle();
    }
    grid.resize(1216, 700);
    settle();
    expect(grid.top).toBe(9000);
  });

  it('comes back to where the list was left, in a window of another width, too', () => {
    const { list, grid, settle } = setUp(1000);
    grid.scrolled(3210);
    settle();
    grid.destroy();
    const { place } = list;
    const again = new GridState(list, () => () => undefined);
    again.update();
    again.resize(1216, 700);
    expect(again.wanted).toBe(3210);
    again.destroy();
    const narrow = new GridState(list, () => () => undefined);
    narrow.update();
    narrow.resize(640, 700);
    expect(narrow.tiles.some((tile) => tile.index === place.index && Math.abs(tile.y - narrow.top) < 400)).toBe(true);
  });

  it('stays with its pictures when others before them come and go, and at the beginning when it is there', () => {
    const { list, grid, settle } = setUp(900);
    const seen = (): string[] =>
      grid.tiles
        .filter((tile) => tile.y + tile.height > grid.top && tile.y < grid.top + 700)
        .map((tile) => list.at(tile.index) ?? '');
    grid.scrolled(9000);
    settle();
    const before = seen();
    const early = list.ids().slice(0, 60);
    list.withdraw((id) => early.includes(id));
    grid.update();
    settle();
    expect(seen().filter((id) => before.includes(id)).length).toBeGreaterThan(before.length / 2);
    list.giveBack(() => true);
    grid.update();
    settle();
    expect(seen().filter((id) => before.includes(id)).length).toBeGreaterThan(before.length / 2);
    grid.scrolled(0);
    settle();
    const [first = ''] = list.ids();
    list.remove((id) => id === first);
    grid.update();
    settle();
    expect(grid.top).toBe(0);
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
    expect([grid.moving, grid.fast]).toEqual([true, false]);
    grid.scrolled(5000);
    expect(grid.fast).toBe(true);
    settle();
    expect([grid.moving, grid.fast]).toEqual([false, false]);
  });

  describe('of a million', () => {
    const ratios = Float32Array.from({ length: 1_000_000 }, (_, index) => 0.6 + ((index * 7919) % 100) / 80);

    /** A list that nobody has to hold in memory, and timers and a thread that the test runs. */
    function setUpMany(threaded: boolean, width = 1216) {
      const list: GridList = {
        length: ratios.length,
        epoch: 0,
        generation: 0,
        settled: true,
        place: start,
        focusedIndex: -1,
        focused: null,
        focus: () => undefined,
        at: () => undefined,
        indexOf: () => -1,
        keyAt: (index) => index,
        ratios: (from) => ratios.subarray(from),
        near: () => undefined,
        load: () => Promise.resolve(undefined),
      };
      const timers: (() => void)[] = [];
      const jobs: (() => void)[] = [];
      const thread: RowsThread = {
        lay: (request) =>
          new Promise((resolve) => {
            jobs.push(() => resolve(layRows(request)));
          }),
      };
      const later = (_ms: number, action: () => void) => {
        timers.push(action);
        return () => void timers.splice(timers.indexOf(action), 1);
      };
      const grid = new GridState(list, later, threaded ? thread : null);
      let tasks = 0;
      const settle = async (): Promise<void> => {
        while (timers.length + jobs.length > 0) {
          timers.shift()?.();
          jobs.shift()?.();
          await Promise.resolve();
          await Promise.resolve();
          tasks += 1;
          if (grid.wanted !== null) grid.taken();
        }
      };
      grid.update();
      grid.resize(width, 700);
      return { list, grid, settle, tasks: () => tasks, jobs };
    }

    it.each([true, false])(
      'reaches the last in an element no higher than browsers allow (thread: %s)',
      async (threaded) => {
        const { grid, settle, tasks } = setUpMany(threaded);
        // The beginning is there at once.
        expect(grid.tiles.length).toBeGreaterThan(8);
        expect(grid.rowCount).toBe(-1);
        await settle();
        if (threaded) expect(tasks()).toBeLessThan(4);
        else expect(tasks()).toBeGreaterThan(20);
        expect(grid.move(0, 'End')).toBe(999_999);
        grid.reveal(999_999);
        expect(grid.height).toBe(heightCap);
        const last = grid.tiles.find((tile) => tile.index === 999_999);
        const end = (last?.y ?? 0) + (last?.height ?? 0) - grid.offset;
        expect(end).toBeGreaterThan(heightCap - 800);
        expect(end).toBeLessThanOrEqual(heightCap);
        expect(grid.share).toBe(1);
        grid.scrollTo(0);
        expect([grid.top, grid.topIndex]).toEqual([0, 0]);
      },
    );

    it.each([true, false])(
      'shows what it showed until another width is laid out that far (thread: %s)',
      async (threaded) => {
        const { grid, settle } = setUpMany(threaded);
        await settle();
        grid.scrollToPicture(800_000);
        await settle();
        const before = grid.tiles.map(({ index }) => index);
        grid.resize(900, 700);
        expect(grid.tiles.map(({ index }) => index)).toEqual(before);
        await settle();
        expect(Math.max(...grid.tiles.map((tile) => tile.x + tile.width))).toBe(900);
        expect(grid.tiles.some(({ index }) => before.includes(index))).toBe(true);
        expect(Math.abs(grid.topIndex - 800_000)).toBeLessThan(12);
      },
    );

    it('does not take an answer for a width that is not asked for any more', async () => {
      const { grid, settle, jobs } = setUpMany(true);
      grid.resize(900, 700);
      expect(jobs).toHaveLength(2);
      await settle();
      grid.reveal(999_999);
      expect(Math.max(...grid.tiles.map((tile) => tile.x + tile.width))).toBe(900);
    });
  });
});
