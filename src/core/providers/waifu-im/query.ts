import { appError } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Comparison, FavoritesQuery } from '../provider.ts';

/** Every criterion of both versions. */
export type WaifuQuery = FavoritesQuery;

const ordersV5 = { random: 'RANDOM', newest: 'UPLOADED_AT', favorites: 'FAVORITES' } as const;
const animated = { yes: 'true', no: 'false' } as const;

/** v5's query. What it cannot say (square) is left to the local check. Tags it would refuse are refused here, before asking. */
export function queryV5(query: WaifuQuery): Result<URLSearchParams> {
  const params = new URLSearchParams();
  for (const tag of query.tags ?? []) params.append('included_tags', tag);
  for (const tag of query.excludedTags ?? []) params.append('excluded_tags', tag);
  for (const id of query.ids ?? []) params.append('included_files', id);
  for (const id of query.excludedIds ?? []) params.append('excluded_files', id);
  const names = [
    ...(query.tags ?? []),
    ...(query.excludedTags ?? []),
    ...(query.ids ?? []),
    ...(query.excludedIds ?? []),
  ];
  const odd = names.find((name) => !/^[a-zA-Z0-9-]+$/.test(name));
  if (odd !== undefined)
    return fail(appError('invalid_input', `waifu.im has no "${odd}": its names are letters, digits and hyphens.`));

  params.set('is_nsfw', query.rating === 'safe' ? 'false' : query.rating === 'adult' ? 'true' : 'null');
  if (query.animated === 'yes' || query.animated === 'no') params.set('gif', animated[query.animated]);
  if (query.order !== undefined) params.set('order_by', ordersV5[query.order]);
  if (query.orientation === 'landscape' || query.orientation === 'portrait')
    params.set('orientation', query.orientation.toUpperCase());
  for (const [name, value] of comparisons(query)) params.append(name.v5, value);
  return ok(params);
}

/** v7's query. `!=` does not exist there and is left to the local check. */
export function queryV7(query: WaifuQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const tag of query.tags ?? []) params.append('IncludedTags', tag);
  for (const tag of query.excludedTags ?? []) params.append('ExcludedTags', tag);
  for (const id of query.ids ?? []) params.append('IncludedIds', id);
  for (const id of query.excludedIds ?? []) params.append('ExcludedIds', id);
  params.set('IsNsfw', query.rating === 'safe' ? 'False' : query.rating === 'adult' ? 'True' : 'All');
  if (query.animated === 'yes') params.set('IsAnimated', 'True');
  if (query.animated === 'no') params.set('IsAnimated', 'False');
  if (query.order !== undefined) params.set('OrderBy', ordersV5[query.order]);
  if (query.orientation) params.set('Orientation', query.orientation.toUpperCase());
  for (const [name, value] of comparisons(query)) {
    if (value.startsWith('!=')) continue;
    const exact = /^=(\d+)$/.exec(value)?.[1];
    params.append(name.v7, exact === undefined ? value : `${exact}..${exact}`);
  }
  return params;
}

const names = {
  width: { v5: 'width', v7: 'Width' },
  height: { v5: 'height', v7: 'Height' },
  byteSize: { v5: 'byte_size', v7: 'ByteSize' },
} as const;
type Name = (typeof names)[keyof typeof names];

/** One comparison a measure: the services take no more. An explicit one goes before the filter's minimum, which is checked here anyway. */
function comparisons(query: WaifuQuery): readonly (readonly [Name, Comparison])[] {
  const found: (readonly [Name, Comparison])[] = [];
  const add = (name: Name, explicit: Comparison | undefined, implied: Comparison | null): void => {
    const value = explicit ?? implied;
    if (value !== null) found.push([name, value]);
  };
  add(names.width, query.width, query.minWidth ? `>=${query.minWidth}` : null);
  add(names.height, query.height, query.minHeight ? `>=${query.minHeight}` : null);
  add(names.byteSize, query.byteSize, query.maxBytes ? `<=${query.maxBytes}` : null);
  return found;
}
