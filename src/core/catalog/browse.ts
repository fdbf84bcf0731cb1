import { appError, type ErrorCode } from '../../shared/errors.ts';
import type { Category, Filter, Page, ProviderId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { ContentGate } from './gate.ts';

/** Finds pictures: from the service while it answers, from the disk while it does not. */
export interface Browse {
  (
    request: {
      readonly filter: Filter;
      readonly cursor: string | null;
      readonly limit: number;
      /** Also where the service is there but in trouble, the pictures on the disk are better than none. */
      readonly evenInTrouble?: boolean;
    },
    signal?: AbortSignal,
  ): Promise<Result<Page>>;
}

/** The service is not there, as opposed to: it is there and refuses. */
const unreachable: ReadonlySet<ErrorCode> = new Set(['offline', 'timeout']);
/** It is there and has trouble that passes, or is mistaken for trouble: asking otherwise would not help. */
const inTrouble: ReadonlySet<ErrorCode> = new Set(['server_error', 'bad_response', 'rate_limited', 'blocked']);

/** A cursor says where it goes on: `s…` at the service, `d…` on the disk. */
const atService = 's';
const onDisk = 'd';

export function createBrowse(parts: {
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  readonly store: Pick<Store, 'images' | 'lists'>;
  readonly gate: ContentGate;
  /** Hears the service's notes, each time they come. */
  readonly onNotes: (provider: ProviderId, notes: readonly string[]) => void;
}): Browse {
  const { providers, store, gate, onNotes } = parts;

  function fromDisk(filter: Filter, cursor: string | null, limit: number): Result<Page> {
    const page = store.images.browseCached(filter, { cursor, limit });
    const { seen, hidden } = gate.split(page.images);
    return ok({
      images: seen,
      dropped: 0,
      hidden,
      offline: true,
      cursor: page.cursor === null ? null : onDisk + page.cursor,
    });
  }

  /** As last heard of the service; an unknown one is the provider's to judge. */
  function categoryOf(filter: Filter): Category | undefined {
    if (filter.category === null) return undefined;
    return store.lists.categories(filter.provider)?.categories.find(({ db }) => db === filter.category);
  }

  return async ({ filter, cursor, limit, evenInTrouble = false }, signal) => {
    const allowed = gate.checkFilter(filter);
    if (!allowed.ok) return allowed;
    const category = categoryOf(filter);
    if (category !== undefined) {
      const open = gate.check(category);
      if (!open.ok) return open;
    }
    if (cursor?.startsWith(onDisk)) return fromDisk(filter, cursor.slice(1), limit);
    if (cursor !== null && !cursor.startsWith(atService)) {
      return fail(
        appError('invalid_input', 'That cursor is not one that browse gave out. Start again without a cursor.'),
      );
    }
    const answer = await providers[filter.provider].browse(
      filter,
      { cursor: cursor === null ? null : cursor.slice(1), limit },
      signal,
    );
    if (!answer.ok) {
      // Half a list from the service is not continued from the disk: it would repeat pictures. The caller may retry.
      if (cursor !== null) return answer;
      if (unreachable.has(answer.error.code)) return fromDisk(filter, null, limit);
      if (!evenInTrouble || !inTrouble.has(answer.error.code)) return answer;
      const kept = fromDisk(filter, null, limit);
      // With nothing to show, what the service said is the answer.
      return kept.ok && kept.value.images.length > 0 ? ok({ ...kept.value, trouble: answer.error.message }) : answer;
    }
    onNotes(filter.provider, answer.value.notes);
    const { seen, hidden } = gate.split(answer.value.images);
    // A page never repeats an image, whatever the service does.
    const ids = [...new Set(seen.map((image) => image.id))];
    store.images.upsert(seen);
    return ok({
      // Only the library knows which of them are blocked.
      images: gate.split(store.images.getMany(ids)).seen,
      dropped: answer.value.dropped,
      hidden,
      offline: false,
      cursor: answer.value.cursor === null ? null : atService + answer.value.cursor,
    });
  };
}
