import type { Settings } from '../../shared/model.ts';
import type { Browse } from '../catalog/browse.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { EventBus } from '../events.ts';
import type { Folders } from '../folders/folders.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Library } from '../library/library.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { RealWallpaper } from '../wallpaper/create-wallpaper.ts';
import { createRunner } from '../wallpaper/run.ts';
import { createConditions } from './conditions.ts';
import { createRotation } from './create-rotation.ts';
import { createRefill } from './refill.ts';
import type { Rotation } from './rotation.ts';

/** The rotation on this machine. */
export function openRotation(parts: {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'log' | 'env' | 'platform' | 'machine'>;
  readonly store: Store;
  readonly settings: () => Settings;
  readonly gate: ContentGate;
  readonly wallpaper: RealWallpaper;
  readonly pictures: Pictures;
  readonly browse: Browse;
  readonly library: Pick<Library, 'arrange'>;
  readonly events: EventBus;
  readonly folders: Pick<Folders, 'scanForPool'>;
}): Rotation {
  const { ports, store, settings, gate, wallpaper, pictures, browse, library, events } = parts;
  const { clock, random, log, env, platform, machine } = ports;
  return createRotation({
    store,
    settings,
    gate,
    stage: wallpaper.stage,
    changes: wallpaper.changes,
    outside: wallpaper.outside,
    pictures,
    refill: createRefill({
      finds: store.finds,
      browse,
      scan: parts.folders.scanForPool,
      arrange: library.arrange,
      clock,
      log,
    }),
    conditions: createConditions({ machine, platform, env, run: createRunner({ env, platform }) }),
    machine,
    events,
    clock,
    random,
    log,
  });
}
