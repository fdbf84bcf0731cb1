import { ok } from '../shared/result.ts';
import type { Handlers } from './dispatch.ts';
import type { ContentGate } from './catalog/gate.ts';
import type { Pictures } from './files/pictures.ts';
import type { Ports } from './ports.ts';
import type { SettingsService } from './settings.ts';
import { createCleaningUp } from './storage/clean-up.ts';
import { createUsage } from './storage/usage.ts';
import type { Store } from './store/store.ts';

type StorageCall = 'library.usage' | 'library.gcPreview' | 'library.gc';

/** Where the disk goes, and cleaning up. */
export function storageHandlers(parts: {
  readonly ports: Pick<Ports, 'dataFolder' | 'clock'>;
  readonly store: Pick<Store, 'disk' | 'images'>;
  readonly pictures: Pictures;
  readonly gate: ContentGate;
  readonly settings: Pick<SettingsService, 'get'>;
}): Pick<Handlers, StorageCall> {
  const { ports, store, pictures, gate, settings } = parts;
  const { disk, images } = store;
  const usage = createUsage({
    folder: ports.dataFolder,
    disk,
    images,
    gate,
    reserved: pictures.reserved,
    limit: () => settings.get().cacheLimitBytes,
  });
  const cleaningUp = createCleaningUp({ folder: ports.dataFolder, disk, images, pictures, gate, clock: ports.clock });

  return {
    'library.usage': async (_input, { signal }) => ok(await usage(signal)),
    'library.gcPreview': (request, { signal }) => cleaningUp.preview(request, signal),
    'library.gc': ({ plan, ...request }, { signal, progress }) =>
      cleaningUp.run(
        request,
        plan,
        (done, total) => progress({ kind: 'clean-up', image: null, done, total, unit: 'items' }),
        signal,
      ),
  };
}
