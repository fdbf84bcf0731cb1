import { rm } from 'node:fs/promises';
import type { ImageId } from '../../shared/model.ts';
import { hashFile, moveInto, sizeOf } from './disk.ts';
import { inspectPicture } from './inspect.ts';
import { edges, type Layout } from './layout.ts';
import { fileError } from './file-error.ts';
import { noted, noteDown, readNotes, strikeOut, type Note } from './notes.ts';
import type { IndexedFile, PictureIndex } from './picture-index.ts';
import { createLock } from './lock.ts';

/** A file made in `incoming/`, ready to be put in its place. */
export interface Thumb {
  readonly edge: number;
  readonly file: string;
}

/**
 * The picture files and their rows, changed together: whatever happens in between, the next start leaves both or neither. One change at a time, so
 * that two images of the same content, or an eviction and a download, never meet.
 */
export interface Shelf {
  add(
    id: ImageId,
    file: IndexedFile,
    from: { readonly picture: string; readonly thumbs: readonly Thumb[] },
    found: { readonly dominantColor: string | null; readonly hash: string | null },
  ): Promise<void>;
  addThumb(file: Pick<IndexedFile, 'hash' | 'extension'>, thumb: Thumb): Promise<void>;
  /**
   * Removes files, thumbnails and rows of what `choose` answers, which is called when its turn has come. Answers the bytes freed, those of the
   * thumbnails included.
   */
  remove(choose: () => readonly IndexedFile[]): Promise<number>;
  /** The file is gone from a full disk, on which its row could not be removed yet: that is done as soon as there is room. */
  isGoing(hash: string): boolean;
  /** Runs `work` while nothing is added or removed. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Finishes what a killed process left. Called once, before anything else. Answers the number of notes. */
  recover(): Promise<number>;
}

export function createShelf({ layout, index }: { readonly layout: Layout; readonly index: PictureIndex }): Shelf {
  const exclusively = createLock();

  async function placeThumb(hash: string, { edge, file }: Thumb): Promise<void> {
    const target = layout.thumbnail(hash, edge);
    await moveInto(file, target);
    index.attachThumbnail(hash, edge, (await sizeOf(target)) ?? 0);
  }

  async function removeFiles(file: Pick<IndexedFile, 'hash' | 'extension'>): Promise<void> {
    await rm(layout.picture(file), { force: true });
    for (const edge of edges) await rm(layout.thumbnail(file.hash, edge), { force: true });
  }

  const going = new Map<string, Note>();

  /** Removes the rows of files that are gone. A full disk lets that wait: what else is removed makes the room for it. */
  async function settle(): Promise<void> {
    for (const [hash, note] of going) {
      try {
        index.detach(hash);
      } catch (error) {
        if (fileError(error)?.code === 'disk_full') return;
        throw error;
      }
      going.delete(hash);
      await strikeOut(layout.incoming, note);
    }
  }

  /** Lets go of thumbnails that are not what their rows say, or have none: they are made again when they are next wanted. */
  async function dropUnrecorded(hash: string): Promise<void> {
    const recorded = new Map(index.thumbnailsOf(hash).map(({ edge, bytes }) => [edge, bytes]));
    for (const edge of edges) {
      const thumbnail = layout.thumbnail(hash, edge);
      if ((await sizeOf(thumbnail)) === (recorded.get(edge) ?? null)) continue;
      await rm(thumbnail, { force: true });
      index.detachThumbnail(hash, edge);
    }
  }

  async function recoverAdding(id: ImageId, file: Pick<IndexedFile, 'hash' | 'extension'>): Promise<void> {
    const picture = layout.picture(file);
    if (index.byHash(file.hash) !== null) return dropUnrecorded(file.hash);
    if ((await sizeOf(picture)) === null) return;
    try {
      const { sha256 } = await hashFile(picture);
      const found = await inspectPicture(
        picture,
        { pixelLimit: Number.POSITIVE_INFINITY, byteLimit: Number.POSITIVE_INFINITY },
        { complete: false },
      );
      if (sha256 === file.hash && found.ok) {
        const { bytes, width, height } = found.value;
        index.attach(id, { ...file, bytes, width, height }, { dominantColor: null, hash: null });
        return;
      }
    } catch {
      // The image is not in the library (its metadata was never written), or the file cannot be read.
    }
    // It was never told to anybody, and can be fetched again.
    await removeFiles(file);
  }

  return {
    exclusively,
    add: (id, file, from, found) =>
      exclusively(async () => {
        await settle();
        // Come back before its row could be removed: first things first.
        if (going.has(file.hash)) throw stillFull();
        await noted(layout.incoming, { kind: 'adding', id, hash: file.hash, extension: file.extension }, async () => {
          try {
            await moveInto(from.picture, layout.picture(file));
            index.attach(id, file, found);
            for (const thumb of from.thumbs) await placeThumb(file.hash, thumb);
          } catch (error) {
            if (index.byHash(file.hash) === null) await removeFiles(file);
            throw error;
          }
        });
      }),
    addThumb: ({ hash, extension }, thumb) =>
      exclusively(async () => {
        // Evicted meanwhile: a thumbnail without its picture would be a stray.
        if (index.byHash(hash) === null || going.has(hash)) await rm(thumb.file, { force: true });
        else await noted(layout.incoming, { kind: 'thumbnail', hash, extension }, () => placeThumb(hash, thumb));
      }),
    isGoing: (hash) => going.has(hash),
    remove: (choose) =>
      exclusively(async () => {
        let freed = 0;
        for (const file of choose()) {
          const note: Note = { kind: 'removing', hash: file.hash, extension: file.extension };
          await noteDown(layout.incoming, note);
          for (const { bytes } of index.thumbnailsOf(file.hash)) freed += bytes;
          await removeFiles(file);
          freed += file.bytes;
          going.set(file.hash, note);
          await settle();
        }
        await settle();
        return freed;
      }),
    recover: () =>
      exclusively(async () => {
        const notes = await readNotes(layout.incoming);
        for (const note of notes) {
          if (note.kind === 'adding') await recoverAdding(note.id, note);
          else if (note.kind === 'thumbnail') await dropUnrecorded(note.hash);
          else {
            await removeFiles(note);
            index.detach(note.hash);
          }
        }
        return notes.length;
      }),
  };
}

function stillFull(): Error {
  return Object.assign(new Error('The disk is still full.'), { code: 'ENOSPC' });
}
