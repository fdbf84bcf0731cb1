import { z } from 'zod';
import { imageId, type Image, type ImageId } from './model.ts';
import type { Edit } from './edits.ts';

/** Images put together by hand, or by a saved search; and notes. An image may be in many. */

export const collectionId = z.number().int().positive();
export const collectionName = z.string().trim().min(1).max(100);
export const notes = z.string().trim().max(10_000);
/** A search in the syntax of the library. */
export const searchText = z.string().trim().min(1).max(2_000);
export const someImages = z.array(imageId).min(1).max(10_000);

export interface Collection {
  readonly id: number;
  readonly name: string;
  /** How many are in it; of a smart one: what its search finds now. */
  readonly images: number;
  readonly notes: string;
  /** The search that fills a smart collection; null: filled by hand. */
  readonly query: string | null;
  /** The chosen cover; null: its first pictures stand for it. */
  readonly cover: ImageId | null;
  /** What it is shown by: the chosen cover, or up to four pictures. Only what may be seen. */
  readonly covers: readonly Image[];
}

export const collectionPatch = z.strictObject({
  name: collectionName.optional(),
  notes: notes.optional(),
  cover: imageId.nullable().optional(),
  /** Of a smart one. */
  query: searchText.optional(),
});

export interface CollectionChange {
  readonly collection: Collection;
  /** What takes it back; null where nothing had to be changed. */
  readonly edit: Edit | null;
  /** Images that were asked for and passed over, each with the reason as a sentence. Left out: none. */
  readonly refused?: readonly { readonly id: ImageId; readonly reason: string }[];
}

export interface CollectionPage {
  readonly images: readonly Image[];
  /** Images of this page that the content setting hides. */
  readonly hidden: number;
  readonly next: string | null;
}

/** An album of an account, as a collection. */
export interface BroughtAlbum {
  readonly collection: number;
  readonly name: string;
  /** Pictures of the album. */
  readonly images: number;
  readonly created: boolean;
  /** Pictures that came into the collection, and that were taken out because the album has them no more. */
  readonly added: number;
  readonly taken: number;
}
export interface AlbumsBrought {
  readonly albums: readonly BroughtAlbum[];
  /** Null: everything was in step already. */
  readonly edit: Edit | null;
}
