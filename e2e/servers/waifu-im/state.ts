import type { WaifuEntry } from '../catalogue/entries.ts';
import { createRandom } from '../catalogue/random.ts';
import type { Random } from '../catalogue/random.ts';

export type Permission = 'view_favorites' | 'manage_favorites' | 'admin';

export interface Account {
  readonly userId: number;
  readonly name: string;
  /** v5 and v6: a Bearer token. v7: an API key. */
  readonly token: string;
  /** v7: a Bearer token. */
  readonly jwt: string;
  readonly permissions: ReadonlySet<Permission>;
}

export interface Album {
  readonly id: number;
  readonly userId: number;
  name: string;
  description: string;
  readonly isDefault: boolean;
  /** Image id to when it was added (ISO 8601, or null where the server forgot). */
  readonly images: Map<number, string | null>;
}

/** The accounts that are there from the beginning. */
export const tokens = {
  owner: 'owner-token-0123456789abcdef',
  neighbour: 'neighbour-token-0123456789abcdef',
  viewer: 'viewer-token-0123456789abcdef',
  manager: 'manager-token-0123456789abcdef',
  admin: 'admin-token-0123456789abcdef',
} as const;

export const ownerId = 1;
const everyone: readonly [number, keyof typeof tokens, readonly Permission[]][] = [
  [ownerId, 'owner', []],
  [2, 'neighbour', []],
  [3, 'viewer', ['view_favorites']],
  [4, 'manager', ['view_favorites', 'manage_favorites']],
  [5, 'admin', ['view_favorites', 'manage_favorites', 'admin']],
];

/** Everything waifu.im remembers. */
export interface WaifuImState {
  readonly clock: () => number;
  readonly random: Random;
  readonly accounts: Account[];
  readonly images: Map<number, WaifuEntry>;
  readonly albums: Album[];
  favorites(userId: number): Album;
  /** Accounts that like it, over and above those nobody knows. */
  likes(image: WaifuEntry): number;
  addAccount(account?: {
    readonly userId?: number;
    readonly name?: string;
    readonly token?: string;
    readonly permissions?: readonly Permission[];
  }): Account;
  addAlbum(userId: number, name: string, description: string, isDefault?: boolean): Album;
}

export function createState(images: readonly WaifuEntry[], clock: () => number): WaifuImState {
  const accounts: Account[] = [];
  const albums: Album[] = [];
  let nextAlbum = 100;
  const state: WaifuImState = {
    clock,
    random: createRandom(20_260_301),
    accounts,
    // Copies: a rating changed in one server is not changed in another over the same catalogue.
    images: new Map(images.map((image) => [image.id, { ...image }])),
    albums,
    favorites(userId) {
      const album = albums.find((candidate) => candidate.userId === userId && candidate.isDefault);
      if (!album) throw new Error(`There is no user ${userId}.`);
      return album;
    },
    likes: (image) =>
      image.baseFavorites + albums.filter((album) => album.isDefault && album.images.has(image.id)).length,
    addAccount({ userId, name, token, permissions } = {}) {
      const id = userId ?? Math.max(0, ...accounts.map((account) => account.userId)) + 1;
      const account: Account = {
        userId: id,
        name: name ?? `user-${id}`,
        token: token ?? `token-of-${id}-0123456789abcdef`,
        jwt: `header.${Buffer.from(JSON.stringify({ sub: String(id) })).toString('base64url')}.signature`,
        permissions: new Set(permissions ?? []),
      };
      accounts.push(account);
      state.addAlbum(id, 'Favorites', 'What you like.', true);
      return account;
    },
    addAlbum(userId, name, description, isDefault = false) {
      nextAlbum += 1;
      const album: Album = { id: nextAlbum, userId, name, description, isDefault, images: new Map() };
      albums.push(album);
      return album;
    },
  };
  for (const [userId, name, permissions] of everyone) {
    state.addAccount({ userId, name, token: tokens[name], permissions });
  }
  return state;
}

/** Most recent first; what has no date comes last. */
export function byAdded(album: Album): number[] {
  return [...album.images]
    .reverse()
    .sort(([, a], [, b]) => (b ?? '').localeCompare(a ?? ''))
    .map(([id]) => id);
}

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
  }
  return copy;
}
