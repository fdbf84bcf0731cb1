import { searchKeys, type Term } from './terms.ts';
import { printNumber, printRange, printTime } from './values.ts';

/** Terms as text. Read again they are the same terms. */
export function print(terms: readonly Term[]): string {
  return terms.map(printTerm).join(' ');
}

export function printTerm(term: Term): string {
  if (term.kind === 'sort') return `sort:${term.value}`;
  return (term.not ? '-' : '') + body(term);
}

function body(term: Exclude<Term, { kind: 'sort' }>): string {
  switch (term.kind) {
    case 'word':
      return needsQuotes(term.text) || term.text.startsWith('-') || term.text.includes(':')
        ? quoted(term.text)
        : term.text;
    case 'text':
      return `${term.key}:${needsQuotes(term.value) ? quoted(term.value) : term.value}`;
    case 'choice':
      return `${term.key}:${term.value}`;
    case 'number':
      return `${term.key}:${printRange(term.range, (value) => printNumber(term.key, value))}`;
    case 'time':
      return `${term.key}:${printRange(term.range, printTime)}`;
    case 'color':
      return `color:${term.hex}${term.near ? '~' : ''}`;
    case 'family':
      return `color:${term.value}`;
  }
}

function needsQuotes(text: string): boolean {
  return text === '' || /[\s"\\]/.test(text);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Is this a key of the syntax? */
export function isSearchKey(key: string): boolean {
  return searchKeys.includes(key);
}
