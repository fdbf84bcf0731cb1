import { ok } from '../shared/result.ts';
import type { Handlers } from './dispatch.ts';
import type { Duplicates } from './duplicates/create-duplicates.ts';

type DuplicateCall = Extract<keyof Handlers, `duplicates.${string}`>;

export function duplicateHandlers(duplicates: Duplicates): Pick<Handlers, DuplicateCall> {
  return {
    'duplicates.list': (page) => ok(duplicates.list(page)),
    'duplicates.merge': ({ keep, others }) => duplicates.merge(keep, others),
    'duplicates.mergeSure': (_input, { signal, progress }) =>
      duplicates.mergeSure(
        (done, total) => progress({ kind: 'duplicates', image: null, done, total, unit: 'items' }),
        signal,
      ),
    'duplicates.separate': ({ ids, from }) => duplicates.separate(ids, from),
    'duplicates.scan': (_input, { signal, progress }) =>
      duplicates.scan(
        (done, total) => progress({ kind: 'duplicates', image: null, done, total, unit: 'items' }),
        signal,
      ),
  };
}
