import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { SecretVault } from '../ports.ts';

const content = z.record(z.string(), z.string());

/** The name of the file inside the data folder. It is left out of backups and of everything that is shown or logged. */
export const secretsFileName = 'secrets.json';

const warning =
  'There is no system keyring to keep this in, so it lies unencrypted in a file that only your user account can read ' +
  `(${secretsFileName} in the data folder). Anyone with access to your account or your disk can read it.`;

/**
 * Keeps secrets in one file (0600) in `folder`, for machines without a keyring. A write is whole or not at all: a new file is written, flushed and
 * renamed over the old one, and writes of one vault never overlap. Errors name the folder, never a value.
 */
export function createFileVault({ folder }: { readonly folder: string }): SecretVault {
  const path = join(folder, secretsFileName);
  let last: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<Result<Record<string, string>>> => {
    let text: string;
    try {
      const { mode } = await stat(path);
      // Somebody copied it about, or an old umask made it: close it again before using it.
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) await chmod(path, 0o600);
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return ok({});
      return fail(
        appError(
          'data_folder_unwritable',
          `The saved tokens in ${folder} cannot be read (${codeOf(error)}). Check its permissions.`,
        ),
      );
    }
    const parsed = content.safeParse(parseJson(text));
    // Never quote a parse error here: it would quote the file.
    if (!parsed.success)
      return fail(
        appError(
          'data_folder_unwritable',
          `The file ${secretsFileName} in ${folder} is damaged. Delete it and enter your tokens again.`,
        ),
      );
    return ok(parsed.data);
  };

  const write = async (secrets: Readonly<Record<string, string>>): Promise<Result<void>> => {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(secrets, null, 2) + '\n');
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder(folder);
      return ok(undefined);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      const code = codeOf(error);
      if (code === 'ENOSPC' || code === 'EDQUOT')
        return fail(
          appError('disk_full', 'The disk is full, so the token was not saved. Free some space and try again.'),
        );
      return fail(
        appError(
          'data_folder_unwritable',
          `The token could not be saved in ${folder} (${code}). Check its permissions.`,
        ),
      );
    }
  };

  /** Read, change, write; one after the other. */
  const change = (edit: (secrets: Record<string, string>) => boolean): Promise<Result<void>> => {
    const run = last.then(async () => {
      const secrets = await read();
      if (!secrets.ok) return secrets;
      return edit(secrets.value) ? write(secrets.value) : ok(undefined);
    });
    last = run;
    return run;
  };

  return {
    storage: { kind: 'file', warning },
    async get(name) {
      await last;
      const secrets = await read();
      if (!secrets.ok) return secrets;
      return ok(Object.hasOwn(secrets.value, name) ? (secrets.value[name] ?? null) : null);
    },
    set: (name, value) =>
      change((secrets) => {
        secrets[name] = value;
        return true;
      }),
    remove: (name) =>
      change((secrets) => {
        const known = Object.hasOwn(secrets, name);
        delete secrets[name];
        return known;
      }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** Makes the rename itself durable where the system allows it (not on Windows). */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file is in place; only its survival of a power cut within the next moments is less sure.
  }
}
