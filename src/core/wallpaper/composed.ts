import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { appError } from '../../shared/errors.ts';
import { fit } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Codec, ComposeJob } from '../files/codec.ts';

/**
 * The folder of composed pictures. A name is made from everything that decides the content, so a changed picture has a changed path
 * (desktops cache by path), and composing the same again costs nothing.
 */
export interface ComposedFolder {
  /** Composes, unless that very picture is there already. `identity` names each source's content. Answers the absolute path. */
  make(
    job: Omit<ComposeJob, 'target'>,
    identity: (source: string) => string,
    extension: 'png' | 'jpg',
    signal?: AbortSignal,
  ): Promise<Result<string>>;
  /** Takes in a picture that `write` makes at the path it is given; null when it makes none. */
  adopt(write: (path: string) => Promise<boolean>): Promise<string | null>;
  /** These were made ahead: they stay until others are reserved. */
  reserve(files: readonly string[]): void;
  /** What is on the displays now, as far as Kabegami put it there. Files that are gone are left out. */
  shown(): Promise<Shown>;
  /** Writes down what is on the displays now, then removes what is neither that nor among the last few. */
  remember(shown: Shown): Promise<void>;
  /** What is shown as it is written down: names instead of paths. */
  pack(shown: Shown): PackedShown;
  /** The other way round; files that are gone are left out, and of anything else that was written nothing is left. */
  unpack(packed: unknown): Promise<Shown>;
}

const piece = z.object({ file: z.string(), width: z.number(), height: z.number(), fit });
const shownSchema = z.object({
  /** By display id: the file composed for it. */
  pieces: z.record(z.string(), piece).default({}),
  /** The file over all displays, on desktops that take one. */
  whole: z.string().nullable().default(null),
});
export type Piece = z.output<typeof piece>;
export type Shown = z.output<typeof shownSchema>;
/** `Shown` with the names of its files. */
export type PackedShown = Shown;

/** Of this run of the program, so that its own unfinished files are told from those that a crash left. */
const run = randomUUID();
/** For a file that is not finished, in the folder of composed pictures. */
export const temporaryName = (extension: string): string => `${run}-${randomUUID()}.tmp.${extension}`;
const isOurs = (name: string): boolean => name.startsWith(run);

/** A desktop may still be fading from one of these; previous pictures come back at once. */
const spare = 6;
const manifestName = 'shown.json';
/** The change under way, beside its files (`pending-change.ts`). */
export const pendingName = 'pending.json';
const notes: ReadonlySet<string> = new Set([manifestName, pendingName]);

export function createComposedFolder({
  folder,
  codec,
}: {
  readonly folder: string;
  readonly codec: Pick<Codec, 'compose'>;
}): ComposedFolder {
  const temporary = (extension: string): string => join(folder, temporaryName(extension));
  let reserved: ReadonlySet<string> = new Set();
  const prepare = () => mkdir(folder, { recursive: true, mode: 0o700 });

  async function clean(keep: ReadonlySet<string>): Promise<void> {
    const loose = (await readdir(folder)).filter(
      (name) => !notes.has(name) && !keep.has(name) && !reserved.has(name) && !isOurs(name),
    );
    // The temporary file of another run is one that a crash left.
    for (const name of loose.filter((each) => each.includes('.tmp.'))) await rm(join(folder, name), { force: true });
    const others = await Promise.all(
      loose
        .filter((name) => !name.includes('.tmp.'))
        .map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
    );
    others.sort((one, other) => other.at - one.at);
    for (const { name } of others.slice(spare)) await rm(join(folder, name), { force: true });
  }

  function pack(shown: Shown): PackedShown {
    const pieces = Object.entries(shown.pieces).map(
      ([id, each]) => [id, { ...each, file: basename(each.file) }] as const,
    );
    return { pieces: Object.fromEntries(pieces), whole: shown.whole === null ? null : basename(shown.whole) };
  }

  async function unpack(packed: unknown): Promise<Shown> {
    const parsed = shownSchema.safeParse(packed);
    if (!parsed.success) return { pieces: {}, whole: null };
    const pieces: Record<string, Piece> = {};
    for (const [id, each] of Object.entries(parsed.data.pieces)) {
      // Only names: what is outside this folder is never anybody's wallpaper.
      const file = join(folder, basename(each.file));
      if (await exists(file)) pieces[id] = { ...each, file };
    }
    const whole = parsed.data.whole === null ? null : join(folder, basename(parsed.data.whole));
    return { pieces, whole: whole !== null && (await exists(whole)) ? whole : null };
  }

  return {
    async make(job, identity, extension, signal) {
      const content = { ...job, layers: job.layers.map((layer) => ({ ...layer, source: identity(layer.source) })) };
      const name = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 40);
      const path = join(folder, `${name}.${extension}`);
      if (await exists(path)) return ok(path);
      const target = temporary(extension);
      try {
        await prepare();
        const composed = await codec.compose({ ...job, target }, signal);
        if (!composed.ok) return composed;
        await rename(target, path);
        return ok(path);
      } catch (error) {
        return fail(writeError(folder, error));
      } finally {
        await rm(target, { force: true }).catch(() => undefined);
      }
    },
    async adopt(write) {
      const target = temporary('png');
      try {
        await prepare();
        if (!(await write(target))) return null;
        const hash = createHash('sha256');
        for await (const part of createReadStream(target)) hash.update(part as Buffer);
        const path = join(folder, `${hash.digest('hex').slice(0, 40)}.png`);
        await rename(target, path);
        return path;
      } catch {
        return null;
      } finally {
        await rm(target, { force: true }).catch(() => undefined);
      }
    },
    reserve(files) {
      reserved = new Set(files.map((file) => basename(file)));
    },
    async shown() {
      try {
        return await unpack(JSON.parse(await readFile(join(folder, manifestName), 'utf8')));
      } catch {
        return { pieces: {}, whole: null };
      }
    },
    pack,
    unpack,
    async remember(shown) {
      const { pieces, whole } = pack(shown);
      const target = temporary('json');
      await writeFile(target, JSON.stringify({ pieces, whole }), { mode: 0o600 });
      await rename(target, join(folder, manifestName));
      await clean(new Set([...Object.values(pieces).map(({ file }) => file), ...(whole === null ? [] : [whole])]));
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

function writeError(folder: string, error: unknown) {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return appError(
      'disk_full',
      'The disk is full: the picture for the desktop could not be written. Free some space and try again.',
    );
  return appError(
    'data_folder_unwritable',
    `The picture for the desktop could not be written to ${folder}. Check the folder's permissions.`,
  );
}
