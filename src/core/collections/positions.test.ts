import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectionPlace } from '../store/collections.ts';
import { placesFor, type Neighbours } from './positions.ts';

/** A collection in memory, that counts the rows it writes. */
function shelf(images: readonly string[]) {
  const rows = new Map(images.map((image, n) => [image, n]));
  const sorted = (): CollectionPlace[] =>
    [...rows]
      .map(([image, position]) => ({ image, position }))
      .sort((a, b) => a.position - b.position || (a.image < b.image ? -1 : 1));
  const read: Neighbours = {
    before(place, limit) {
      const all = sorted();
      const end = place === null ? all.length : all.findIndex(({ image }) => image === place.image);
      return all.slice(0, end).reverse().slice(0, limit);
    },
    after(place, limit) {
      const all = sorted();
      const start = place === null ? 0 : all.findIndex(({ image }) => image === place.image) + 1;
      return all.slice(start, start + limit);
    },
  };
  return {
    order: () => sorted().map(({ image }) => image),
    spread: (gap: number) => rows.forEach((position, image) => rows.set(image, position * gap)),
    /** Answers how many rows that wrote. */
    move(moving: readonly string[], before: string | null): number {
      const anchor = before === null ? null : { image: before, position: rows.get(before) ?? 0 };
      const places = placesFor(moving, anchor, read);
      for (const { image, position } of places) rows.set(image, position);
      expect(places.every(({ position }) => Number.isSafeInteger(position))).toBe(true);
      return places.length;
    },
  };
}

describe('places in a collection', () => {
  it('come in any order, however close they were', () => {
    const names = Array.from({ length: 12 }, (_, n) => `i${n}`);
    const step = fc.record({
      moving: fc.shuffledSubarray(names, { minLength: 1, maxLength: 5 }),
      before: fc.constantFrom(...names, null),
    });
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 3, 1 << 20), fc.array(step, { maxLength: 20 }), (gap, steps) => {
        const tested = shelf(names);
        tested.spread(gap);
        let expected: string[] = tested.order();
        for (const { moving, before } of steps) {
          if (before !== null && moving.includes(before)) continue;
          tested.move(moving, before);
          const rest = expected.filter((name) => !moving.includes(name));
          const at = before === null ? rest.length : rest.indexOf(before);
          expected = [...rest.slice(0, at), ...moving, ...rest.slice(at)];
          expect(tested.order()).toEqual(expected);
        }
      }),
    );
  });

  it('write one row for one picture, and few where the gap has run out', () => {
    const tested = shelf(Array.from({ length: 2_000 }, (_, n) => `i${String(n).padStart(4, '0')}`));
    tested.spread(1 << 20);
    const written = Array.from({ length: 400 }, (_, n) =>
      tested.move([`i${String(1999 - n).padStart(4, '0')}`], 'i1000'),
    );
    expect(written.filter((rows) => rows > 1).length).toBeLessThan(25);
    expect(Math.max(...written)).toBeLessThan(600);
    expect(tested.order().slice(1000, 1003)).toEqual(['i1999', 'i1998', 'i1997']);
  });
});
