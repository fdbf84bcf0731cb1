import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEventBus } from '../events.ts';
import { openTestStore } from '../store/testing.ts';
import { createEdits, type Edits } from './edits.ts';
import { couldNot, operationKind, unchanged, type TypedOperationKind } from './operation.ts';

let test: ReturnType<typeof openTestStore>;
let told: string[];
let forgotten: string[];
let edits: Edits;
const emitted = (): number => told.filter((name) => name === 'edits.changed').length;

/** Small values in the store: "set" puts one there, and cannot where its name is gone. */
const payload = z.object({ name: z.string(), value: z.number().nullable() });
const set: TypedOperationKind<z.output<typeof payload>> = operationKind({
  kind: 'test.set',
  schema: payload,
  apply({ name, value }) {
    if (name === 'gone') return couldNot('"gone" is not there any more.');
    const before = valueOf(name);
    if (before === value) return unchanged;
    test.store.settings.remember(name, value);
    return { inverse: [set.of({ name, value: before })], missed: [] };
  },
  forget: ({ name }) => void forgotten.push(name),
  changed: ({ name }) => void told.push(name),
});
function valueOf(name: string): number | null {
  const value = test.store.settings.recall(name);
  return typeof value === 'number' ? value : null;
}
function make(changes: Readonly<Record<string, number>>): void {
  edits.make(() => {
    const { inverse } = edits.apply(Object.entries(changes).map(([name, value]) => set.of({ name, value })));
    return { value: null, label: Object.keys(changes).join(), inverse };
  });
}
const labels = (): readonly string[] => edits.list().map(({ label, undone }) => (undone ? `(${label})` : label));

beforeEach(() => {
  test = openTestStore();
  told = [];
  forgotten = [];
  const events = createEventBus();
  events.subscribe((name) => void told.push(name));
  edits = createEdits({ store: test.store, events, now: () => test.clock.time, keep: { edits: 5, bytes: 2_000 } });
  edits.register(set);
});
afterEach(() => test.close());

describe('the undo stack', () => {
  it('takes back and makes again, newest first', async () => {
    make({ a: 1 });
    make({ a: 2, b: 2 });
    expect(labels()).toEqual(['a,b', 'a']);
    expect(edits.list()[0]).toMatchObject({ at: '2026-01-01T00:00:00.000Z', undone: false });
    expect(await edits.undo(null)).toMatchObject({ edit: { label: 'a,b', undone: true }, count: 1, missed: [] });
    expect([valueOf('a'), valueOf('b')]).toEqual([1, null]);
    expect(labels()).toEqual(['(a,b)', 'a']);
    expect(await edits.undo(null)).toMatchObject({ count: 1 });
    expect(await edits.undo(null)).toEqual({ edit: null, count: 0, missed: [] });
    expect(valueOf('a')).toBeNull();
    expect(await edits.redo(null)).toMatchObject({ edit: { label: 'a', undone: false }, count: 1 });
    expect(await edits.redo(null)).toMatchObject({ edit: { label: 'a,b' } });
    expect(await edits.redo(null)).toMatchObject({ edit: null, count: 0 });
    expect([valueOf('a'), valueOf('b')]).toEqual([2, 2]);
  });

  it('goes down and up to an edit, itself included, and nowhere for one that is gone or turned', async () => {
    for (const value of [1, 2, 3, 4]) make({ a: value });
    const keys = edits.list().map(({ key }) => key);
    expect(await edits.undo(keys[2] ?? 0)).toMatchObject({ count: 3, edit: { key: keys[2] } });
    expect(valueOf('a')).toBe(1);
    expect(await edits.undo(keys[2] ?? 0)).toMatchObject({ count: 0, edit: null });
    expect(await edits.undo(9_999)).toMatchObject({ count: 0 });
    expect(await edits.redo(keys[1] ?? 0)).toMatchObject({ count: 2, edit: { key: keys[1] } });
    expect(valueOf('a')).toBe(3);
    expect(await edits.redo(keys[1] ?? 0)).toMatchObject({ count: 0 });
  });

  it('forgets what was undone when something new is made, and says which operations are past', async () => {
    make({ a: 1 });
    make({ b: 1 });
    await edits.undo(null);
    make({ c: 1 });
    expect(labels()).toEqual(['c', 'a']);
    expect(forgotten).toEqual(['b']);
    expect(await edits.redo(null)).toMatchObject({ count: 0 });
  });

  it('keeps so many, and so many bytes, and always the newest', () => {
    for (const name of 'abcdefg') make({ [name]: 1 });
    expect(labels()).toEqual(['g', 'f', 'e', 'd', 'c']);
    expect(forgotten).toEqual(['a', 'b']);
    make(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`large${n}`, n])));
    expect(edits.list()).toHaveLength(1);
  });

  it('records nothing where nothing changed', () => {
    make({ a: 1 });
    make({ a: 1, gone: 2 });
    expect(labels()).toEqual(['a']);
    expect(emitted()).toBe(1);
  });

  it('does what it can where the ground is gone, and says what it could not', async () => {
    edits.make(() => {
      test.store.settings.remember('a', 5);
      const inverse = [set.of({ name: 'gone', value: 1 }), set.of({ name: 'a', value: 1 })];
      return { value: null, label: 'by hand', inverse: [...inverse, { kind: 'of.another.version', with: {} }] };
    });
    expect(await edits.undo(null)).toMatchObject({
      count: 1,
      missed: [
        '"gone" is not there any more.',
        'A step of this change (of.another.version) is not known to this version of Kabegami.',
      ],
    });
    expect(valueOf('a')).toBe(1);
    // Only what was taken back is made again.
    expect(await edits.redo(null)).toMatchObject({ count: 1, missed: [] });
    expect(valueOf('a')).toBe(5);
  });

  it('leaves nothing of a change that throws, and tells nobody', () => {
    const before = dump();
    expect(() =>
      edits.make(() => {
        edits.apply([set.of({ name: 'a', value: 1 })]);
        throw new Error('full');
      }),
    ).toThrow('full');
    expect(dump()).toEqual(before);
    expect(told).toEqual([]);
    make({ b: 1 });
    expect(told).toEqual(['b', 'edits.changed']);
  });

  it('survives operations that somebody else wrote', async () => {
    make({ a: 1 });
    for (const stored of ['{}', '[3]', '[{"kind":"test.set","with":{"name":7}}]']) {
      test.store.database.prepare('UPDATE edit SET undone = 0, operations = ?').run([stored]);
      expect(await edits.undo(null)).toMatchObject({ count: 1 });
    }
    expect(valueOf('a')).toBe(1);
  });

  it('refuses two kinds of one name', () => {
    expect(() => edits.register(set)).toThrow('two operations');
  });

  it('walks back and forth to the very same values', async () => {
    const change = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'gone'), fc.integer({ min: 0, max: 3 }), {
      minKeys: 1,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(change, fc.constant('undo' as const), fc.constant('redo' as const)), { maxLength: 30 }),
        async (steps) => {
          /** What was seen before each edit that stands, and after each that is undone. */
          const done: string[] = [];
          let undone: string[] = [];
          const seen = (): string => JSON.stringify(['a', 'b', 'c'].map(valueOf));
          for (const step of steps) {
            const before = seen();
            if (step === 'undo') {
              const { count } = await edits.undo(null);
              expect(count).toBe(done.length > 0 ? 1 : 0);
              if (count > 0) {
                expect(seen()).toBe(done.pop());
                undone.push(before);
              }
            } else if (step === 'redo') {
              const { count } = await edits.redo(null);
              expect(count).toBe(undone.length > 0 ? 1 : 0);
              if (count > 0) {
                expect(seen()).toBe(undone.pop());
                done.push(before);
              }
            } else {
              make(step);
              if (seen() === before) continue;
              done.push(before);
              if (done.length > 5) done.shift();
              undone = [];
            }
          }
          while ((await edits.undo(null)).count > 0) expect(seen()).toBe(done.pop());
          expect(done).toEqual([]);
          // A clean stack for the next run.
          make({ reset: (valueOf('reset') ?? 0) + 1 });
          await edits.undo(null);
          test.store.database.exec('DELETE FROM edit');
        },
      ),
      { numRuns: 60 },
    );
  });
});

function dump(): unknown {
  return ['memory', 'edit'].map((table) => test.store.database.prepare(`SELECT * FROM ${table}`).all([]));
}
