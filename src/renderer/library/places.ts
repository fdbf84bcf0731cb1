import type { Memory } from '../state/storage.ts';
import type { KeptPlace } from './arranged-list.svelte.ts';

/** Searches whose place is remembered. */
const most = 40;
type Entry = readonly [query: string, index: number, delta: number, key: number];

/** Where one was in each of the last searches, over a restart: going back to one leads back to its place. */
export class Places {
  readonly #entries = new Map<string, KeptPlace>();
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    const stored = memory.read('library.places');
    for (const entry of Array.isArray(stored) ? (stored as readonly unknown[]) : []) {
      if (!isEntry(entry)) continue;
      const [query, index, delta, key] = entry;
      this.#entries.set(query, { index, delta, key });
    }
  }

  of(query: string): KeptPlace | null {
    return this.#entries.get(query) ?? null;
  }

  /** Null is the beginning: nothing to remember. */
  keep(query: string, place: KeptPlace | null): void {
    this.#entries.delete(query);
    if (place !== null) this.#entries.set(query, place);
    for (const old of this.#entries.keys()) {
      if (this.#entries.size <= most) break;
      this.#entries.delete(old);
    }
    const entries = [...this.#entries].map(([text, { index, delta, key }]): Entry => [text, index, delta, key]);
    this.#memory.write('library.places', entries);
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    typeof value[0] === 'string' &&
    value[0].length <= 2000 &&
    value.slice(1).every((each) => typeof each === 'number' && Number.isFinite(each)) &&
    Number(value[1]) >= 0
  );
}
