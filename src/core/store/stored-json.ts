import type { Log } from '../ports.ts';

/** JSON of a column as it should be; undefined where it is none: a row that is damaged must not take down what else is read with it. */
export type ReadJson = (text: string, where: string) => unknown;

/** What cannot be read is logged once a place. */
export function createReadJson(log: Pick<Log, 'warn'>): ReadJson {
  const told = new Set<string>();
  return (text, where) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      if (!told.has(where)) log.warn('A row of the library is damaged: it holds no JSON', { where });
      told.add(where);
      return undefined;
    }
  };
}
