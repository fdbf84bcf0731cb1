import { closeQuotes, parse, print, printTerm, type SearchSort, type Term } from '../../shared/search/index.ts';

/** A part of a search as it is written, and what it means. */
export interface Piece {
  readonly text: string;
  /** Null where it cannot be understood. */
  readonly term: Term | null;
  /** What is wrong with it, as a sentence. */
  readonly mistake: string | null;
}

/** The parts of a search in their order, those that cannot be understood too. A quotation mark that was left open is closed. */
export function piecesOf(written: string): readonly Piece[] {
  const text = closeQuotes(written);
  const { terms, spans, mistakes } = parse(text);
  const understood = terms.map((term, at) => ({ ...(spans[at] ?? { from: 0, to: 0 }), term, mistake: null }));
  // Where a text is too long, a part that was cut off is understood and wrong at once.
  const wrong = mistakes
    .filter(({ at }) => !understood.some(({ from, to }) => from <= at && at < to))
    .map(({ at, length, message }) => ({ from: at, to: at + length, term: null, mistake: message }));
  return [...understood, ...wrong]
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to, term, mistake }) => ({ text: text.slice(from, to), term, mistake }));
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join(' ');
}

/** What is asked: every part that can be understood, always written the same way. */
export function queryOf(...texts: readonly string[]): string {
  const terms = texts.flatMap((text) => parse(text).terms);
  const sort = terms.findLast(({ kind }) => kind === 'sort');
  return print([...terms.filter((term) => term.kind !== 'sort'), ...(sort ? [sort] : [])]);
}

/**
 * What of a text that is being written may be looked for already. Words are, from their first letters on. The last
 * filter waits for a space or for Enter: `tag:la` is no tag yet, and would show nothing on the way to `tag:lake`.
 */
export function finished(draft: string): string {
  if (/\s$/.test(draft)) return draft;
  const pieces = piecesOf(draft);
  const { term = null } = pieces.at(-1) ?? {};
  return term === null || term.kind === 'word' ? draft : textOf(pieces.slice(0, -1));
}

/** Whether a search asks for a term (as it is written in a facet), asks to leave it out, or neither. */
export type Standing = 'with' | 'without' | null;

export function standingOf(text: string, term: string): Standing {
  const wanted = queryOf(term);
  for (const piece of piecesOf(text)) {
    if (piece.term === null) continue;
    const written = printTerm(piece.term);
    if (written === wanted) return 'with';
    if (written === `-${wanted}`) return 'without';
  }
  return null;
}

/** The search with a term in another standing. */
export function withStanding(text: string, term: string, standing: Standing): string {
  const wanted = queryOf(term);
  const others = piecesOf(text).filter((piece) => {
    const written = piece.term === null ? null : printTerm(piece.term);
    return written !== wanted && written !== `-${wanted}`;
  });
  const added = standing === null ? [] : [standing === 'with' ? wanted : `-${wanted}`];
  return [...others.map((piece) => piece.text), ...added].join(' ');
}

export function sortOf(text: string): SearchSort | null {
  const term = parse(text).terms.find(({ kind }) => kind === 'sort');
  return term?.kind === 'sort' ? term.value : null;
}

export function withSort(text: string, sort: SearchSort | null): string {
  const others = piecesOf(text).filter(({ term }) => term?.kind !== 'sort');
  return [...others.map((piece) => piece.text), ...(sort === null ? [] : [`sort:${sort}`])].join(' ');
}
