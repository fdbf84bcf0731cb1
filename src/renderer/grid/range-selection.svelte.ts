/** `from` up to but not including `to`. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Which places of a list are selected, as ranges: everything of a million is one range, not a million entries. Immutable inside, so that what reads it is told by
 * one signal.
 */
export class RangeSelection {
  /** Sorted; no two touch each other. */
  ranges = $state.raw<readonly IndexRange[]>([]);
  /** The place last touched: a range reaches from it. */
  #anchor = -1;

  readonly size: number = $derived(this.ranges.reduce((sum, { from, to }) => sum + to - from, 0));

  has(index: number): boolean {
    const { ranges } = this;
    let low = 0;
    let high = ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = ranges[middle];
      if (range === undefined) return false;
      if (index < range.from) high = middle - 1;
      else if (index >= range.to) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** Selects or unselects one; with `range`, everything from the last one touched to it. */
  toggle(index: number, range = false): void {
    if (range && this.#anchor >= 0) this.add(Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1);
    else if (this.has(index)) this.remove(index, index + 1);
    else this.add(index, index + 1);
    this.#anchor = index;
  }

  /** Selects `from` up to but not including `to`. */
  add(from: number, to: number): void {
    if (to <= from) return;
    const apart = this.ranges.filter((range) => range.to < from || range.from > to);
    const joined = this.ranges.filter((range) => range.to >= from && range.from <= to);
    const whole = {
      from: Math.min(from, ...joined.map((range) => range.from)),
      to: Math.max(to, ...joined.map((range) => range.to)),
    };
    this.ranges = [...apart, whole].sort((a, b) => a.from - b.from);
  }

  remove(from: number, to: number): void {
    if (to <= from) return;
    this.ranges = this.ranges.flatMap((range) => {
      if (range.to <= from || range.from >= to) return [range];
      return [
        { from: range.from, to: from },
        { from: to, to: range.to },
      ].filter((part) => part.to > part.from);
    });
  }

  clear(): void {
    if (this.ranges.length > 0) this.ranges = [];
    this.#anchor = -1;
  }

  /** The list's pictures have other places now: the same pictures stay selected. `before` and `after` are the keys in their order. */
  carry(before: Uint32Array, after: Uint32Array): void {
    this.#anchor = -1;
    if (this.ranges.length === 0) return;
    let most = 0;
    for (let at = 0; at < before.length; at += 1) most = Math.max(most, before[at] ?? 0);
    // A bit a key: a set of a million would take longer than a task may.
    const bits = new Uint8Array((most >> 3) + 1);
    for (const { from, to } of this.ranges) {
      for (let at = from; at < to && at < before.length; at += 1) {
        const key = before[at] ?? 0;
        bits[key >> 3] = (bits[key >> 3] ?? 0) | (1 << (key & 7));
      }
    }
    const ranges: IndexRange[] = [];
    let open = -1;
    for (let at = 0; at <= after.length; at += 1) {
      const key = after[at];
      const selected = key !== undefined && key <= most && ((bits[key >> 3] ?? 0) & (1 << (key & 7))) !== 0;
      if (selected && open < 0) open = at;
      else if (!selected && open >= 0) {
        ranges.push({ from: open, to: at });
        open = -1;
      }
    }
    this.ranges = ranges;
  }
}
