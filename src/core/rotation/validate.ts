import { statSync } from 'node:fs';
import path from 'node:path';
import { appError, type AppError } from '../../shared/errors.ts';
import type { Pool, PoolSource, RotationConfig } from '../../shared/rotation.ts';
import { nextCron } from './playlists.ts';

/** What in a configuration cannot be carried out, in words; null when all of it can. */
export function mistakeIn(config: RotationConfig, pools: readonly Pool[]): AppError | null {
  const { timeZone } = config;
  if (timeZone !== null && !isTimeZone(timeZone))
    return bad(`"${timeZone}" is not a time zone. Take a name such as "Europe/Berlin", or none for the system's.`);
  for (const pattern of config.times) {
    try {
      if (pattern.split(/\s+/).length !== 5) throw new Error('five fields');
      if (nextCron(pattern, timeZone, 0) === null) return bad(`"${pattern}" never comes. Check its day and month.`);
    } catch {
      return bad(`"${pattern}" is not a time such as "0 9 * * 1-5" (minute, hour, day, month, weekday).`);
    }
  }
  const used = [
    config.pool,
    ...config.playlists.map(({ pool }) => pool),
    ...Object.values(config.displays).flatMap(({ pool }) => pool ?? []),
  ];
  const missing = used.find((id) => !pools.some((pool) => pool.id === id));
  if (missing !== undefined) return noPool(missing, pools);
  const ids = config.playlists.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? null : bad(`Two playlists are called "${twice}". Give one of them another id.`);
}

export function noPool(id: string, pools: readonly Pool[]): AppError {
  return appError('not_found', `There is no pool "${id}". There are: ${pools.map((pool) => pool.id).join(', ')}.`);
}

/**
 * Which source of a pool is not there, in words; null when each is. What the pool had `before` may be away for a time (a disk that is not
 * plugged in, a collection whose removal is undone later) and does not hold up a change of the others.
 */
export function missingSource(
  pool: Pool,
  before: Pool | null,
  hasCollection: (id: number) => boolean,
): AppError | null {
  const had = new Set(before?.sources.map(placeOf));
  for (const source of pool.sources) {
    if (had.has(placeOf(source))) continue;
    if (source.kind === 'collection' && !hasCollection(source.collection))
      return appError('not_found', `There is no collection ${source.collection}.`);
    if (source.kind !== 'folder') continue;
    if (!path.isAbsolute(source.path))
      return bad(`"${source.path}" is not the whole path of a folder, such as /home/you/Pictures.`);
    if (!isFolder(source.path))
      return appError('not_found', `There is no folder ${source.path}. Check how it is written.`);
  }
  return null;
}

/** What a source draws from, as far as it can be missing. */
function placeOf(source: PoolSource): string {
  return source.kind === 'collection' ? `collection ${source.collection}` : source.kind === 'folder' ? source.path : '';
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function bad(message: string): AppError {
  return appError('invalid_input', message);
}
