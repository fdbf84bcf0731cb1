import type { Database } from './driver.ts';
import type { LikenessRepository } from './store.ts';

/** Perceptual hashes that can be compared with each other: our own, or one service's. */
type Space = string;
const own: Space = 'own';

export interface Likeness extends LikenessRepository {
  /** An image's hashes are now these. */
  note(image: {
    readonly key: number;
    readonly provider: string;
    readonly hash: string | null;
    readonly ownHash: string | null;
  }): void;
}

/** Bits in which two hashes (16 hex digits) differ, 0 to 64. */
export function hashDistance(one: string, other: string): number {
  return (
    ones(Number.parseInt(one.slice(0, 8), 16) ^ Number.parseInt(other.slice(0, 8), 16)) +
    ones(Number.parseInt(one.slice(8), 16) ^ Number.parseInt(other.slice(8), 16))
  );
}

/** A hash that says something: not missing, not all zeros (what a service gives for what it could not hash). */
export function isHash(hash: string | null): hash is string {
  return hash !== null && /^[0-9a-f]{16}$/i.test(hash) && !/^0+$/.test(hash);
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** All hashes of one space side by side, for a scan of millions in milliseconds. */
class Hashes {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  #keys = new Float64Array(1024);
  #count = 0;
  readonly #places = new Map<number, number>();

  set(key: number, hash: string): void {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#count;
      this.#count += 1;
      this.#places.set(key, place);
      if (this.#count > this.#keys.length) this.#grow();
      this.#keys[place] = key;
    }
    this.#high[place] = Number.parseInt(hash.slice(0, 8), 16);
    this.#low[place] = Number.parseInt(hash.slice(8), 16);
  }

  near(hash: string, distance: number): readonly number[] {
    const high = Number.parseInt(hash.slice(0, 8), 16);
    const low = Number.parseInt(hash.slice(8), 16);
    const found: number[] = [];
    for (let place = 0; place < this.#count; place += 1) {
      const bits = ones((this.#high[place] ?? 0) ^ high) + ones((this.#low[place] ?? 0) ^ low);
      if (bits <= distance) found.push(this.#keys[place] ?? 0);
    }
    return found;
  }

  #grow(): void {
    const size = this.#keys.length * 2;
    const larger = <T extends Uint32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#high = larger(this.#high, new Uint32Array(size));
    this.#low = larger(this.#low, new Uint32Array(size));
    this.#keys = larger(this.#keys, new Float64Array(size));
  }
}

interface HashRow {
  readonly key: number;
  readonly provider: string;
  readonly hash: string | null;
  readonly own_hash: string | null;
}

/** The index is read from the database when it is first asked, and follows it from then on. */
export function createLikeness(db: Database): Likeness {
  const all = db.prepare<HashRow>(
    'SELECT key, provider, hash, own_hash FROM image WHERE own_hash IS NOT NULL OR hash IS NOT NULL',
  );
  const one = db.prepare<HashRow>('SELECT key, provider, hash, own_hash FROM image WHERE id = ?');
  const idOf = db.prepare<{ id: string }>('SELECT id FROM image WHERE key = ?');
  let spaces: Map<Space, Hashes> | null = null;

  const put = (into: Map<Space, Hashes>, space: Space, key: number, hash: string | null): void => {
    if (!isHash(hash)) return;
    let hashes = into.get(space);
    if (hashes === undefined) {
      hashes = new Hashes();
      into.set(space, hashes);
    }
    hashes.set(key, hash);
  };
  const load = (): Map<Space, Hashes> => {
    const loaded = new Map<Space, Hashes>();
    for (const row of all.all([])) {
      put(loaded, own, row.key, row.own_hash);
      put(loaded, row.provider, row.key, row.hash);
    }
    return loaded;
  };

  return {
    note({ key, provider, hash, ownHash }) {
      if (spaces === null) return;
      put(spaces, own, key, ownHash);
      put(spaces, provider, key, hash);
    },
    of(id, distance) {
      const row = one.get([id]);
      if (row === undefined) return [];
      spaces ??= load();
      const keys = new Set<number>();
      if (isHash(row.own_hash))
        spaces
          .get(own)
          ?.near(row.own_hash, distance)
          .forEach((key) => keys.add(key));
      if (isHash(row.hash))
        spaces
          .get(row.provider)
          ?.near(row.hash, distance)
          .forEach((key) => keys.add(key));
      keys.delete(row.key);
      return [...keys].flatMap((key) => idOf.get([key])?.id ?? []);
    },
  };
}
