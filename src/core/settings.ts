import type { Settings, SettingsPatch } from '../shared/model.ts';
import type { EventBus } from './events.ts';
import type { Store } from './store/store.ts';

/** The owner's settings: read often (kept in memory), written through at once. */
export interface SettingsService {
  get(): Settings;
  set(patch: SettingsPatch): Settings;
}

export function createSettings(parts: {
  readonly store: Pick<Store, 'settings'>;
  readonly events: EventBus;
}): SettingsService {
  let current = parts.store.settings.get();
  return {
    get: () => current,
    set(patch) {
      const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const next = { ...current, ...defined };
      parts.store.settings.set(next);
      current = next;
      parts.events.emit('settings.changed', next);
      return next;
    },
  };
}
