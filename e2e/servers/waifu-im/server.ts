import type { WaifuEntry } from '../catalogue/entries.ts';
import { isRecord } from '../kit/exchange.ts';
import { createQueueLimiter, noLimit } from '../kit/limiter.ts';
import { startKit } from '../kit/server.ts';
import type { Limits, TestServer } from '../kit/types.ts';
import { byAdded, createState, ownerId } from './state.ts';
import type { Account, Album, WaifuImState } from './state.ts';
import { createV5, v5Error } from './v5.ts';
import { createV7, v7Error } from './v7.ts';

export { tokens } from './state.ts';
export type { Account, Album, Permission } from './state.ts';

export type WaifuImVersion = 'v5' | 'v6' | 'v7';
const versions: readonly WaifuImVersion[] = ['v5', 'v6', 'v7'];

/** One request per 200 ms, ten more may wait. */
export const realLimits = { intervalMs: 200, queue: 10 };

/** waifu.im. Where a user is not named, it is the owner's (`tokens.owner`, user 1). */
export interface WaifuImServer extends TestServer {
  readonly version: WaifuImVersion;
  setVersion(version: WaifuImVersion): void;
  readonly accounts: readonly Account[];
  addAccount: WaifuImState['addAccount'];
  /** The token and the JWT are not known any more. */
  revoke(token: string): void;
  /** Image ids, most recently liked first. */
  favorites(userId?: number): number[];
  addFavorite(imageId: number, options?: { readonly userId?: number; readonly likedAt?: string | null }): void;
  removeFavorite(imageId: number, userId?: number): void;
  setFavorites(imageIds: readonly number[], userId?: number): void;
  readonly albums: readonly Album[];
  addAlbum(name: string, imageIds: readonly number[], userId?: number): void;
  /** In the order of their ids. */
  readonly images: readonly WaifuEntry[];
  /** The image is gone from the service, favorites included, as when it is taken down. Its file stays at the image host. */
  removeImage(imageId: number): void;
  setRating(imageId: number, adult: boolean | null): void;
}

export interface WaifuImOptions {
  readonly port: number;
  readonly clock: () => number;
  readonly version: WaifuImVersion;
  readonly limits: Limits<{ readonly intervalMs: number; readonly queue: number }>;
  readonly images: readonly WaifuEntry[];
  readonly cdn: string;
}

export async function startWaifuIm(options: WaifuImOptions): Promise<WaifuImServer> {
  let version = options.version;
  const state = createState(options.images, options.clock);
  const handlers = {
    v5: createV5(state, options.cdn, 'v5'),
    v6: createV5(state, options.cdn, 'v6'),
    v7: createV7(state, options.cdn),
  };
  const errorReply = (status: number) => (version === 'v7' ? v7Error(status) : v5Error(status));
  const limits = options.limits === 'real' ? realLimits : options.limits;

  const own = {
    setVersion(next: WaifuImVersion) {
      version = next;
    },
    accounts: state.accounts,
    addAccount: state.addAccount,
    revoke(token: string) {
      const at = state.accounts.findIndex((account) => account.token === token);
      if (at >= 0) state.accounts.splice(at, 1);
    },
    favorites: (userId = ownerId) => byAdded(state.favorites(userId)),
    addFavorite(
      imageId: number,
      { userId = ownerId, likedAt }: { readonly userId?: number; readonly likedAt?: string | null } = {},
    ) {
      if (!state.images.has(imageId)) throw new Error(`There is no image ${imageId}.`);
      const at = likedAt === undefined ? new Date(options.clock()).toISOString() : likedAt;
      state.favorites(userId).images.set(imageId, at);
    },
    removeFavorite(imageId: number, userId = ownerId) {
      state.favorites(userId).images.delete(imageId);
    },
    setFavorites(imageIds: readonly number[], userId = ownerId) {
      state.favorites(userId).images.clear();
      const now = options.clock();
      // A second apart, so that the first is the most recent.
      imageIds.forEach((imageId, index) => {
        own.addFavorite(imageId, { userId, likedAt: new Date(now - index * 1000).toISOString() });
      });
    },
    albums: state.albums,
    addAlbum(name: string, imageIds: readonly number[], userId = ownerId) {
      const album = state.addAlbum(userId, name, '');
      const now = options.clock();
      imageIds.forEach((imageId, index) => album.images.set(imageId, new Date(now - index * 1000).toISOString()));
    },
    removeImage(imageId: number) {
      state.images.delete(imageId);
      for (const album of state.albums) album.images.delete(imageId);
    },
    setRating(imageId: number, adult: boolean | null) {
      const image = state.images.get(imageId);
      if (!image) throw new Error(`There is no image ${imageId}.`);
      image.adult = adult;
    },
  };

  const server = await startKit({
    port: options.port,
    clock: options.clock,
    limiter:
      limits === 'off'
        ? noLimit
        : createQueueLimiter(limits, (seconds) => {
            const reply = errorReply(429);
            return { ...reply, headers: { ...reply.headers, 'Retry-After': String(seconds) } };
          }),
    handle: (exchange) => handlers[version](exchange),
    errorReply,
    itemsOf: (body) => {
      if (!isRecord(body)) return [];
      const list = body['images'] ?? body['items'];
      return Array.isArray(list) ? list.filter(isRecord) : [body];
    },
    controls: {
      version: (input) => {
        const wanted = versions.find((candidate) => candidate === input['version']);
        if (!wanted) throw new Error('"version" must be v5, v6 or v7.');
        own.setVersion(wanted);
      },
      images: () =>
        [...state.images.values()].map(({ id, adult, tags }) => ({ id, adult, tags: tags.map((t) => t.slug) })),
      favorites: (input) => own.favorites(userOf(input)),
      'add-favorite': (input) => own.addFavorite(idOf(input), { userId: userOf(input) }),
      'remove-favorite': (input) => own.removeFavorite(idOf(input), userOf(input)),
      'set-favorites': (input) => {
        const { ids } = input;
        if (!Array.isArray(ids)) throw new Error('"ids" must be a list of image ids.');
        own.setFavorites(ids.map(Number), userOf(input));
      },
      'remove-image': (input) => own.removeImage(idOf(input)),
      'set-rating': (input) => own.setRating(idOf(input), typeof input['adult'] === 'boolean' ? input['adult'] : null),
      revoke: (input) => own.revoke(String(input['token'])),
    },
  });
  Object.assign(server, own);
  return Object.defineProperties(server, {
    version: { get: () => version },
    images: { get: () => [...state.images.values()] },
  }) as WaifuImServer;
}

function idOf(input: Readonly<Record<string, unknown>>): number {
  const id = Number(input['id']);
  if (!Number.isSafeInteger(id)) throw new Error('"id" must be an image id.');
  return id;
}

function userOf(input: Readonly<Record<string, unknown>>): number {
  return input['userId'] === undefined ? ownerId : Number(input['userId']);
}
