import { createHash } from 'node:crypto';
import type { ProviderId } from '../../shared/model.ts';
import type { EventBus } from '../events.ts';
import type { Store } from '../store/store.ts';

/** Shows each note of a service once, ever. */
export function createNotes(parts: {
  readonly store: Pick<Store, 'settings'>;
  readonly events: EventBus;
}): (provider: ProviderId, notes: readonly string[]) => void {
  return (provider, notes) => {
    for (const note of notes) {
      const key = `note.${provider}.${createHash('sha256').update(note).digest('hex').slice(0, 16)}`;
      if (parts.store.settings.recall(key) === true) continue;
      parts.store.settings.remember(key, true);
      parts.events.emit('notice', { level: 'info', message: note.slice(0, 500) });
    }
  };
}
