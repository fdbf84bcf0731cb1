import { setImmediate } from 'node:timers/promises';
import type { ImageId, Settings } from '../../shared/model.ts';
import type { EventBus } from '../events.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { createFolders } from './create-folders.ts';
import type { Folders } from './folders.ts';
import { createLocalPictures, type OpenOriginal } from './local-pictures.ts';
import { createReadPicture } from './read.ts';
import { createScanFolder } from './scan.ts';

/** Larger pictures are not taken: as `createPictures` has it. */
const limits = { pixelLimit: 100_000_000, byteLimit: 200_000_000 };

/** The folders of this machine, and pictures as they are opened with them. */
export function openFolders(parts: {
  readonly ports: Pick<Ports, 'clock' | 'log' | 'platform' | 'dataFolder' | 'codec'>;
  readonly store: Store;
  /** The library's own shelf: what is opened of it is copied into it. */
  readonly pictures: Pictures;
  readonly original: OpenOriginal;
  readonly settings: () => Pick<Settings, 'adultContent'>;
  readonly events: EventBus;
  readonly changed: (ids: readonly ImageId[]) => void;
}): { readonly folders: Folders; readonly pictures: Pictures } {
  const { ports, store, pictures, original, settings, events, changed } = parts;
  const { clock, log, platform, dataFolder, codec } = ports;
  const yieldNow = (): Promise<void> => setImmediate();
  const folders = createFolders({
    store,
    scan: createScanFolder({
      store,
      read: createReadPicture({ codec, references: pictures.references, limits }),
      pictures,
      allowsAdult: () => settings().adultContent,
      changed,
      now: clock.now,
      yieldNow,
      dataFolder,
    }),
    pictures,
    allowsAdult: () => settings().adultContent,
    events,
    clock,
    log,
    platform,
    dataFolder,
    limits,
    changed,
    letCopiesGo: (ids) => store.folders.letCopiesGo(ids),
    yieldNow,
  });
  return {
    folders,
    pictures: createLocalPictures({ pictures, store, original, reread: folders.reread }),
  };
}
