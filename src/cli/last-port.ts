import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const fileIn = (dataFolder: string): string => path.join(dataFolder, 'browser-port');

/** The port that the browser host of this data folder had last; 0 (any) where there was none. */
export function lastPort(dataFolder: string): number {
  try {
    const text = readFileSync(fileIn(dataFolder), 'utf8').trim();
    const port = Number(text);
    return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : 0;
  } catch {
    return 0;
  }
}

/** What cannot be kept is asked for anew the next time: nothing depends on it. */
export async function keepPort(dataFolder: string, port: number): Promise<void> {
  await writeFile(fileIn(dataFolder), `${port}\n`, { mode: 0o600 }).catch(() => undefined);
}
