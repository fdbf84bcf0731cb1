/**
 * Cuts a byte stream into lines. Bytes are kept as they came and joined once a line, so that a long line costs no quadratic copying and
 * a character split between two chunks stays whole. Calls `overflow` once, and nothing after it, when a line is longer than `maxBytes`.
 */
export function createLineReader(
  maxBytes: number,
  line: (text: string) => void,
  overflow: () => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let length = 0;
  let broken = false;
  return (chunk) => {
    let start = 0;
    while (!broken) {
      const end = chunk.indexOf(0x0a, start);
      const part = chunk.subarray(start, end === -1 ? chunk.length : end);
      length += part.length;
      if (length > maxBytes) {
        broken = true;
        parts = [];
        overflow();
        return;
      }
      parts.push(part);
      if (end === -1) return;
      const text = Buffer.concat(parts).toString('utf8');
      parts = [];
      length = 0;
      start = end + 1;
      line(text);
    }
  };
}

/** A line's JSON; undefined where it is none. */
export function parseLine(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
