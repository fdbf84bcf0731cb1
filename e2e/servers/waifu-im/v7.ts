import type { WaifuEntry } from '../catalogue/entries.ts';
import { tags } from '../catalogue/tags.ts';
import { isRecord, jsonBody } from '../kit/exchange.ts';
import type { Exchange, Reply } from '../kit/exchange.ts';
import { waifuPicturePath } from '../pictures/server.ts';
import { byAdded, shuffled } from './state.ts';
import type { Account, Album, WaifuImState } from './state.ts';
import { defaultPageSize, matchesV7, maxPageSize, parsePaging, parseV7Query } from './v7-query.ts';
import type { FieldErrors, Paging, V7Query } from './v7-query.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'One or more validation errors occurred.',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'An error occurred while processing your request.',
};

/** An error as v7 answers it: RFC 9457 problem details. */
export function v7Error(status: number, detail?: string, errors?: FieldErrors): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
    body: {
      type: `https://tools.ietf.org/html/rfc9110#section-15.${status >= 500 ? 6 : 5}`,
      title: titles[status] ?? 'Error',
      status,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      traceId: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
    },
  };
}

/** v7: images, tags and albums; the default album holds the favorites. */
export function createV7(state: WaifuImState, cdn: string) {
  /** `X-Api-Key: …`, `Authorization: ApiKey …`, or `Authorization: Bearer <jwt>`. `undefined`: none was sent. */
  const account = (exchange: Exchange): Account | null | undefined => {
    const key = exchange.headers['x-api-key'];
    const authorization = exchange.headers.authorization;
    if (key === undefined && authorization === undefined) return undefined;
    const [scheme, secret] = key !== undefined ? ['ApiKey', String(key)] : (authorization ?? '').split(' ', 2);
    if (scheme === 'ApiKey') return state.accounts.find((candidate) => candidate.token === secret) ?? null;
    if (scheme === 'Bearer') return state.accounts.find((candidate) => candidate.jwt === secret) ?? null;
    return null;
  };

  const json = (image: WaifuEntry, self: Account | null, album: Album | null) =>
    imageJson(state, cdn, image, self, album);

  const images = (exchange: Exchange, self: Account | null, album: Album | null): Reply => {
    const query = parseV7Query(exchange.query);
    if (!query.ok) return v7Error(400, undefined, query.errors);
    if (query.value.order === 'ADDED_TO_ALBUM' && !album) {
      return v7Error(400, undefined, {
        orderBy: ['AddedToAlbum ordering is only available when viewing an album.'],
      });
    }
    const paging = parsePaging(exchange.query);
    if (!paging.ok) return v7Error(400, undefined, paging.errors);
    const all = album ? byAdded(album).flatMap((id) => state.images.get(id) ?? []) : [...state.images.values()];
    const matching = ordered(
      query.value,
      all.filter((image) => matchesV7(query.value, image)),
      album,
    );
    return { status: 200, body: paged(matching, paging.value, (image) => json(image, self, album)) };
  };

  /** Random is random for each request: pages of it overlap. */
  const ordered = (query: V7Query, list: readonly WaifuEntry[], album: Album | null): WaifuEntry[] => {
    switch (query.order ?? (album ? 'ADDED_TO_ALBUM' : 'RANDOM')) {
      case 'UPLOADED_AT':
        return [...list].sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt));
      case 'FAVORITES':
        return [...list].sort((a, b) => state.likes(b) - state.likes(a) || a.id - b.id);
      case 'ADDED_TO_ALBUM':
        return [...list];
      default:
        return shuffled(state.random, list);
    }
  };

  const tagPage = (exchange: Exchange): Reply => {
    const paging = parsePaging(exchange.query);
    if (!paging.ok) return v7Error(400, undefined, paging.errors);
    const search = (exchange.query.get('Search') ?? exchange.query.get('search') ?? '').toLowerCase();
    const found = tags.filter((tag) => tag.slug.includes(search));
    return {
      status: 200,
      body: paged(found, paging.value, ({ id, name, slug, description }) => ({ id, name, slug, description })),
    };
  };

  const albumImages = (exchange: Exchange, self: Account, album: Album, rest: readonly string[]): Reply => {
    const [id] = rest;
    if (id === undefined) {
      return exchange.method === 'GET' ? images(exchange, self, album) : notAllowed('GET');
    }
    if (rest.length > 1 || !/^\d+$/.test(id)) return v7Error(404);
    if (exchange.method === 'POST') {
      if (!state.images.has(Number(id))) return v7Error(404, `Image ${id} was not found.`);
      if (!album.images.has(Number(id))) album.images.set(Number(id), new Date(state.clock()).toISOString());
      return { status: 204 };
    }
    if (exchange.method === 'DELETE') {
      album.images.delete(Number(id));
      return { status: 204 };
    }
    return notAllowed('POST, DELETE');
  };

  const albumBody = (
    exchange: Exchange,
  ): { readonly name: string; readonly description: string } | { readonly refusal: Reply } => {
    if (!/^application\/(.*\+)?json/.test(exchange.headers['content-type'] ?? '')) return { refusal: v7Error(415) };
    const body = jsonBody(exchange);
    const { name, description = '' } = isRecord(body) ? body : {};
    if (typeof name !== 'string' || name.trim() === '' || name.length > 100) {
      return { refusal: v7Error(400, undefined, { Name: ["'Name' must not be empty, and at most 100 characters."] }) };
    }
    if (typeof description !== 'string') {
      return { refusal: v7Error(400, undefined, { Description: ["'Description' must be a text."] }) };
    }
    return { name, description };
  };

  const albums = (exchange: Exchange, userId: number): Reply => {
    if (exchange.method === 'POST') {
      const body = albumBody(exchange);
      if ('refusal' in body) return body.refusal;
      const album = state.addAlbum(userId, body.name, body.description);
      return { status: 201, headers: { Location: `/users/${userId}/albums` }, body: albumJson(album) };
    }
    if (exchange.method !== 'GET') return notAllowed('GET, POST');
    const paging = parsePaging(exchange.query);
    if (!paging.ok) return v7Error(400, undefined, paging.errors);
    const own = state.albums
      .filter((album) => album.userId === userId)
      .sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || a.name.localeCompare(b.name));
    return { status: 200, body: paged(own, paging.value, albumJson) };
  };

  const oneAlbum = (exchange: Exchange, album: Album): Reply => {
    if (exchange.method === 'GET') return { status: 200, body: albumJson(album) };
    if (exchange.method !== 'PUT' && exchange.method !== 'DELETE') return notAllowed('GET, PUT, DELETE');
    if (album.isDefault) return v7Error(400, 'The default album cannot be changed.');
    if (exchange.method === 'DELETE') {
      state.albums.splice(state.albums.indexOf(album), 1);
      return { status: 204 };
    }
    const body = albumBody(exchange);
    if ('refusal' in body) return body.refusal;
    album.name = body.name;
    album.description = body.description;
    return { status: 200, body: albumJson(album) };
  };

  const users = (exchange: Exchange, self: Account): Reply => {
    const [, who = '', section, which, images, ...rest] = exchange.segments;
    if (who !== 'me' && !/^\d+$/.test(who)) return v7Error(404);
    const userId = who === 'me' ? self.userId : Number(who);
    if (!state.accounts.some((other) => other.userId === userId)) return v7Error(404, `User ${who} was not found.`);
    const needed = exchange.method === 'GET' ? 'view_favorites' : 'manage_favorites';
    if (userId !== self.userId && !self.permissions.has(needed) && !self.permissions.has('admin')) return v7Error(403);
    if (section === undefined && who === 'me') {
      return { status: 200, body: { id: self.userId, name: self.name } };
    }
    if (section !== 'albums') return v7Error(404);
    if (which === undefined) return albums(exchange, userId);
    const album = state.albums.find(
      (candidate) =>
        candidate.userId === userId && (which === 'favorites' ? candidate.isDefault : String(candidate.id) === which),
    );
    if (!album) return v7Error(404, `Album ${which} was not found.`);
    if (images === undefined) return oneAlbum(exchange, album);
    return images === 'images' ? albumImages(exchange, self, album, rest) : v7Error(404);
  };

  return (exchange: Exchange): Reply => {
    const [first, second, ...more] = exchange.segments;
    const self = account(exchange);
    if (first === 'users') return self ? users(exchange, self) : v7Error(401);
    if (self === null) return v7Error(401);
    if ((first !== 'images' && first !== 'tags') || more.length > 0) return v7Error(404);
    if (exchange.method !== 'GET') return notAllowed('GET');
    if (first === 'tags') return second === undefined ? tagPage(exchange) : v7Error(404);
    if (second === undefined) return images(exchange, self ?? null, null);
    const image = /^\d+$/.test(second) ? state.images.get(Number(second)) : undefined;
    return image
      ? { status: 200, body: json(image, self ?? null, null) }
      : v7Error(404, `Image ${second} was not found.`);
  };
}

function notAllowed(allow: string): Reply {
  const reply = v7Error(405);
  return { ...reply, headers: { ...reply.headers, Allow: allow } };
}

function paged<T>(list: readonly T[], { page, pageSize }: Paging, show: (item: T) => object) {
  const totalPages = Math.ceil(list.length / pageSize);
  return {
    items: list.slice((page - 1) * pageSize, page * pageSize).map(show),
    pageNumber: page,
    totalPages,
    totalCount: list.length,
    hasPreviousPage: page > 1,
    hasNextPage: page < totalPages,
    maxPageSize,
    defaultPageSize,
  };
}

function albumJson(album: Album) {
  const { id, name, description, isDefault, userId } = album;
  return { id, name, description, isDefault, userId };
}

function imageJson(state: WaifuImState, cdn: string, image: WaifuEntry, self: Account | null, album: Album | null) {
  const { picture } = image;
  const own = self ? state.albums.filter((one) => one.userId === self.userId && one.images.has(image.id)) : [];
  return {
    id: image.id,
    perceptualHash: image.signature,
    extension: `.${picture.extension}`,
    dominantColor: picture.dominantColor,
    source: image.source,
    artists: image.artist ? [image.artist] : [],
    uploadedAt: image.uploadedAt,
    isNsfw: image.adult,
    isAnimated: picture.animated,
    width: picture.width,
    height: picture.height,
    byteSize: picture.bytes,
    url: `${cdn}${waifuPicturePath(image)}`,
    tags: image.tags.map(({ id, name, slug, description }) => ({ id, name, slug, description })),
    favorites: state.likes(image),
    likedAt: own.find((one) => one.isDefault)?.images.get(image.id) ?? null,
    addedToAlbumAt: album?.images.get(image.id) ?? null,
    albums: own.map(({ id, name, isDefault }) => ({ id, name, isDefault })),
  };
}
