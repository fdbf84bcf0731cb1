import { z } from 'zod';
import { filePath } from './backup.ts';
import { imageId, rating, type ImageId } from './model.ts';
import { collectionName } from './collections.ts';
import { pool, blockTarget } from './rotation.ts';
import { providerIds } from './names.ts';

/** Taking pictures and lists out of the library, and lists into it. */

/** Which pictures: of a search, of a collection, the favorites, or these. */
export const exportChoice = z.union([
  z.object({ query: z.string().max(2000) }),
  z.object({ collection: z.number().int().positive() }),
  z.object({ favorites: z.literal(true) }),
  z.object({ ids: z.array(imageId).min(1).max(10_000) }),
]);
export type ExportChoice = z.output<typeof exportChoice>;

export interface NotExported {
  readonly id: ImageId;
  /** A sentence. */
  readonly reason: string;
}

export interface PicturesExported {
  readonly folder: string;
  readonly exported: number;
  /** There already, with the same content. */
  readonly same: number;
  /** Not exported: not on this disk, gone from its folder, or not in the library at all. */
  readonly missing: number;
  /** The first of the missing. */
  readonly failures: readonly NotExported[];
  /** Left out because adult content is off, or blocked. */
  readonly hidden: number;
  /** Sidecars that were not written, because a file of somebody else has their name. */
  readonly kept: number;
  readonly bytes: number;
}

/** The lists of a library as one document. `images` holds what is known of every image that a list names. */
export const listsVersion = 1;
const text = z.string().max(10_000);
const link = z
  .string()
  .max(4000)
  .regex(/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$))/, 'not an https address');

/** An image as it travels. Local pictures do not: they are known on their own machine alone. */
const listedImage = z.object({
  id: imageId.refine((id) => !id.startsWith('local:'), 'a local picture is known on its own machine alone'),
  provider: z.enum(providerIds),
  remoteId: z.string().min(1).max(64),
  url: link,
  width: z.number().int().min(1).max(1_000_000),
  height: z.number().int().min(1).max(1_000_000),
  bytes: z.number().int().min(0).nullable(),
  extension: z.string().regex(/^[a-z0-9]{1,5}$/),
  rating,
  animated: z.boolean(),
  tags: z.array(z.string().max(200)).max(2000),
  category: z.string().max(200).nullable(),
  artists: z.array(z.object({ name: z.string().max(500), links: z.array(link).max(100) })).max(200),
  sources: z.array(text).max(500),
  dominantColor: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .nullable(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  pageUrl: link.nullable(),
  uploadedAt: z.string().max(50).nullable(),
  likedAt: z.string().max(50).nullable(),
  likes: z.number().int().min(0).nullable(),
});
export type ListedImage = z.output<typeof listedImage>;

/** A pool names the collections it draws from, because their numbers are another library's. */
const listedPool = z.object({
  id: pool.shape.id,
  name: pool.shape.name,
  sources: pool.shape.sources,
});

export const lists = z.object({
  format: z.literal('kabegami-lists'),
  version: z.literal(listsVersion),
  program: z.string().max(100),
  createdAt: z.iso.datetime(),
  images: z.array(listedImage).max(1_000_000),
  /** Newest first. */
  favorites: z.array(imageId).max(1_000_000),
  collections: z
    .array(
      z.object({
        /** What pools call it in this document. */
        id: z.number().int().positive(),
        name: collectionName,
        notes: text.default(''),
        /** Of a collection that is a search. */
        query: z.string().max(2000).nullable().default(null),
        images: z.array(imageId).max(1_000_000),
      }),
    )
    .max(100_000),
  blocks: z.array(blockTarget).max(100_000),
  pools: z.array(listedPool).max(1000),
  searches: z.array(z.object({ name: z.string().trim().min(1).max(100), query: z.string().max(2000) })).max(10_000),
});
export type Lists = z.output<typeof lists>;

export const listsPath = z.object({ path: filePath, overwrite: z.boolean().default(false) });

export interface ListCounts {
  readonly favorites: number;
  readonly collections: number;
  readonly blocks: number;
  readonly pools: number;
  readonly searches: number;
}

export interface ListsExported extends ListCounts {
  readonly path: string;
  /** Images of lists that were left out: local ones, or not to be seen now. */
  readonly leftOut: number;
}

/** What came in by an import; what was there already does not count. */
export interface ListsImported extends ListCounts {
  /** Images put into collections. */
  readonly collected: number;
  /** What could not be taken over, as sentences. */
  readonly notes: readonly string[];
}
