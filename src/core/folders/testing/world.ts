import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import type { FolderOptions, ScanReport } from '../../../shared/folders.ts';
import type { Image } from '../../../shared/model.ts';
import type { Result } from '../../../shared/result.ts';
import { systemClock } from '../../clock.ts';
import { createEventBus } from '../../events.ts';
import { createPictures } from '../../files/create-pictures.ts';
import type { Codec } from '../../files/codec.ts';
import type { Pictures } from '../../files/pictures.ts';
import { createTestLog, openTestStore } from '../../store/testing.ts';
import type { OpenedStore } from '../../store/open.ts';
import type { Folders } from '../folders.ts';
import { createLocalOrRemoteFetch } from '../local-fetch.ts';
import { createOpenOriginal } from '../local-pictures.ts';
import { openFolders } from '../open-folders.ts';
import { appError } from '../../../shared/errors.ts';
import { fail } from '../../../shared/result.ts';

/** A tiny PNG of its own for each number: two pixels that spell it. */
export function tinyPng(n: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  const pixels = Buffer.from([0, n & 255, (n >> 8) & 255, (n >> 16) & 255, 255 - (n & 255), 128, n % 7]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export interface FolderWorld {
  readonly store: OpenedStore;
  readonly folders: Folders;
  /** As images are opened. */
  readonly pictures: Pictures;
  /** The library's own shelf. */
  readonly shelf: Pictures;
  readonly dataFolder: string;
  /** The folder that is scanned, outside the data folder. */
  readonly root: string;
  readonly notices: string[];
  settings: { adultContent: boolean; cacheLimitBytes: number };
  write(relative: string, content: string | Buffer): string;
  add(more?: Partial<FolderOptions>): Promise<number>;
  scan(id: number): Promise<ScanReport>;
  /** The image that lies at a path. */
  at(relative: string): Image | null;
  close(): Promise<void>;
}

/** Folders over a real store, real files, and the codec given. */
export function openFolderWorld(
  codec: Codec,
  more: { readonly dataFolder?: string; readonly root?: string } = {},
): FolderWorld {
  const dataFolder = more.dataFolder ?? mkdtempSync(path.join(tmpdir(), 'kabegami-library-'));
  const root = more.root ?? mkdtempSync(path.join(tmpdir(), 'kabegami-folder-'));
  const { store } = openTestStore(dataFolder);
  // What goes wrong inside is said where the test fails.
  const broken: string[] = [];
  const log = {
    ...createTestLog(),
    error: (_: string, details?: unknown) => void broken.push(JSON.stringify(details)),
  };
  const events = createEventBus();
  const notices: string[] = [];
  events.subscribe((name, payload) => {
    if (name === 'notice' && 'message' in payload) notices.push(payload.message);
  });
  const settings = { adultContent: false, cacheLimitBytes: 1e12 };
  const original = createOpenOriginal(store);
  const shelf = createPictures({
    folder: dataFolder,
    index: store.files,
    disk: store.disk,
    limitBytes: () => settings.cacheLimitBytes,
    checkDatabase: store.check,
    refuses: store.blocks.refuses,
    fetchPicture: createLocalOrRemoteFetch({
      remote: () => Promise.resolve(fail(appError('offline', 'There is no network in this test.'))),
      store,
      original,
    }),
    codec,
    clock: systemClock,
    log,
  });
  const { folders, pictures } = openFolders({
    ports: { clock: systemClock, log, platform: process.platform, dataFolder, codec },
    store,
    pictures: shelf,
    original,
    settings: () => settings,
    events,
    changed: () => undefined,
  });
  return {
    store,
    folders,
    pictures,
    shelf,
    dataFolder,
    root,
    notices,
    settings,
    write(relative, content) {
      const file = path.join(root, relative);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    async add(options = {}) {
      const added = await folders.add({
        path: root,
        mode: 'reference',
        rating: 'safe',
        watch: false,
        recursive: true,
        ...options,
      });
      return valueOf(added).id;
    },
    async scan(id) {
      const scanned = await folders.scan(id, () => undefined, new AbortController().signal);
      if (!scanned.ok) throw new Error([scanned.error.message, ...broken].join('\n'));
      return scanned.value;
    },
    at(relative) {
      for (const { key } of store.folders.list()) {
        const id = store.folders.file(key, relative)?.image;
        if (id !== null && id !== undefined) return store.images.get(id);
      }
      return null;
    },
    async close() {
      await folders.stop();
      await pictures.close();
      store.close();
      if (more.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
      if (more.root === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
