import { join } from 'node:path';
import type { Pictures } from '../files/pictures.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { allBackends } from './backends/all.ts';
import { createComposedFolder } from './composed.ts';
import { createDetectDesktop } from './desktop.ts';
import { createListDisplays } from './displays/displays.ts';
import { createComposeForeign } from './foreign-picture.ts';
import { createOutsideFolder } from './outside.ts';
import { createReadPatches } from './patches.ts';
import { createListProcesses } from './processes.ts';
import { createRunner } from './run.ts';
import { createWallpaperService, type Wallpaper } from './wallpaper.ts';
import { createRootReader } from './x11/root.ts';

/** The wallpaper service on the real desktop. */
export function createWallpaper({
  ports,
  pictures,
  store,
}: {
  readonly ports: Pick<Ports, 'codec' | 'env' | 'platform' | 'displays' | 'dataFolder' | 'clock' | 'log'>;
  readonly pictures: Pick<Pictures, 'open'>;
  readonly store: Pick<Store, 'files'>;
}): Wallpaper {
  const { codec, env, platform, clock, log } = ports;
  const folder = join(ports.dataFolder, 'composed');
  const run = createRunner({ env, platform });
  const processes = createListProcesses({ env });
  const desktop = createDetectDesktop({ env, platform, processes });
  const root = createRootReader({ env, readPatches: createReadPatches({ codec, folder }) });
  const compose = createComposeForeign({ codec });
  const load = () => import('wallpaper');
  return createWallpaperService({
    pictures,
    files: store.files,
    composed: createComposedFolder({ folder, codec }),
    outside: createOutsideFolder({ folder: join(ports.dataFolder, 'outside'), now: clock.now }),
    backends: allBackends({ run, desktop, processes, env, root, compose, load }),
    desktop,
    displays: createListDisplays({ run, env, host: ports.displays }),
    clock,
    log,
  });
}
