import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { appError, cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { lists as listsSchema, type Lists } from '../../shared/transfer.ts';
import { openToRead } from '../backup/open-to-read.ts';
import { pathError } from '../backup/path-error.ts';
import { liesIn, whatIsAt } from '../backup/target.ts';
import { isMissing } from '../files/disk.ts';
import type { Log } from '../ports.ts';

/** Largest document of lists that is read: a million favorites with all that is known of them. */
const largest = 1_500_000_000;

/** Writes the document beside its place, then renames it; never into the data folder. Errors: `invalid_input`, `file_exists`, and those of the place. */
export async function writeLists(
  lists: Lists,
  target: string,
  { overwrite, dataFolder, log }: { readonly overwrite: boolean; readonly dataFolder: string; readonly log: Log },
): Promise<Result<void>> {
  if (!path.isAbsolute(target)) return fail(appError('invalid_input', 'An export needs the whole path of a file.'));
  if (!target.endsWith('.json')) return fail(appError('invalid_input', 'The name of exported lists ends with .json.'));
  const unfinished = path.join(path.dirname(target), `.${randomBytes(6).toString('hex')}.kabegami-part`);
  try {
    if (await liesIn(dataFolder, target)) {
      return fail(
        appError('invalid_input', `${target} is inside the data folder (${dataFolder}). Choose another folder.`),
      );
    }
    const there = await whatIsAt(target);
    if (there === 'other')
      return fail(appError('invalid_input', `${target} is no file that could be replaced. Choose another name.`));
    if (!overwrite && there === 'file') {
      return fail(
        appError(
          'file_exists',
          `${target} is there already. Choose another name, or say that it may be replaced (--overwrite).`,
        ),
      );
    }
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(lists, null, 1)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, target);
    return ok(undefined);
  } catch (error) {
    log.error('The lists could not be exported', { error: String(error) });
    return fail(
      pathError(error, target) ?? appError('internal', 'Kabegami could not export the lists. Its log says more.'),
    );
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Reads a document of lists and believes nothing of it. Errors: `not_found`, `invalid_input`, and those of the place. */
export async function readLists(source: string, signal: AbortSignal): Promise<Result<Lists>> {
  try {
    const opened = await openToRead(source);
    if (opened === null) return fail(notLists(source, 'it is no file'));
    let text: string;
    try {
      if (opened.size > largest) return fail(notLists(source, 'it is too large'));
      text = await opened.handle.readFile({ encoding: 'utf8', signal });
    } finally {
      await opened.handle.close();
    }
    const parsed = listsSchema.safeParse(JSON.parse(text));
    if (parsed.success) return ok(parsed.data);
    return fail(notLists(source, reasonOf(parsed.error)));
  } catch (error) {
    if (signal.aborted) return fail(cancelled);
    if (isMissing(error)) return fail(appError('not_found', `There is no file ${source}. Check how it is written.`));
    if (error instanceof SyntaxError) return fail(notLists(source, 'it is no JSON'));
    return fail(pathError(error, source) ?? appError('internal', `Kabegami could not read ${source}.`));
  }
}

function reasonOf({ issues: [issue] }: z.ZodError): string {
  const [field] = issue?.path ?? [];
  if (issue === undefined || field === undefined || field === 'format') return 'it is of another kind';
  if (field === 'version') return 'another version of Kabegami made it';
  return `${issue.path.join('.')}: ${issue.message}`;
}

function notLists(source: string, why: string) {
  return appError('invalid_input', `${source} holds no lists of Kabegami (${why.slice(0, 300)}). Nothing was changed.`);
}
