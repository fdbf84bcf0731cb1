import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeImages } from '../testing/fake-data.ts';
import { ArrangedList } from './arranged-list.svelte.ts';
import { keptImages } from './near-images.svelte.ts';

const images = fakeImages(12_000);
/** The key of the picture at `n` of the fake data. */
const keyOf = (n: number): number => n * 3 + 1;

function setUp(count: number) {
  const asked: (readonly number[])[] = [];
  const far: string[] = [];
  const unseen = new Set<number>();
  let broken = false;
  const list = new ArrangedList({
    fetch: (keys) => {
      asked.push(keys);
      if (broken) return Promise.resolve(null);
      return Promise.resolve(
        keys.flatMap((key) => {
          const image = images[(key - 1) / 3];
          return image && !unseen.has(key) ? [{ key, image }] : [];
        }),
      );
    },
    onfar: (ids) => void far.push(...ids),
  });
  const numbers = Array.from({ length: count }, (_, n) => keyOf(n));
  list.begin(null);
  list.add(
    numbers,
    numbers.map(() => 1500),
  );
  list.end();
  return { list, asked, far, unseen, breakDown: (is: boolean) => (broken = is) };
}
const settled = async () => {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
};

describe('an arranged list', () => {
  it('asks for the pictures in view and around it, in view first, and for nothing twice', async () => {
    const { list, asked } = setUp(5000);
    expect(list.at(1000)).toBeUndefined();
    list.near(1000, 1030);
    await settled();
    expect(asked[0]?.slice(0, 31)).toEqual(Array.from({ length: 31 }, (_, n) => keyOf(1000 + n)));
    expect(list.at(1000)).toBe(images[1000]?.id);
    expect(list.indexOf(images[1030]?.id ?? '')).toBe(1030);
    expect(new Set(asked.flat()).size).toBe(asked.flat().length);
    const before = asked.length;
    list.near(1000, 1030);
    await settled();
    expect(asked).toHaveLength(before);
  });

  it('asks only about where one is in the end, however far one has scrolled meanwhile', async () => {
    const { list, asked } = setUp(10_000);
    for (let at = 0; at < 9000; at += 90) list.near(at, at + 30);
    await settled();
    expect(asked.length).toBeLessThan(6);
    expect(list.at(8910)).toBeDefined();
    expect(list.at(4500)).toBeUndefined();
  });

  it('goes on after a failure, and does not ask for ever for what may not be seen', async () => {
    const { list, asked, unseen, breakDown } = setUp(200);
    breakDown(true);
    list.near(0, 20);
    await settled();
    expect([asked.length, list.at(0)]).toEqual([1, undefined]);
    breakDown(false);
    unseen.add(keyOf(3));
    list.near(0, 20);
    await settled();
    expect([list.at(2), list.at(3)]).toEqual([images[2]?.id, undefined]);
    const before = asked.length;
    list.near(0, 20);
    await settled();
    expect(asked).toHaveLength(before);
  });

  it('remembers some thousands and says which it has forgotten', async () => {
    const { list, far } = setUp(12_000);
    for (let at = 0; at < 12_000; at += 100) {
      list.near(at, at + 60);
      await settled();
    }
    expect(list.ids().length).toBeLessThanOrEqual(keptImages);
    expect(far.length).toBeGreaterThan(5000);
    expect(new Set([...far, ...list.ids()]).size).toBe(far.length + list.ids().length);
    expect(list.at(11_900)).toBeDefined();
    expect(list.at(0)).toBeUndefined();
  });

  it('begins with the picture it was left at, as soon as that has arrived', () => {
    const { list } = setUp(100);
    const numbers = Array.from({ length: 300 }, (_, n) => keyOf(n));
    const ones = numbers.map(() => 1000);
    list.begin({ index: 120, delta: 7, key: keyOf(123) });
    list.add(numbers.slice(0, 100), ones.slice(0, 100));
    expect(list.place).toBeNull();
    expect(list.keptPlace()).toEqual({ index: 120, delta: 7, key: keyOf(123) });
    list.add(numbers.slice(100, 200), ones.slice(100, 200));
    expect(list.place).toEqual({ index: 123, delta: 7 });
    list.begin({ index: 250, delta: 7, key: 99_999 });
    list.add(numbers.slice(0, 200), ones.slice(0, 200));
    list.end();
    expect(list.place).toEqual({ index: 199, delta: 0 });
  });

  it('stays with what it shows when it is arranged anew', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(keys, keys, fc.nat(119), fc.nat(119), (before, after, at, focus) => {
        const { list } = setUp(0);
        list.begin(null);
        list.add(
          before,
          before.map(() => 1000),
        );
        list.end();
        const index = at % before.length;
        list.place = { index, delta: 5 };
        list.focus(focus % before.length);
        const focusedKey = list.keyAt(list.focusedIndex);
        const changed = list.exchange(Uint32Array.from(after), new Float32Array(after.length).fill(1));
        expect(changed).toBe(before.join() !== after.join());
        expect([...list.keys()]).toEqual(after);
        const { place } = list;
        if (changed && index > 0 && after.includes(before[index] ?? 0)) {
          expect(place).toEqual({ index: after.indexOf(before[index] ?? 0), delta: 5 });
        }
        expect(place?.index ?? -1).toBeLessThan(Math.max(1, after.length));
        if (after.includes(focusedKey)) expect(list.keyAt(list.focusedIndex)).toBe(focusedKey);
        else expect(list.focusedIndex).toBeLessThan(after.length);
      }),
    );
  });

  it('takes pictures out, and puts them back where they were', async () => {
    const { list } = setUp(400);
    list.near(0, 100);
    await settled();
    const before = [...list.keys()];
    const gone = new Set([images[0]?.id, images[7]?.id, images[8]?.id, images[60]?.id]);
    list.focus(7);
    list.withdraw((id) => gone.has(id));
    expect([...list.keys()]).toEqual(before.filter((key) => !gone.has(images[(key - 1) / 3]?.id)));
    expect(list.at(list.focusedIndex)).toBe(images[9]?.id);
    list.giveBack((id) => id === images[8]?.id);
    expect(list.at(6)).toBe(images[8]?.id);
    expect(list.at(list.focusedIndex)).toBe(images[9]?.id);
    list.giveBack(() => true);
    expect([...list.keys()]).toEqual(before);
    expect(list.ratios(0)).toHaveLength(400);
  });

  it('shows nothing of what it knew once it is emptied, and comes back to the same place', async () => {
    const { list, far } = setUp(400);
    list.near(200, 220);
    await settled();
    list.place = { index: 200, delta: 3 };
    list.empty();
    expect([list.length, list.ids().length, list.settled]).toEqual([0, 0, false]);
    expect(far).toContain(images[200]?.id);
    expect(list.keptPlace()).toEqual({ index: 200, delta: 3, key: keyOf(200) });
  });
});
