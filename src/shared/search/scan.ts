/** A piece of the text between white space: what stands in it once quotes and escapes are understood. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly not: boolean;
  /** In lower case; null: a word. */
  readonly key: string | null;
  readonly value: string;
  /** Where the value begins in the text. */
  readonly valueAt: number;
  /** The quotation mark that was never closed. */
  readonly openQuote: number | null;
}

const keyHead = /^([A-Za-z][A-Za-z-]*):/;

/** Splits a text into pieces. Every character but white space belongs to one piece. */
export function scan(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text.charAt(at))) at += 1;
    if (at >= text.length) return pieces;
    const from = at;
    // A lone dash is a word: there is nothing it could negate.
    const not = text[at] === '-' && at + 1 < text.length && !isSpace(text.charAt(at + 1));
    if (not) at += 1;
    const head = keyHead.exec(text.slice(at));
    if (head !== null) at += head[0].length;
    const valueAt = at;
    let value = '';
    let openQuote: number | null = null;
    while (at < text.length && (openQuote !== null || !isSpace(text.charAt(at)))) {
      const character = text.charAt(at);
      if (character === '"') openQuote = openQuote === null ? at : null;
      else if (character === '\\' && openQuote !== null && at + 1 < text.length) {
        at += 1;
        value += text.charAt(at);
      } else value += character;
      at += 1;
    }
    pieces.push({ from, to: at, not, key: head?.[1]?.toLowerCase() ?? null, value, valueAt, openQuote });
  }
}

/** The text with its last quotation mark closed, so that nothing written behind it is taken in. */
export function closeQuotes(text: string): string {
  const open = scan(text).at(-1)?.openQuote ?? null;
  if (open === null) return text;
  // A last backslash stands for itself; with a mark behind it, it would have to be escaped.
  const [slashes = ''] = /\\*$/.exec(text.slice(open + 1)) ?? [];
  return text + (slashes.length % 2 === 1 ? '\\"' : '"');
}

function isSpace(character: string): boolean {
  return /\s/.test(character);
}
