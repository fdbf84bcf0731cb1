/** A string as GVariant text, as `gsettings set` takes it: quoted, so that nothing in it is taken for syntax. */
export function quoteGVariant(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
}

/** Reads what `gsettings get` prints for a string; null when it is none. */
export function parseGVariantString(text: string): string | null {
  const trimmed = text.trim();
  const quote = trimmed[0];
  if ((quote !== "'" && quote !== '"') || trimmed.length < 2 || !trimmed.endsWith(quote)) return null;
  const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' };
  return trimmed
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g, (_all, short: string, long: string, char: string) => {
      const code = short ?? long;
      return code === undefined ? (simple[char] ?? char) : String.fromCodePoint(Number.parseInt(code, 16));
    });
}
