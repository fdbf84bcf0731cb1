import { appError, type AppError } from '../../shared/errors.ts';
import type { Pool, RotationConfig } from '../../shared/rotation.ts';
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
  if (missing !== undefined)
    return bad(`There is no pool "${missing}". There are: ${pools.map(({ id }) => id).join(', ')}.`);
  const ids = config.playlists.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? null : bad(`Two playlists are called "${twice}". Give one of them another id.`);
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
