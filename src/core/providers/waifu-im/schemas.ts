import { z } from 'zod';

/**
 * What waifu.im answers, as far as it is used. Unknown fields are ignored, so that new ones do no harm. Fields that may be missing or
 * null are read leniently: one odd link is no reason to lose a picture.
 */

const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);
const text = lenient(z.string().max(2000));
const name = z.string().trim().min(1).max(100);
const id = z.number().int().positive().max(1e12);
const size = z.number().int().positive().max(1_000_000);
const bytes = lenient(z.number().int().positive());
const likes = lenient(z.number().int().min(0));

const artistV5 = z.object({ name, patreon: text, pixiv: text, twitter: text, deviant_art: text });
export const tagV5 = z.object({ name, description: text, is_nsfw: z.unknown().optional() });

export const imageV5 = z.object({
  image_id: id,
  url: z.string(),
  width: size,
  height: size,
  extension: text,
  signature: text,
  favorites: likes,
  dominant_color: text,
  source: text,
  artist: lenient(artistV5),
  uploaded_at: text,
  liked_at: text,
  is_nsfw: lenient(z.boolean()),
  byte_size: bytes,
  preview_url: text,
  tags: lenient(z.array(z.unknown())),
});
export type ImageV5 = z.output<typeof imageV5>;

/** `/search` and `/fav`. */
export const imagesV5 = z.object({ images: z.array(z.unknown()) });
/** `/tags`: names, or objects with `full=true`. */
export const tagsV5 = z.object({ versatile: z.array(z.unknown()), nsfw: z.array(z.unknown()) });
export const stateV5 = z.object({ state: z.enum(['INSERTED', 'DELETED']) });
/** Every error of v5 and v6. It has no `status`: that would be v7's. */
export const errorV5 = z.object({
  detail: z.string(),
  status: z.undefined().optional(),
  traceId: z.undefined().optional(),
});

const artistV7 = z.object({ name, patreon: text, pixiv: text, twitter: text, deviantArt: text });
export const tagV7 = z.object({ name: lenient(z.string().max(100)), slug: name, description: text });

export const imageV7 = z.object({
  id,
  url: z.string(),
  width: size,
  height: size,
  extension: text,
  perceptualHash: text,
  favorites: likes,
  dominantColor: text,
  source: text,
  artists: lenient(z.array(z.unknown())),
  uploadedAt: text,
  likedAt: text,
  addedToAlbumAt: text,
  isNsfw: lenient(z.boolean()),
  isAnimated: lenient(z.boolean()),
  byteSize: bytes,
  tags: lenient(z.array(z.unknown())),
});
export type ImageV7 = z.output<typeof imageV7>;

export const pageV7 = z.object({
  items: z.array(z.unknown()),
  totalCount: lenient(z.number().int().min(0)),
  totalPages: lenient(z.number().int().min(0)),
  hasNextPage: lenient(z.boolean()),
  maxPageSize: lenient(z.number().int().positive()),
});
export type PageV7 = z.output<typeof pageV7>;

export const albumV7 = z.object({ id, name, isDefault: lenient(z.boolean()) });

/** `application/problem+json`. */
export const problemV7 = z.object({
  title: text,
  detail: text,
  errors: lenient(z.record(z.string(), z.array(z.string()))),
});

export const artist = { v5: artistV5, v7: artistV7 };
