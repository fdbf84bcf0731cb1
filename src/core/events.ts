import type { EventName, Events } from '../shared/contract.ts';

/** Tells every client what happened. A listener's failure is its own. */
export interface EventBus {
  emit<N extends EventName>(name: N, payload: Events[N]): void;
  /** Hears every event; answers how to stop. */
  subscribe(listener: (name: EventName, payload: Events[EventName]) => void): () => void;
}

export function createEventBus(): EventBus {
  const listeners = new Set<(name: EventName, payload: Events[EventName]) => void>();
  return {
    emit(name, payload) {
      for (const listener of [...listeners]) listener(name, payload);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
