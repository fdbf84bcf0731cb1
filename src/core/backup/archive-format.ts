import path from 'node:path';
import { z } from 'zod';
import { libraryCounts, pictureChoice } from '../../shared/backup.ts';
import { parsePictureName } from '../files/layout.ts';

/**
 * A backup is an ordinary tar file of ordinary files, in this order:
 *
 *     manifest.json                      what this is (see `manifest`)
 *     library.db                         the database, as it was in one instant
 *     settings.json                      the settings in it, for people; nothing reads it
 *     pictures/<ab>/<sha256>.<ext>       pictures: their names prove their content
 *     outside/<start of sha256>.png      copies of pictures that were on the desktop before ours: the same
 *     contents.json                      how many pictures there are (see `contents`): whatever ends without it is cut off
 *
 * Never in it: secrets, thumbnails, logs.
 */

export const formatVersion = 1;
export const memberNames = {
  manifest: 'manifest.json',
  database: 'library.db',
  settings: 'settings.json',
  contents: 'contents.json',
} as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.number().int().min(0);

export const manifest = z.object({
  format: z.literal('kabegami-backup'),
  /** Grows when an older program could not read it any more. */
  version: z.number().int().min(1),
  program: z.string().min(1).max(100),
  schema: z.number().int().min(1),
  createdAt: z.iso.datetime(),
  pictures: pictureChoice,
  counts: libraryCounts,
  members: z.object({
    [memberNames.database]: z.object({ bytes: amount, sha256 }),
    [memberNames.settings]: z.object({ bytes: amount, sha256 }),
  }),
});
export type Manifest = z.output<typeof manifest>;

export const contents = z.object({
  pictures: amount,
  outside: amount,
  /** Of all pictures and outside pictures. */
  bytes: amount,
  /** Of their names, in the order they lie here, each with a line feed. */
  sha256,
});
export type Contents = z.output<typeof contents>;

/** Largest manifest or table of contents. */
export const textLimit = 100_000;
/** Largest single picture that is taken from a backup. */
export const pictureLimit = 2_000_000_000;

export type Member =
  | { readonly kind: 'manifest' }
  | { readonly kind: 'contents' }
  | { readonly kind: 'database' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'picture'; readonly hash: string; readonly extension: string }
  | { readonly kind: 'outside'; readonly name: string; readonly hash: string };

/** What a member's name stands for; null for every name but those above, letter by letter. */
export function parseMember(name: string): Member | null {
  for (const [kind, fixed] of Object.entries(memberNames)) {
    if (name === fixed) return { kind: kind as keyof typeof memberNames };
  }
  const picture = /^pictures\/([0-9a-f]{2})\/([^/]+)$/.exec(name);
  if (picture !== null) {
    const found = parsePictureName(picture[2] ?? '');
    return found !== null && found.hash.startsWith(picture[1] ?? '-') ? { kind: 'picture', ...found } : null;
  }
  const outside = /^outside\/(([0-9a-f]{40})\.png)$/.exec(name);
  return outside?.[1] !== undefined && outside[2] !== undefined
    ? { kind: 'outside', name: outside[1], hash: outside[2] }
    : null;
}

export function pictureMember(file: { readonly hash: string; readonly extension: string }): string {
  return `pictures/${file.hash.slice(0, 2)}/${file.hash}.${file.extension}`;
}

export function outsideMember(name: string): string {
  return `outside/${path.basename(name)}`;
}
