import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fit, imageId } from '../../shared/model.ts';
import { changeReasons } from '../../shared/rotation.ts';
import { pendingName } from './composed.ts';
import type { PlannedScene } from './scene.ts';

const move = z.object({ display: z.string(), to: z.number().int() });

/** What the history is to say of a change once the desktop has it. */
const deed = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('record'),
    reason: z.enum(changeReasons),
    /** Which picture counts as shown in which pool. */
    draws: z.array(z.object({ display: z.string(), pool: z.string(), image: imageId })),
  }),
  z.object({ kind: z.literal('move'), reason: z.enum(changeReasons), moves: z.array(move) }),
  z.object({ kind: z.literal('undo'), change: z.number().int(), instead: z.array(move) }),
  /** The same entries are put back: the history knows them. */
  z.object({ kind: z.literal('nothing') }),
]);
export type Deed = z.output<typeof deed>;

const shape = z.object({
  id: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  deed,
  shown: z.unknown(),
  entries: z.array(
    z.object({
      display: z.string(),
      name: z.string(),
      image: imageId.nullable(),
      outside: z.string().nullable(),
      fit,
      backend: z.string(),
      verified: z.boolean(),
    }),
  ),
});

/** A change that the desktop is about to be told of, and what the history is to say of it then. */
export interface PendingChange extends PlannedScene {
  readonly id: string;
  readonly at: number;
  readonly deed: Deed;
}

/**
 * The note of the change under way, for whoever comes after a process that did not live to record it. It is not forced to the disk: what is to be
 * survived is the end of the process, and with the machine the desktop's session has ended too.
 */
export interface PendingNote {
  /** Answers the change with its name; null where it could not be written down. */
  write(change: Omit<PendingChange, 'id'>): Promise<PendingChange | null>;
  /** The last one, carried out or not; null where there is none that can be read. */
  read(): Promise<PendingChange | null>;
  /** It was not carried out. */
  remove(): Promise<void>;
}

/** @param folder Where the composed pictures are, which the note names. */
export function createPendingNote(folder: string): PendingNote {
  const file = join(folder, pendingName);
  return {
    async write(change) {
      const named = { id: randomUUID(), ...change };
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        // In place: a half-written one is of a change that the desktop was not told of yet, and is read as none.
        await writeFile(file, JSON.stringify(named), { mode: 0o600 });
        return named;
      } catch {
        await rm(file, { force: true }).catch(() => undefined);
        return null;
      }
    },
    async read() {
      try {
        const parsed = shape.safeParse(JSON.parse(await readFile(file, 'utf8')));
        return parsed.success ? { ...parsed.data, shown: parsed.data.shown as PendingChange['shown'] } : null;
      } catch {
        return null;
      }
    },
    remove: () => rm(file, { force: true }).catch(() => undefined),
  };
}
