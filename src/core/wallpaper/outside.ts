import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Copies of pictures that somebody else had put on the desktop, named by their content, so that there is a way back to them. */
export interface OutsideFolder {
  /** Takes in a picture that `write` makes at the path it is given. Answers its name; null when it makes none. */
  adopt(write: (path: string) => Promise<boolean>): Promise<string | null>;
  /** The absolute path of a copy; null when it is gone. */
  path(name: string): Promise<string | null>;
  /** Removes what is not among `names`, except what came in the last hour: the history may not know it yet. */
  clean(names: ReadonlySet<string>): Promise<void>;
}

const justNow = 60 * 60_000;

export function createOutsideFolder({
  folder,
  now,
}: {
  readonly folder: string;
  readonly now: () => number;
}): OutsideFolder {
  return {
    async adopt(write) {
      const target = join(folder, `${randomUUID()}.tmp.png`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        if (!(await write(target))) return null;
        const name = `${createHash('sha256')
          .update(await readFile(target))
          .digest('hex')
          .slice(0, 40)}.png`;
        await rename(target, join(folder, name));
        return name;
      } catch {
        // A copy that cannot be had is no reason not to go on: there is just no way back to it.
        return null;
      } finally {
        await rm(target, { force: true }).catch(() => undefined);
      }
    },
    async path(name) {
      // Only names: what is outside this folder was never kept.
      const path = join(folder, basename(name));
      return access(path).then(
        () => path,
        () => null,
      );
    },
    async clean(names) {
      const found = await readdir(folder).catch(() => []);
      for (const name of found) {
        if (names.has(name)) continue;
        const at = (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0;
        if (now() - at > justNow) await rm(join(folder, name), { force: true }).catch(() => undefined);
      }
    },
  };
}
