import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A file URI with everything encoded that some desktop takes for syntax. */
export function fileUri(path: string): string {
  return pathToFileURL(path).href.replace(/['()!*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path of a file URI or an absolute path; null for anything else. */
export function pathOf(value: string): string | null {
  if (isAbsolute(value)) return value;
  try {
    return fileURLToPath(value);
  } catch {
    return null;
  }
}
