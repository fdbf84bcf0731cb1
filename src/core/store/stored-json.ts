import type { Artist } from '../../shared/model.ts';
import type { Log } from '../ports.ts';

/** JSON of a column as it should be; undefined where it is none: a row that is damaged must not take down what else is read with it. */
export type ReadJson = (text: string, where: string) => unknown;

/** The texts in a stored list; none where it is damaged. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The artists in a stored list; none where it is damaged. */
export function artistsIn(value: unknown): Artist[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('name' in one) || typeof one.name !== 'string') return [];
    return [{ name: one.name, links: 'links' in one ? textsIn(one.links) : [] }];
  });
}

/** Undefined for what is no JSON. */
export const readJsonSilently: ReadJson = (text) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** What cannot be read is logged once a place. */
export function createReadJson(log: Pick<Log, 'warn'>): ReadJson {
  const told = new Set<string>();
  return (text, where) => {
    const value = readJsonSilently(text, where);
    if (value === undefined && !told.has(where)) {
      log.warn('A row of the library is damaged: it holds no JSON', { where });
      told.add(where);
    }
    return value;
  };
}
