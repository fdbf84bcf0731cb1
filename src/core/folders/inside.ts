import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * The real path of a file of a folder that its owner named; null where it is not there, is no plain file, or a link has led it out of the folder.
 * `relative` is a path inside, with `/`.
 */
export async function originalIn(root: string, relative: string): Promise<string | null> {
  const file = path.join(root, ...relative.split('/'));
  try {
    const [realRoot, realFile, { isFile }] = await Promise.all([realpath(root), realpath(file), kindOf(file)]);
    return isFile && realFile.startsWith(realRoot.replace(/[\\/]?$/, path.sep)) ? realFile : null;
  } catch {
    return null;
  }
}

async function kindOf(file: string): Promise<{ readonly isFile: boolean }> {
  return { isFile: (await lstat(file)).isFile() };
}
