import { z } from 'zod';
import type { Edit } from './edits.ts';
import { imageId, type Image, type ImageId } from './model.ts';

/** Pictures that are the same to the eye: scaled, recompressed, cropped a little, in another format, at another service. */

/** Why one of them is the one to keep, the most important first. */
export const reasonsToKeep = ['larger', 'lossless', 'format', 'bytes', 'favorite', 'collected', 'older'] as const;
export type ReasonToKeep = (typeof reasonsToKeep)[number];

export interface DuplicateMember {
  readonly image: Image;
  /** Pixels and bytes of its file; null where it is not on this disk. */
  readonly file: {
    readonly width: number;
    readonly height: number;
    readonly bytes: number;
    readonly extension: string;
  } | null;
  /** Thousandths of what would be no duplicate any more, from the suggested one; 0: the same content. Null: not compared with that one itself. */
  readonly distance: number | null;
  readonly collections: readonly { readonly id: number; readonly name: string }[];
}

export interface DuplicateGroup {
  readonly id: number;
  /** The suggested one first. */
  readonly members: readonly DuplicateMember[];
  /** Whom to keep. */
  readonly best: ImageId;
  readonly why: readonly ReasonToKeep[];
  /** Each is the same as the suggested one to the last pixel, or the same content: merging them asks no eye. */
  readonly sure: boolean;
}

export interface DuplicateScan {
  readonly running: boolean;
  /** Pictures on this disk, and how many of them were compared with all others. */
  readonly files: number;
  readonly compared: number;
}

export const duplicatesPage = z
  .object({
    /** Goes on below this group. */
    cursor: z.number().int().positive().nullable().default(null),
    limit: z.number().int().min(1).max(50).default(20),
    /** Only those that ask no eye. */
    sure: z.boolean().default(false),
  })
  .prefault({});

export interface DuplicatePage {
  readonly groups: readonly DuplicateGroup[];
  /** Groups in all. */
  readonly total: number;
  readonly next: number | null;
  /** Pictures of these groups that are left out because adult content is off. */
  readonly hidden: number;
  readonly scan: DuplicateScan;
}

export const duplicateMerge = z.object({ keep: imageId, others: z.array(imageId).min(1).max(50) });

export interface DuplicateMerged {
  readonly kept: Image;
  readonly merged: readonly ImageId[];
  /** What was done, in its order: what an undo takes back. */
  readonly edits: readonly Edit[];
}

export interface SureMerged {
  readonly groups: number;
  readonly merged: number;
  /** Some groups at a time: in their order. */
  readonly edits: readonly Edit[];
}

export interface DuplicatesSeparated {
  /** Pairs that were not known to be different. */
  readonly separated: number;
  readonly edits: readonly Edit[];
}

/** `from` empty: each of `ids` is different from each. Else each of `ids` from each of `from`. */
export const duplicateSeparation = z
  .object({ ids: z.array(imageId).min(1).max(50), from: z.array(imageId).max(50).default([]) })
  .refine(({ ids, from }) => ids.length + from.length >= 2, 'at least two pictures are needed');
