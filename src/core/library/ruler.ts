import type { SearchSort, Term } from '../../shared/search/index.ts';
import type { FoundRow } from '../store/search/types.ts';

/** Marks in a list while it is walked: wherever the label of a row is another than that of the row before. */
export interface RulerMaker {
  add(row: Pick<FoundRow, 'part' | 'sort'>): void;
  marks(): readonly { readonly index: number; readonly label: string }[];
}

/** More marks than this say nothing: every n-th is kept. */
const mostMarks = 400;

/** Null: the order says nothing about where something is. */
export function createRuler(terms: readonly Term[]): RulerMaker | null {
  const sort: SearchSort =
    terms.find((term) => term.kind === 'sort')?.value ??
    (terms.some((term) => term.kind === 'color' && !term.not) ? 'color' : 'newest');
  if (sort === 'random' || sort === 'color') return null;
  const label = labelOf(sort);
  const marks: { index: number; label: string }[] = [];
  let index = 0;
  let last: string | null = null;
  return {
    add(row) {
      const text = label(row);
      if (text !== last) marks.push({ index, label: text });
      last = text;
      index += 1;
    },
    marks() {
      const every = Math.ceil(marks.length / mostMarks);
      return every <= 1 ? marks : marks.filter((_, n) => n % every === 0);
    },
  };
}

function labelOf(sort: SearchSort): (row: Pick<FoundRow, 'part' | 'sort'>) => string {
  switch (sort) {
    case 'likes':
      return ({ sort }) => String(roundDown(sort));
    case 'size':
      return ({ sort }) => `${(Math.floor(sort / 100_000) / 10).toFixed(sort >= 10_000_000 ? 0 : 1)} MP`;
    case 'liked':
      return ({ part, sort }) => (part === 0 ? month(sort) : '—');
    default:
      return ({ sort }) => month(sort);
  }
}

/** `2024-06`; a dash where it is not known. */
function month(at: number): string {
  return at <= 0 ? '—' : new Date(at).toISOString().slice(0, 7);
}

/** To one digit that counts: 1234 is 1000. */
function roundDown(number: number): number {
  const power = 10 ** Math.max(0, String(Math.trunc(number)).length - 1);
  return Math.floor(number / power) * power;
}
