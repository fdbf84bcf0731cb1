import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../../shared/model.ts';
import { makeFolder } from '../private-files.ts';
import { filesBelow, moveInto, sizeOf } from './disk.ts';
import { edges, type Layout } from './layout.ts';
import { createLock } from './lock.ts';

/** A thumbnail of a picture that stays in its folder. */
export interface ReferenceThumb {
  readonly hash: string;
  readonly edge: number;
  readonly bytes: number;
}

/** What the library counts of them. The store's `ReferenceThumbnailRepository` is one. All of it is synchronous and may throw. */
export interface ReferenceIndex {
  of(hash: string): readonly ReferenceThumb[];
  put(thumb: ReferenceThumb): void;
  touch(hash: string, edge: number): void;
  remove(thumb: Pick<ReferenceThumb, 'hash' | 'edge'>): void;
  oldest(limit: number, unusedSince: number): readonly ReferenceThumb[];
  page(after: Pick<ReferenceThumb, 'hash' | 'edge'> | null, limit: number): readonly ReferenceThumb[];
  folder(): string;
  begin(folder: string): void;
}

/**
 * Thumbnails of pictures that stay in their folders: a cache and nothing else. Each is counted before it is in its place and until it is gone, so that
 * whatever happens in between, never is more there than is counted.
 */
export interface ReferenceShelf {
  /** Its size in bytes, where it is there as it was made; null where it is to be made. */
  sizeOf(hash: string, edge: number): Promise<number | null>;
  path(hash: string, edge: number): string;
  /** Puts a finished file in its place. */
  add(hash: string, edge: number, file: string): Promise<void>;
  /** All thumbnails of a picture. */
  drop(hash: string): Promise<void>;
  /** Removes those that were not used since `unusedSince` (ms), oldest use first, until so many bytes are free. Answers how many it freed. */
  evict(bytes: number, unusedSince: number): Promise<number>;
  /**
   * The folder and its count belong together. Where they do not (the database was restored, somebody removed the folder), both begin anew. Called
   * once, before anything else.
   */
  recover(): Promise<void>;
  /** What is counted wrongly or of no picture. `repair` removes it: it is made again when it is next wanted. */
  verify(parts: { readonly repair: boolean; readonly isKnown: (hash: string) => boolean }): Promise<readonly Problem[]>;
}

const atOnce = 100;
const markName = 'mark';

export function createReferenceShelf({
  layout,
  index,
}: {
  readonly layout: Layout;
  readonly index: ReferenceIndex;
}): ReferenceShelf {
  const root = layout.referenceThumbs;
  const mark = path.join(root, markName);

  /** One change at a time: one that is removed while it is made anew would be there and not counted. */
  const exclusively = createLock();

  let beginning: Promise<void> | null = null;
  /** Before the first one is put there; once, however many are put there at the same time: whatever is counted is forgotten. */
  async function begin(): Promise<void> {
    if (index.folder() === '') await (beginning ??= markFolder().finally(() => (beginning = null)));
  }
  async function markFolder(): Promise<void> {
    const fresh = randomUUID();
    makeFolder(root);
    await writeFile(mark, fresh, { mode: 0o600 });
    index.begin(fresh);
  }

  async function remove(thumb: Pick<ReferenceThumb, 'hash' | 'edge'>): Promise<void> {
    await rm(layout.referenceThumbnail(thumb.hash, thumb.edge), { force: true });
    index.remove(thumb);
  }

  return {
    path: (hash, edge) => layout.referenceThumbnail(hash, edge),
    async sizeOf(hash, edge) {
      const counted = index.of(hash).find((thumb) => thumb.edge === edge)?.bytes ?? null;
      if (counted === null || (await sizeOf(layout.referenceThumbnail(hash, edge))) !== counted) return null;
      index.touch(hash, edge);
      return counted;
    },
    add: (hash, edge, file) =>
      exclusively(async () => {
        await begin();
        const { size: bytes } = await stat(file);
        index.put({ hash, edge, bytes });
        await moveInto(file, layout.referenceThumbnail(hash, edge));
      }),
    drop: (hash) =>
      exclusively(async () => {
        for (const thumb of index.of(hash)) await remove(thumb);
      }),
    evict: (bytes, unusedSince) =>
      exclusively(async () => {
        let freed = 0;
        while (freed < bytes) {
          const thumbs = index.oldest(atOnce, unusedSince);
          if (thumbs.length === 0) break;
          for (const thumb of thumbs) {
            if (freed >= bytes) break;
            await remove(thumb);
            freed += thumb.bytes;
          }
        }
        return freed;
      }),
    async recover() {
      const found = await readFile(mark, 'utf8').catch(() => '');
      if (found !== '' && found === index.folder()) return;
      await rm(root, { recursive: true, force: true });
      if (index.folder() !== '') index.begin('');
    },
    async verify({ repair, isKnown }) {
      const problems: Problem[] = [];
      const tell = (file: string): void =>
        void problems.push({
          kind: 'bad_thumbnail',
          subject: layout.relative(file),
          message: 'The thumbnail is damaged or not counted; it is made again when it is next wanted.',
          repaired: repair,
        });
      for (let after: ReferenceThumb | null = null; ;) {
        const page: readonly ReferenceThumb[] = index.page(after, atOnce);
        for (const thumb of page) {
          const file = layout.referenceThumbnail(thumb.hash, thumb.edge);
          const found = await sizeOf(file);
          const sound = found === thumb.bytes && found > 0;
          // A process that was killed between the two leaves a count without a file: no harm, but room that is not used.
          if (!sound && found !== null) tell(file);
          if (repair && (!sound || !isKnown(thumb.hash))) await exclusively(() => remove(thumb));
        }
        after = page.at(-1) ?? null;
        if (after === null) break;
      }
      for await (const file of filesBelow(root)) {
        if (file === mark) continue;
        const hash = path.basename(file, '.webp');
        const counted = edges.some(
          (edge) =>
            layout.referenceThumbnail(hash, edge) === file && index.of(hash).some((thumb) => thumb.edge === edge),
        );
        if (counted) continue;
        tell(file);
        if (repair) await rm(file, { force: true });
      }
      return problems;
    },
  };
}
