/** What does not belong on a terminal: names from services may carry escape sequences. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside, safe to print. */
export function clean(text: string): string {
  return text.replace(control, ' ');
}

/** Rows under a heading, columns aligned; the last column is cut where the terminal ends. `—` stands for nothing. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  columns: number | null = null,
): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null || cell === '' ? '—' : clean(String(cell)))));
  const all = [heading, ...cells];
  const widths = heading.map((_, index) => Math.max(...all.map((row) => width(row[index] ?? ''))));
  return all
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - width(cell))))
        .join('  '),
    )
    .map((line) => `${cut(line, columns)}\n`)
    .join('');
}

/** `name: value` lines, aligned. */
export function list(entries: readonly (readonly [string, string | number | null])[]): string {
  const widest = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) => `${name.padEnd(widest)}  ${value === null || value === '' ? '—' : clean(String(value))}\n`)
    .join('');
}

/** Takes milliseconds to make, which is a good part of a command; most text needs none. */
let segmenter: Intl.Segmenter | null = null;
const lettersOf = (line: string): Intl.Segments =>
  (segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(line);
/** A column each. */
const simple = /^[ -~]*$/;
/** What takes two columns on a terminal: East Asian wide and full-width signs, and emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
/** Half-width forms of the same scripts, and what has no width at all. */
const narrow = /^[\uff61-\uffdc\uffe8-\uffee]/u;
const nothing = /^[\p{Mark}\u200b-\u200d\u2060\ufeff]+$/u;

const widthOf = (letter: string): number =>
  nothing.test(letter) ? 0 : wide.test(letter) && !narrow.test(letter) ? 2 : 1;

/** Columns on a terminal. */
function width(text: string): number {
  if (simple.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of lettersOf(text)) sum += widthOf(segment);
  return sum;
}

function cut(line: string, columns: number | null): string {
  if (columns === null || width(line) <= columns) return line;
  let kept = '';
  let sum = 0;
  for (const { segment } of lettersOf(line)) {
    sum += widthOf(segment);
    if (sum > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `1.4 MB`; null is `—`. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return '—';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power] ?? 'B'}`;
}

/** `3 images`, `1 image`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
