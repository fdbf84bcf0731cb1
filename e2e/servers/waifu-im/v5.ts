import type { WaifuEntry } from '../catalogue/entries.ts';
import { tags } from '../catalogue/tags.ts';
import type { CatalogueTag } from '../catalogue/tags.ts';
import { isRecord, jsonBody } from '../kit/exchange.ts';
import type { Exchange, Reply } from '../kit/exchange.ts';
import { waifuPicturePath } from '../pictures/server.ts';
import { byAdded, shuffled } from './state.ts';
import type { Account, Permission, WaifuImState } from './state.ts';
import { matchesV5, parseV5Query } from './v5-query.ts';
import type { V5Query } from './v5-query.ts';

const words: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An error as v5 and v6 answer it. */
export function v5Error(status: number, detail?: string): Reply {
  return { status, body: { detail: detail ?? words[status] ?? 'Error' } };
}

const maxLimit = 30;
const noMatch = 'No image found matching the criteria given';
const alreadyThere = 'The image you provided is already in the user favorites, consider using /fav/toggle instead.';

/** v5 (the seed) and v6, which differs in how a favorite is deleted. */
export function createV5(state: WaifuImState, cdn: string, version: 'v5' | 'v6') {
  const account = (exchange: Exchange): Account | null => {
    const match = /^Bearer (\S+)$/.exec(exchange.headers.authorization ?? '');
    return (match && state.accounts.find((candidate) => candidate.token === match[1])) ?? null;
  };

  const json = (image: WaifuEntry, likedAt: string | null) => imageJson(state, cdn, image, likedAt);

  /** Whose favorites: the account's own, or another's where the permission is there. */
  const onBehalf = (
    self: Account,
    userId: number | null,
    permission: Permission,
  ): { readonly userId: number } | { readonly refusal: Reply } => {
    if (userId === null || userId === self.userId) return { userId: self.userId };
    if (!self.permissions.has(permission) && !self.permissions.has('admin')) return { refusal: v5Error(403) };
    if (!state.accounts.some((other) => other.userId === userId)) return { refusal: v5Error(404) };
    return { userId };
  };

  const search = (exchange: Exchange): Reply => {
    const parsed = parseV5Query(exchange.query, 'search');
    if (!parsed.ok) return v5Error(400, parsed.detail);
    const query = parsed.value;
    const admin = account(exchange)?.permissions.has('admin') ?? false;
    if (query.full && !admin) return v5Error(403);
    if ((query.limit ?? 0) > maxLimit && !admin)
      return v5Error(400, `limit should be less than or equal to ${maxLimit}`);
    const matching = ordered(
      query,
      [...state.images.values()].filter((image) => matchesV5(query, image)),
    );
    const wanted =
      query.full || query.includedFiles.length > 0 ? matching.length : (query.limit ?? (query.many ? maxLimit : 1));
    if (matching.length === 0) return v5Error(404, noMatch);
    return { status: 200, body: { images: matching.slice(0, wanted).map((image) => json(image, null)) } };
  };

  const list = (exchange: Exchange): Reply => {
    const self = account(exchange);
    if (!self) return v5Error(401);
    const parsed = parseV5Query(exchange.query, 'fav');
    if (!parsed.ok) return v5Error(400, parsed.detail);
    const query = parsed.value;
    if (query.full && !self.permissions.has('admin')) return v5Error(403);
    const whose = onBehalf(self, query.userId, 'view_favorites');
    if ('refusal' in whose) return whose.refusal;
    const album = state.favorites(whose.userId);
    const liked = byAdded(album).flatMap((id) => state.images.get(id) ?? []);
    const matching = ordered(
      query,
      liked.filter((image) => matchesV5(query, image)),
    );
    if (matching.length === 0) return v5Error(404, noMatch);
    const wanted = query.limit ?? (query.many ? maxLimit : matching.length);
    return {
      status: 200,
      body: { images: matching.slice(0, wanted).map((image) => json(image, album.images.get(image.id) ?? null)) },
    };
  };

  const ordered = (query: V5Query, images: readonly WaifuEntry[]): WaifuEntry[] => {
    if (query.order === 'LIKED_AT') return [...images];
    if (query.order === 'RANDOM') return shuffled(state.random, images);
    if (query.order === 'FAVORITES') return [...images].sort((a, b) => state.likes(b) - state.likes(a) || a.id - b.id);
    return [...images].sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt));
  };

  const change = (exchange: Exchange, action: 'insert' | 'delete' | 'toggle'): Reply => {
    const self = account(exchange);
    if (!self) return v5Error(401);
    const body = jsonBody(exchange);
    const isJson = (exchange.headers['content-type'] ?? '').startsWith('application/json');
    if (!isJson || !isRecord(body)) return v5Error(400);
    const { image_id: imageId, user_id: userId = null } = body;
    if (!isId(imageId) || (userId !== null && !isId(userId))) return v5Error(400);
    const whose = onBehalf(self, userId, 'manage_favorites');
    if ('refusal' in whose) return whose.refusal;
    const { images } = state.favorites(whose.userId);
    const has = images.has(imageId);
    if (action === 'delete' || (action === 'toggle' && has)) {
      return images.delete(imageId) ? { status: 200, body: { state: 'DELETED' } } : v5Error(404);
    }
    if (has) return v5Error(409, alreadyThere);
    if (!state.images.has(imageId)) return v5Error(404);
    images.set(imageId, new Date(state.clock()).toISOString());
    return { status: 200, body: { state: 'INSERTED' } };
  };

  const tagList = (exchange: Exchange): Reply => {
    const full = exchange.query.get('full')?.toLowerCase();
    if (full !== undefined && full !== 'true' && full !== 'false') return v5Error(400, 'full should be a boolean');
    const show = (tag: CatalogueTag) => (full === 'true' ? tagJson(tag) : tag.slug);
    return {
      status: 200,
      body: {
        versatile: tags.filter((tag) => !tag.adultOnly).map(show),
        nsfw: tags.filter((tag) => tag.adultOnly).map(show),
      },
    };
  };

  const routes: Readonly<Record<string, { readonly method: string; readonly run: (exchange: Exchange) => Reply }>> = {
    '/search': { method: 'GET', run: search },
    '/tags': { method: 'GET', run: tagList },
    '/fav': { method: 'GET', run: list },
    '/fav/insert': { method: 'POST', run: (exchange) => change(exchange, 'insert') },
    '/fav/delete': {
      method: version === 'v6' ? 'POST' : 'DELETE',
      run: (exchange) => change(exchange, 'delete'),
    },
    '/fav/toggle': { method: 'POST', run: (exchange) => change(exchange, 'toggle') },
  };

  return (exchange: Exchange): Reply => {
    const route = Object.hasOwn(routes, exchange.path) ? routes[exchange.path] : undefined;
    if (!route) return v5Error(404);
    const asked = exchange.headers['accept-version'];
    if (asked !== undefined && !/^v[56]$/.test(String(asked))) {
      return v5Error(400, `Accept-Version should be v5 or v6, not ${String(asked)}`);
    }
    if (route.method !== exchange.method) return { ...v5Error(405), headers: { Allow: route.method } };
    return route.run(exchange);
  };
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function tagJson(tag: CatalogueTag) {
  return { tag_id: tag.id, name: tag.slug, description: tag.description, is_nsfw: tag.adultOnly };
}

function imageJson(state: WaifuImState, cdn: string, image: WaifuEntry, likedAt: string | null) {
  const { picture, artist } = image;
  return {
    signature: image.signature,
    extension: `.${picture.extension}`,
    image_id: image.id,
    favorites: state.likes(image),
    dominant_color: picture.dominantColor,
    source: image.source,
    artist: artist && {
      artist_id: artist.id,
      name: artist.name,
      patreon: artist.patreon,
      pixiv: artist.pixiv,
      twitter: artist.twitter,
      deviant_art: artist.deviantArt,
    },
    uploaded_at: image.uploadedAt.replace('Z', '181Z'),
    liked_at: likedAt,
    is_nsfw: image.adult,
    width: picture.width,
    height: picture.height,
    byte_size: picture.bytes,
    url: `${cdn}${waifuPicturePath(image)}`,
    preview_url: image.id % 10 === 3 ? null : `${cdn}/preview/${image.id}/`,
    tags: image.tags.map(tagJson),
  };
}
