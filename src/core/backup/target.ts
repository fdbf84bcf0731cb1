import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../files/disk.ts';

/** Would a file of this path lie in the folder, whatever links lead there? What is at the path itself is replaced, never followed. */
export async function liesIn(folder: string, target: string): Promise<boolean> {
  const inside = path.relative(
    await realPlace(folder),
    path.join(await realPlace(path.dirname(target)), path.basename(target)),
  );
  return inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
}

/** The path without links; of what is not there yet, its nearest folder that is. */
async function realPlace(place: string): Promise<string> {
  try {
    return await realpath(place);
  } catch {
    const parent = path.dirname(place);
    return parent === place ? place : path.join(await realPlace(parent), path.basename(place));
  }
}

/** What is at a path that is to be written to: nothing, a file, or something that must not be replaced by one. */
export async function whatIsAt(target: string): Promise<'nothing' | 'file' | 'other'> {
  try {
    return (await stat(target)).isFile() ? 'file' : 'other';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw error;
  }
}
