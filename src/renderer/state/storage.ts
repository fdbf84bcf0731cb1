/** Small things this page remembers. Storage may be missing, full or forbidden: then nothing is remembered, and nothing breaks. */
export interface Memory {
  read(key: string): unknown;
  write(key: string, value: unknown): void;
}

export function createMemory(storage: () => Pick<Storage, 'getItem' | 'setItem'>): Memory {
  return {
    read(key) {
      try {
        const text = storage().getItem(`kabegami.${key}`);
        return text === null ? null : (JSON.parse(text) as unknown);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        storage().setItem(`kabegami.${key}`, JSON.stringify(value));
      } catch {
        // Not remembered; the next start begins with the defaults.
      }
    },
  };
}
