import { statSync } from 'node:fs';
import { chooseDriver, type Driver } from './driver.ts';
import { schemaVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { storePlaces } from './open.ts';

/** Whether a library of at least so many bytes will be brought up to date when it is opened. False too of what cannot be read: opening it tells why. */
export function isOutdated(folder: string, leastBytes: number, driver: Driver = chooseDriver()): boolean {
  const { database } = storePlaces(folder);
  if ((statSync(database, { throwIfNoEntry: false })?.size ?? 0) < leastBytes) return false;
  try {
    const db = driver.open(database);
    try {
      const found = schemaVersion(db);
      return found > 0 && found < (migrations.at(-1)?.version ?? 0);
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}
