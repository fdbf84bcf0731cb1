import type { Completions } from '../../shared/library.ts';
import {
  choices,
  colorFamilies,
  fold,
  printTerm,
  searchKeys,
  sorts,
  type ChoiceKey,
  type TextKey,
} from '../../shared/search/index.ts';
import { scan } from '../../shared/search/scan.ts';
import type { NamedCount, SearchRepository } from '../store/search/types.ts';

const most = 12;
type Item = Completions['items'][number];

/** What may stand at the caret: keys, what a key takes, names. */
export function complete(
  search: Pick<SearchRepository, 'names' | 'collections' | 'categories'>,
  text: string,
  caret: number,
  adult: boolean,
): Completions {
  const at = Math.min(caret, text.length);
  const piece = scan(text).find(({ from, to }) => from <= at && at <= to);
  if (piece === undefined) return { from: at, to: at, items: [] };
  const { from, to, not } = piece;
  // Only what stands before the caret is looked at; all of the piece is replaced.
  const before = scan(text.slice(from, at))[0];
  const typed = before?.value ?? '';
  const sign = not ? '-' : '';
  const named = (key: TextKey, kind: string, names: readonly NamedCount[]): Item[] =>
    names.map(({ name, count }) => ({
      text: printTerm({ kind: 'text', key, value: name, not }),
      label: name,
      kind,
      count: kind === 'category' ? null : count,
    }));
  const listed = (key: string, words: readonly string[]): Item[] =>
    words
      .filter((word) => word.startsWith(typed.toLowerCase()))
      .map((word) => ({ text: `${sign}${key}:${word}`, label: word, kind: 'value', count: null }));
  const folded = fold(typed);

  const itemsOf = (key: string): Item[] => {
    switch (key) {
      case 'tag':
      case 'artist':
        return named(key, key, search.names(key, folded, adult, most));
      case 'source':
        return named('source', 'source', search.names('site', folded, adult, most));
      case 'collection':
        return named(
          'collection',
          'collection',
          search
            .collections()
            .filter(({ name }) => fold(name).includes(folded))
            .slice(0, most),
        );
      case 'category':
        return named('category', 'category', search.categories(typed.toLowerCase(), adult, most));
      case 'sort':
        return not ? [] : listed('sort', sorts);
      case 'color':
        return listed('color', colorFamilies);
      default:
        return Object.hasOwn(choices, key)
          ? listed(
              key,
              choices[key as ChoiceKey].filter((word) => adult || key !== 'rating' || word === 'safe'),
            )
          : [];
    }
  };

  const key = before?.key ?? null;
  if (key !== null) return { from, to, items: itemsOf(key).slice(0, most) };
  if (folded === '') return { from, to, items: [] };
  const keys = searchKeys
    .filter((word) => word.startsWith(typed.toLowerCase()))
    .map((word): Item => ({ text: `${sign}${word}:`, label: `${word}:`, kind: 'key', count: null }));
  const names = [
    ...named('tag', 'tag', search.names('tag', folded, adult, most)),
    ...named('artist', 'artist', search.names('artist', folded, adult, most)),
  ].sort((one, other) => (other.count ?? 0) - (one.count ?? 0));
  return { from, to, items: [...keys, ...names].slice(0, most) };
}
