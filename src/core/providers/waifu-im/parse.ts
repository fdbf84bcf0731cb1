import type { z } from 'zod';
import { imageId, ratingFrom, type Artist, type RemoteImage } from '../../../shared/model.ts';
import { color, extensionOf, hash, isoDate } from '../fields.ts';
import { parseAll, type ParsedImages } from '../parse-all.ts';
import { addressFrom, linkFrom } from '../url.ts';
import { artist, imageV5, imageV7, tagV5, tagV7, type ImageV5, type ImageV7 } from './schemas.ts';

/** Reads a list of v5 (and v6) images. Never throws. */
export function parseImagesV5(items: readonly unknown[], baseUrl: string): ParsedImages {
  return parseAll(items, idOf, (item) => {
    const parsed = imageV5.safeParse(item);
    return parsed.success ? fromV5(parsed.data, baseUrl) : null;
  });
}

/** Reads a list of v7 images. Never throws. */
export function parseImagesV7(items: readonly unknown[], baseUrl: string): ParsedImages {
  return parseAll(items, idOf, (item) => {
    const parsed = imageV7.safeParse(item);
    return parsed.success ? fromV7(parsed.data, baseUrl) : null;
  });
}

function idOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null;
  const id = 'image_id' in item ? item.image_id : 'id' in item ? item.id : null;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? String(id) : null;
}

function fromV5(item: ImageV5, baseUrl: string): RemoteImage | null {
  const tags = readAll(item.tags, tagV5);
  // A tag that is flagged, or flagged with something other than a clear no, makes the picture adult whatever its own flag says.
  const adultTag = tags.some((tag) => tag.is_nsfw !== undefined && tag.is_nsfw !== false);
  return finish(item, baseUrl, {
    id: item.image_id,
    rating: adultTag ? 'adult' : ratingFrom(item.is_nsfw),
    isAnimated: null,
    tags: tags.map((tag) => tag.name),
    artists: item.artist ? [artistOf(item.artist.name, linksOf(item.artist))] : [],
    dominantColor: item.dominant_color,
    hash: item.signature,
    bytes: item.byte_size,
    page: item.preview_url,
    uploadedAt: item.uploaded_at,
    likedAt: item.liked_at,
  });
}

function fromV7(item: ImageV7, baseUrl: string): RemoteImage | null {
  return finish(item, baseUrl, {
    id: item.id,
    rating: ratingFrom(item.isNsfw),
    isAnimated: item.isAnimated,
    tags: readAll(item.tags, tagV7).map((tag) => tag.slug),
    artists: readAll(item.artists, artist.v7).map((entry) => artistOf(entry.name, linksOf(entry))),
    dominantColor: item.dominantColor,
    hash: item.perceptualHash,
    bytes: item.byteSize,
    page: null,
    uploadedAt: item.uploadedAt,
    likedAt: item.likedAt ?? item.addedToAlbumAt,
  });
}

type Maybe<T> = T | null | undefined;
interface Common {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly extension?: Maybe<string>;
  readonly source?: Maybe<string>;
  readonly favorites?: Maybe<number>;
}
interface Rest {
  readonly id: number;
  readonly rating: RemoteImage['rating'];
  readonly isAnimated: Maybe<boolean>;
  readonly tags: readonly string[];
  readonly artists: readonly Artist[];
  readonly dominantColor: Maybe<string>;
  readonly hash: Maybe<string>;
  readonly bytes: Maybe<number>;
  readonly page: Maybe<string>;
  readonly uploadedAt: Maybe<string>;
  readonly likedAt: Maybe<string>;
}

function finish(item: Common, baseUrl: string, rest: Rest): RemoteImage | null {
  const url = addressFrom(item.url, baseUrl);
  const extension = extensionOf(item.extension, item.url);
  const remoteId = String(rest.id);
  const id = `waifu-im:${remoteId}`;
  if (url === null || extension === null || !imageId.safeParse(id).success) return null;
  const source = linkFrom(item.source);
  return {
    id,
    provider: 'waifu-im',
    remoteId,
    url,
    width: item.width,
    height: item.height,
    bytes: rest.bytes ?? null,
    extension,
    rating: rest.rating,
    animated: rest.isAnimated ?? extension === 'gif',
    tags: [...new Set(rest.tags)].slice(0, 100),
    category: null,
    artists: rest.artists.slice(0, 20),
    sources: source === null ? [] : [source],
    dominantColor: color(rest.dominantColor),
    hash: hash(rest.hash),
    md5: null,
    pageUrl: linkFrom(rest.page),
    uploadedAt: isoDate(rest.uploadedAt),
    likedAt: isoDate(rest.likedAt),
    likes: item.favorites ?? null,
  };
}

function readAll<S extends z.ZodType>(items: Maybe<readonly unknown[]>, schema: S): z.output<S>[] {
  return (items ?? []).flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

function artistOf(name: string, links: readonly unknown[]): Artist {
  return { name, links: [...new Set(links.map(linkFrom).filter((link) => link !== null))] };
}

function linksOf(entry: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [entry['pixiv'], entry['twitter'], entry['deviant_art'] ?? entry['deviantArt'], entry['patreon']];
}
