/**
 * Gives each key a slot, a small number, and keeps it as long as the key is there. What is rendered in a slot is used again for the next key instead of being
 * made anew: making elements is most of what scrolling costs.
 */
export function createSlots<K>(): (keys: readonly K[]) => readonly number[] {
  const slots = new Map<K, number>();
  /** Given up, the lowest last. */
  let free: number[] = [];
  let count = 0;
  return (keys) => {
    const present = new Set(keys);
    for (const [key, slot] of slots) {
      if (present.has(key)) continue;
      slots.delete(key);
      free.push(slot);
    }
    free = free.sort((a, b) => b - a);
    return keys.map((key) => {
      const own = slots.get(key);
      if (own !== undefined) return own;
      const slot = free.pop() ?? count;
      if (slot === count) count += 1;
      slots.set(key, slot);
      return slot;
    });
  };
}
