import { open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { imageId, type ImageId } from '../../shared/model.ts';
import { parsePictureName } from './layout.ts';

/**
 * A note in `incoming/` of what is about to happen to a picture file and to its row, which cannot happen in one step. A process that is killed
 * in between leaves the note, and the next start finishes the work. It is an empty file; everything is in its name:
 *
 *     adding.<provider>.<remote id>.<sha256>.<ext>     the file is moved to its place, then its row is written
 *     thumbnail.<sha256>.<ext>                         a thumbnail of the file is moved to its place, then its row is written
 *     removing.<sha256>.<ext>                          the file is removed, then its row
 */
export type Note =
  | { readonly kind: 'adding'; readonly id: ImageId; readonly hash: string; readonly extension: string }
  | { readonly kind: 'thumbnail' | 'removing'; readonly hash: string; readonly extension: string };

function nameOf(note: Note): string {
  const file = `${note.hash}.${note.extension}`;
  return note.kind === 'adding' ? `adding.${note.id.replace(':', '.')}.${file}` : `${note.kind}.${file}`;
}

export function parseNote(name: string): Note | null {
  const [kind, ...rest] = name.split('.');
  const file = parsePictureName(rest.slice(-2).join('.'));
  if (file === null) return null;
  if ((kind === 'thumbnail' || kind === 'removing') && rest.length === 2) return { kind, ...file };
  const id = imageId.safeParse(rest.slice(0, -2).join(':'));
  return kind === 'adding' && rest.length === 4 && id.success ? { kind, id: id.data, ...file } : null;
}

/** For work that is finished later: the note stays until it is struck out, and the next start finishes what it says. */
export async function noteDown(incoming: string, note: Note): Promise<void> {
  await (await open(path.join(incoming, nameOf(note)), 'w')).close();
}

export async function strikeOut(incoming: string, note: Note): Promise<void> {
  await rm(path.join(incoming, nameOf(note)), { force: true });
}

/** Notes down what `work` does, does it, and strikes the note out, whether it went well or failed (then `work` has cleaned up). */
export async function noted<T>(incoming: string, note: Note, work: () => Promise<T>): Promise<T> {
  await noteDown(incoming, note);
  try {
    return await work();
  } finally {
    await strikeOut(incoming, note);
  }
}

export async function readNotes(incoming: string): Promise<readonly Note[]> {
  return (await readdir(incoming)).flatMap((name) => parseNote(name) ?? []);
}
