import { join } from 'node:path';
import type { ChangeReason } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { EventBus } from '../events.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { allBackends } from './backends/all.ts';
import type { PoolDraw } from './carry-out.ts';
import type { Changes } from './changes.ts';
import { createComposedFolder } from './composed.ts';
import { createChanges } from './create-changes.ts';
import { createDetectDesktop } from './desktop.ts';
import { createListDisplays } from './displays/displays.ts';
import { createComposeForeign } from './foreign-picture.ts';
import { createNoticeSoon } from './notice-soon.ts';
import { createOutsideFolder, type OutsideFolder } from './outside.ts';
import { createReadPatches, rememberPatches } from './patches.ts';
import { createPendingNote } from './pending-change.ts';
import { createListProcesses } from './processes.ts';
import { rememberFor } from './remember.ts';
import { createRunner } from './run.ts';
import { shownWallpapers } from './shown.ts';
import { createWallpaperService, type Wallpaper } from './wallpaper.ts';
import { createReadMonitors } from './x11/monitors.ts';
import { createRootReader } from './x11/root.ts';
import { shareX } from './x11/use.ts';

/** The real desktop, its history, and the copies of what others had put there. */
export interface RealWallpaper {
  readonly stage: Wallpaper;
  readonly changes: Changes;
  readonly outside: OutsideFolder;
  /** Somebody looks at what is on the displays. */
  readonly looked: () => void;
  /** Begins nothing any more, and waits for the change under way. */
  stop(): Promise<void>;
}

export function createWallpaper({
  ports,
  pictures,
  store,
  gate,
  events,
  notAllowed,
  drawn,
}: {
  readonly ports: Pick<Ports, 'host' | 'codec' | 'env' | 'platform' | 'displays' | 'dataFolder' | 'clock' | 'log'>;
  readonly pictures: Pick<Pictures, 'open' | 'peek'>;
  readonly store: Pick<Store, 'files' | 'wallpapers' | 'images' | 'transaction' | 'settings'>;
  readonly gate: Pick<ContentGate, 'allows' | 'check' | 'split'>;
  readonly events: Pick<EventBus, 'emit'>;
  /** What has just been shown is not allowed any more. */
  readonly notAllowed: () => void;
  /** Pools gave these pictures. Called inside the transaction that records them. */
  readonly drawn: (draws: readonly PoolDraw[], reason: ChangeReason) => void;
}): RealWallpaper {
  const { codec, env, platform, clock, log } = ports;
  const folder = join(ports.dataFolder, 'composed');
  const run = createRunner({ env, platform });
  const processes = createListProcesses({ env });
  // Each backend looks at the desktop first, and a change asks for them several times.
  const desktop = rememberFor(2_000, clock.now, createDetectDesktop({ env, platform, processes }));
  const use = shareX({ env, clock });
  const root = createRootReader({ use, readPatches: rememberPatches(createReadPatches({ codec, folder })) });
  const compose = createComposeForeign({ codec });
  const load = () => import('wallpaper');
  const outside = createOutsideFolder({ folder: join(ports.dataFolder, 'outside'), now: clock.now });
  const stage = createWallpaperService({
    pictures,
    files: store.files,
    composed: createComposedFolder({ folder, codec }),
    outside,
    backends: allBackends({ run, desktop, processes, env, root, compose, load }),
    desktop,
    displays: createListDisplays({ run, env, monitors: createReadMonitors({ use }), host: ports.displays }),
    clock,
    log,
  });
  const changes = createChanges({
    stage,
    store,
    outside,
    gate,
    onDisk: async (id) => (await pictures.peek(id, 'full')) !== null,
    clock,
    log,
    notAllowed,
    drawn,
    pending: createPendingNote(folder),
    changed(displays) {
      const known = displays.length === 0 ? null : displays;
      events.emit('wallpaper.changed', shownWallpapers(changes.current(), known, gate));
    },
  });
  // A terminal call has ended by the time the desktop would answer.
  const noticing = ports.host === 'terminal' ? null : createNoticeSoon({ changes, clock, log });
  return {
    stage,
    changes,
    outside,
    looked: () => noticing?.looked(),
    stop() {
      noticing?.stop();
      return changes.stop();
    },
  };
}
