import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createChangesWorld } from './testing/changes-world.ts';
import type { Fit } from '../../shared/model.ts';

const displays = ['A', 'B'] as const;
type DisplayId = (typeof displays)[number];

/** A history as a person would draw it: on each display a row of pictures and a finger on one of them; and a pile of changes. */
class Model {
  readonly rows: Record<DisplayId, string[]> = { A: [], B: [] };
  readonly finger: Record<DisplayId, number> = { A: -1, B: -1 };
  readonly glass: Record<DisplayId, string | null> = { A: null, B: null };
  pile: { readonly display: DisplayId; readonly from: number }[][] = [];

  at(display: DisplayId): string | null {
    return this.rows[display][this.finger[display]] ?? null;
  }
  record(pictures: readonly (readonly [DisplayId, string])[]): void {
    this.pile.push(
      pictures.map(([display, picture]) => {
        const row = this.rows[display];
        const from = this.finger[display];
        if (from >= 0 && from < row.length - 1) row.push(row[from] ?? '');
        row.push(picture);
        this.finger[display] = row.length - 1;
        return { display, from };
      }),
    );
  }
  notice(): void {
    const others = displays.filter((display) => this.glass[display]?.startsWith('outside') === true);
    const fresh = others.filter((display) => this.at(display) !== this.glass[display]);
    if (fresh.length > 0) this.record(fresh.map((display) => [display, this.glass[display] ?? '']));
  }
  show(pictures: readonly (readonly [DisplayId, string])[]): void {
    this.notice();
    this.record(pictures);
    for (const [display] of pictures) this.glass[display] = this.at(display);
  }
  go(moves: readonly (readonly [DisplayId, number])[]): void {
    if (moves.length === 0) return;
    this.pile.push(moves.map(([display]) => ({ display, from: this.finger[display] })));
    for (const [display, to] of moves) {
      this.finger[display] = to;
      this.glass[display] = this.at(display);
    }
  }
  previous(ids: readonly DisplayId[]): void {
    this.notice();
    this.go(ids.filter((id) => this.finger[id] > 0).map((id) => [id, this.finger[id] - 1] as const));
  }
  forward(): void {
    const isBack = (id: DisplayId): boolean => this.finger[id] >= 0 && this.finger[id] < this.rows[id].length - 1;
    if (!displays.some(isBack)) return;
    this.notice();
    this.go(displays.filter(isBack).map((id) => [id, this.finger[id] + 1] as const));
  }
  jump(display: DisplayId, place: number): void {
    this.notice();
    this.go([[display, place]]);
  }
  undo(): void {
    this.notice();
    for (;;) {
      const moves = this.pile.at(-1);
      const back = moves?.filter(({ from }) => from >= 0) ?? [];
      if (back.length === 0) return;
      this.pile.pop();
      const seen = back.some(({ display, from }) => this.rows[display][from] !== this.at(display));
      for (const { display, from } of back) {
        this.finger[display] = from;
        if (seen) this.glass[display] = this.at(display);
      }
      if (seen) return;
    }
  }
}

const someDisplays = fc.constantFrom<readonly DisplayId[]>(['A'], ['B'], ['A', 'B']);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('show'),
      on: someDisplays,
      picture: fc.nat(5),
      fit: fc.constantFrom<Fit>('fill', 'center'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outside'), on: someDisplays, picture: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('previous'), on: someDisplays }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forward') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump'),
      on: fc.constantFrom<readonly DisplayId[]>(['A'], ['B']),
      place: fc.nat(20),
    }),
  },
) as fc.Arbitrary<{
  readonly do: 'show' | 'outside' | 'previous' | 'forward' | 'undo' | 'jump';
  readonly on?: readonly DisplayId[];
  readonly picture?: number;
  readonly fit?: Fit;
  readonly place?: number;
}>;

it('shows after any steps exactly the picture and fit that a person would expect', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const test = createChangesWorld();
      try {
        const model = new Model();
        for (const { do: what, on = [], picture = 0, fit = 'fill', place = 0 } of steps) {
          if (what === 'show') {
            await test.show(...on.map((id) => test.place(id, `waifu-im:${picture}`, fit)));
            model.show(on.map((id) => [id, `waifu-im:${picture} ${fit}`]));
          } else if (what === 'outside') {
            for (const id of on) {
              test.outside(id, `outside-${picture}.png`);
              // Set by somebody else, even where it looks like what we had brought back.
              test.ours.delete(id);
              model.glass[id] = `outside-${picture}.png fill`;
            }
          } else if (what === 'previous') {
            await test.changes.previous(on);
            model.previous(on);
          } else if (what === 'forward') {
            await test.changes.forward();
            model.forward();
          } else if (what === 'undo') {
            await test.changes.undo();
            model.undo();
          } else {
            const [id = 'A'] = on;
            const keys = test.store.wallpapers.list({ display: id, before: null, limit: 500 }).map(({ key }) => key);
            const key = keys.reverse()[place];
            if (key === undefined) continue;
            await test.changes.jump(key);
            model.jump(id, place);
          }
          for (const id of displays) {
            const seen = test.glass.get(id);
            const now = seen === undefined ? null : `${seen.what} ${seen.fit ?? 'fill'}`;
            expect([what, id, now]).toEqual([what, id, model.glass[id]]);
          }
        }
        for (const id of displays) {
          const rows = test.store.wallpapers.list({ display: id, before: null, limit: 500 });
          expect(rows.map((row) => `${row.image ?? row.outside} ${row.fit}`).reverse()).toEqual(model.rows[id]);
        }
      } finally {
        test.close();
      }
    }),
    { numRuns: 60 },
  );
});
