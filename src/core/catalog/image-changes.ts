import type { ImageId } from '../../shared/model.ts';
import type { EventBus } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { ContentGate } from './gate.ts';

/** How long changes are gathered before clients hear of them: a grid of thumbnails arriving is one event, not fifty. */
const gatherFor = 60;

export interface ImageChanges {
  /** These images changed; clients hear of it soon. */
  readonly add: (ids: readonly ImageId[]) => void;
  /** Forgets what is gathered: nobody is left to hear it. */
  readonly stop: () => void;
}

/** Tells clients which images changed, a batch at a time and never an adult one while the opt-in is off. */
export function createImageChanges(parts: {
  readonly store: Pick<Store, 'images'>;
  readonly gate: ContentGate;
  readonly events: EventBus;
  readonly clock: Clock;
}): ImageChanges {
  const { store, gate, events, clock } = parts;
  let gathered = new Set<ImageId>();
  let cancel: (() => void) | null = null;
  const tell = (): void => {
    cancel = null;
    const batch = [...gathered];
    gathered = new Set();
    const { seen } = gate.split(store.images.getMany(batch));
    if (seen.length > 0) events.emit('images.changed', { images: seen });
  };
  return {
    add(ids) {
      if (ids.length === 0) return;
      for (const id of ids) gathered.add(id);
      cancel ??= clock.after(gatherFor, tell);
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
