import type { HistoryEntry } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Store, StoredEntry } from '../store/store.ts';
import type { Changes } from './changes.ts';

/**
 * The history as people may see it. Adult entries keep their places while the opt-in is off, without their pictures; what is never to be seen again is
 * not there at all.
 */
export function createHistoryPage({
  store,
  gate,
}: {
  readonly store: Pick<Store, 'wallpapers' | 'images'>;
  readonly gate: Pick<ContentGate, 'allows'>;
}): Changes['list'] {
  const told = (entry: StoredEntry): HistoryEntry | null => {
    const image = entry.image === null ? null : store.images.get(entry.image);
    if (image?.blocked === true) return null;
    const hidden = entry.image !== null && (image === null || !gate.allows(image));
    return {
      key: entry.key,
      display: entry.display,
      displayName: entry.name,
      image: hidden ? null : image,
      // What Kabegami drew itself is kept beside the copies, and was put there through a backend of its own.
      outside: entry.image === null && (entry.outside === null || entry.backend === 'outside'),
      hidden,
      fit: entry.fit,
      at: new Date(entry.at).toISOString(),
      reason: entry.reason,
      current: entry.current,
    };
  };

  return ({ display, before, limit }) => {
    const entries: HistoryEntry[] = [];
    let next = before;
    // A page of blocked pictures alone would look like the end.
    do {
      const stored = store.wallpapers.list({ display, before: next, limit: limit - entries.length });
      entries.push(...stored.flatMap((entry) => told(entry) ?? []));
      next = stored.at(-1)?.key ?? null;
      if (next !== null && store.wallpapers.list({ display, before: next, limit: 1 }).length === 0) next = null;
    } while (entries.length < limit && next !== null);
    return { entries, next, hidden: entries.filter(({ hidden }) => hidden).length };
  };
}
