import { yiffEntries, waifuEntries, splitPictures } from './catalogue/entries.ts';
import { defaultFolder, loadPictures } from './catalogue/pictures.ts';
import type { Limits } from './kit/types.ts';
import { startPictures } from './pictures/server.ts';
import type { PictureServer } from './pictures/server.ts';
import { startWaifuIm } from './waifu-im/server.ts';
import type { WaifuImServer, WaifuImVersion } from './waifu-im/server.ts';
import { startYiffRest } from './yiff-rest/server.ts';
import type { YiffRestLimits, YiffRestOptions, YiffRestServer } from './yiff-rest/server.ts';

export type { Fault, FaultKind, Faults, Limits, RecordedRequest, TestServer, Violation } from './kit/types.ts';
export type { Account, Permission, WaifuImServer, WaifuImVersion } from './waifu-im/server.ts';
export { tokens } from './waifu-im/server.ts';
export type { YiffRestServer } from './yiff-rest/server.ts';
export { keys } from './yiff-rest/server.ts';
export type { PictureServer } from './pictures/server.ts';
export type { Picture } from './catalogue/pictures.ts';
export type { WaifuEntry, YiffCategory, YiffEntry } from './catalogue/entries.ts';
export { adultOnlyTag } from './catalogue/tags.ts';

export interface TestServers {
  readonly waifuIm: WaifuImServer;
  readonly yiffRest: YiffRestServer;
  /** The services' image hosts, in one. */
  readonly pictures: PictureServer;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly waifuIm?: {
    /** Default v7. */
    readonly version?: WaifuImVersion;
    /** Images listed; default one for each of its pictures. More than that show the same files again. */
    readonly images?: number;
    readonly limits?: Limits<{ readonly intervalMs: number; readonly queue: number }>;
  };
  readonly yiffRest?: {
    readonly limits?: Limits<YiffRestLimits>;
  } & Partial<Pick<YiffRestOptions, 'older'>>;
  /** Pictures in all; three fifths go to waifu.im. Default 216. Unit tests do with 24. */
  readonly pictures?: number;
  /** Rate limits of both services where they are not given above. Default `real`. */
  readonly limits?: 'real' | 'off';
  /** Where generated pictures are kept; default a folder of this user's under the system's temporary one. */
  readonly folder?: string;
  /** Default: free ones. */
  readonly ports?: { readonly waifuIm?: number; readonly yiffRest?: number; readonly pictures?: number };
  readonly clock?: () => number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Starts both services and their image host on 127.0.0.1. */
export async function startServers(options: ServerOptions = {}): Promise<TestServers> {
  const clock = options.clock ?? Date.now;
  const files = await loadPictures(
    Math.max(1, options.pictures ?? 216),
    options.folder ?? defaultFolder(),
    options.onProgress ?? (() => {}),
  );
  const split = splitPictures(files);
  const images = waifuEntries(split.waifuIm, options.waifuIm?.images ?? split.waifuIm.length);
  const posts = yiffEntries(split.yiffRest);
  const pictures = await startPictures({ port: options.ports?.pictures ?? 0, clock, images, posts });
  const waifuIm = await startWaifuIm({
    port: options.ports?.waifuIm ?? 0,
    clock,
    version: options.waifuIm?.version ?? 'v7',
    limits: options.waifuIm?.limits ?? options.limits ?? 'real',
    images,
    cdn: pictures.url,
  });
  const yiffRest = await startYiffRest({
    port: options.ports?.yiffRest ?? 0,
    clock,
    limits: options.yiffRest?.limits ?? options.limits ?? 'real',
    older: options.yiffRest?.older ?? false,
    posts,
    cdn: pictures.url,
  });
  return {
    waifuIm,
    yiffRest,
    pictures,
    async close() {
      await Promise.all([waifuIm.close(), yiffRest.close(), pictures.close()]);
    },
  };
}
