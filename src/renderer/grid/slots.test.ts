import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

describe('slots', () => {
  it('are used again, one for each key, as few as are ever needed at once, and stay with their key', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 20 }), (turns) => {
        const slotsOf = createSlots<number>();
        let before = new Map<number, number>();
        let most = 0;
        for (const turn of turns) {
          const slots = slotsOf(turn);
          const now = new Map(turn.map((key, at) => [key, slots[at] ?? -1]));
          most = Math.max(most, turn.length);
          expect(new Set(slots).size).toBe(turn.length);
          for (const slot of slots) expect(slot).toBeLessThan(most);
          for (const [key, slot] of now) if (before.has(key)) expect(slot).toBe(before.get(key));
          before = now;
        }
      }),
    );
  });
});
