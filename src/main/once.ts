import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Remembers in a small file what has been said once and for all. Answers true the first time. */
export function createOnce(file: string): (what: string) => boolean {
  const said = new Set<string>();
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(kept)) for (const each of kept) said.add(String(each));
  } catch {
    // Nothing was said yet.
  }
  return (what) => {
    if (said.has(what)) return false;
    said.add(what);
    try {
      writeFileSync(`${file}.new`, JSON.stringify([...said]), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch {
      // It will be said once more.
    }
    return true;
  };
}
