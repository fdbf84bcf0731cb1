import type { Filter } from '../../shared/model.ts';
import type { PoolSource, RotationStatus } from '../../shared/rotation.ts';
import { chipsOf } from '../filter/filter.ts';
import { providerNames } from '../filter/options.ts';
import { format, t } from '../messages/index.ts';
import { dayOf } from './days.ts';

const words = t.rotation;

/** `2:30 PM` today, with its date on another day. */
export function momentWords(iso: string, now: number): string {
  return dayOf(iso) === dayOf(new Date(now).toISOString()) ? format.time(iso) : format.dateTime(iso);
}

/** How rotation stands, as a sentence. */
export function stateWords({ state, config, nextAt, pausedUntil }: RotationStatus, now: number): string {
  switch (state) {
    case 'paused':
      return words.states.paused(pausedUntil === null ? null : momentWords(pausedUntil, now));
    case 'running': {
      const events = (['onStart', 'onWake', 'onDisplayChange'] as const).flatMap((event) =>
        config[event] ? words.when.eventNames[event] : [],
      );
      if (config.playlists.length > 0) events.push(words.when.eventNames.playlists);
      if (config.everyMinutes === null && config.times.length === 0 && events.length === 0)
        return words.states.noTrigger;
      const today = nextAt !== null && dayOf(nextAt) === dayOf(new Date(now).toISOString());
      const next = nextAt === null ? null : (today ? words.at : words.on)(momentWords(nextAt, now));
      return words.states.running(next, words.rhythm(config.everyMinutes, config.times.length, events));
    }
    case 'off':
    case 'battery':
    case 'full-screen':
    case 'safe':
      return words.states[state];
  }
}

/** What a filter asks for, in a few words. */
export function filterWords(filter: Filter): string {
  const chips = chipsOf(filter, (db) => db.split('.').at(-1) ?? db).map(({ label }) => label);
  return t.pools.search(providerNames[filter.provider], chips.length > 0 ? chips.join(', ') : t.pools.anything);
}

/** What a source of a pool is called, with the names that its owner has given: null where it is gone, or never had one. */
export function sourceWords(
  source: PoolSource,
  collectionName: (id: number) => string | null,
  searchName: (query: string) => string | null = () => null,
): string {
  switch (source.kind) {
    case 'query':
      return filterWords(source.filter);
    case 'filter':
      return `${filterWords(source.filter)} (${t.pools.onDisk})`;
    case 'collection':
      return collectionName(source.collection) ?? t.pools.collectionGone;
    case 'search':
      return searchName(source.query) ?? source.query;
    case 'folder':
      return source.path;
    case 'favorites':
    case 'library':
    case 'browse':
      return t.pools.builtIn[source.kind] ?? source.kind;
  }
}

/** The part of all changes a source has, from 0 to 1. */
export function shareOfSource(sources: readonly PoolSource[], index: number): number {
  const all = sources.reduce((sum, { weight }) => sum + weight, 0);
  return all > 0 ? (sources[index]?.weight ?? 0) / all : 0;
}

/** Whether two sources would give the same pictures: no pool needs both. */
export function sameSource(a: PoolSource, b: PoolSource): boolean {
  const plain = ({ weight: _, ...rest }: PoolSource): string => JSON.stringify(rest, Object.keys(rest).sort());
  if (a.kind !== b.kind) return false;
  if (a.kind === 'folder' && b.kind === 'folder') return a.path === b.path;
  if ((a.kind === 'query' || a.kind === 'filter') && (b.kind === 'query' || b.kind === 'filter'))
    return JSON.stringify(a.filter) === JSON.stringify(b.filter);
  return plain(a) === plain(b);
}
