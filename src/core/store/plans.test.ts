import { expect, it } from 'vitest';
import { favoriteQuery } from '../../shared/model.ts';
import { createCandidateRepository } from './candidates.ts';
import { createFavoriteRepository } from './favorite-repository.ts';
import type { CandidateRules, CandidateSource } from './store.ts';
import { explaining } from './testing-plans.ts';
import { openTestStore } from './testing.ts';

/** Reads images one after the other, and not those that something small has named. */
const widely = /^(SCAN (image|i)\b|SEARCH (image|i) USING (COVERING )?INDEX image_)/;

const details = (plans: ReturnType<typeof explaining>['plans']): readonly string[] =>
  plans.flatMap((plan) => plan.details);

it('reads the favorites first, never all images', () => {
  const { store, close } = openTestStore();
  const { explained, plans } = explaining(store.database);
  const favorites = createFavoriteRepository(explained);
  for (const sort of ['liked', 'uploaded', 'size', 'artist'] as const) {
    favorites.find(favoriteQuery.parse({ sort }), true);
    favorites.find(
      favoriteQuery.parse({ sort, search: 'two words', tags: ['sky'], orientation: 'landscape', minWidth: 5 }),
      false,
    );
  }
  favorites.counts(true);
  favorites.counts(false);
  favorites.walk(null, 10);
  expect(details(plans).filter((plan) => /favorite/.test(plan)).length).toBeGreaterThan(9);
  expect(details(plans).filter((plan) => widely.test(plan))).toEqual([]);
  close();
});

it('reads what a pool names first, never all images', () => {
  const { store, close } = openTestStore();
  const { explained, plans } = explaining(store.database);
  const candidates = createCandidateRepository(explained);
  const sources: readonly CandidateSource[] = [
    { kind: 'favorites' },
    { kind: 'collection', collection: 1 },
    { kind: 'finds', source: 'search:x' },
    { kind: 'folder', path: '/somewhere' },
  ];
  const rules: CandidateRules = {
    rating: 'safe',
    orientation: 'landscape',
    minWidth: 1920,
    minHeight: 1080,
    animated: false,
    cached: true,
  };
  for (const source of sources) {
    candidates.count({ sources: [source], rules, pool: 'p' });
    candidates.draw({ source, rules, pool: 'p', from: 'fresh', exclude: [], random: () => 0.5 });
  }
  expect(plans.length).toBeGreaterThan(8);
  expect(details(plans).filter((plan) => widely.test(plan))).toEqual([]);
  close();
});

it('counts what is on the disk by the index that tells all that is asked', () => {
  const { store, close } = openTestStore();
  const { explained, plans } = explaining(store.database);
  const candidates = createCandidateRepository(explained);
  for (const rating of ['safe', 'any'] as const)
    for (const cached of [true, false]) {
      const rules = {
        rating,
        orientation: 'portrait',
        minWidth: 1920,
        minHeight: 1080,
        animated: false,
        cached,
      } as const;
      candidates.count({ sources: [{ kind: 'library' }], rules, pool: 'p' });
    }
  const read = details(plans).filter((plan) => / i /.test(plan));
  expect(read).toHaveLength(4);
  for (const plan of read) expect(plan).toMatch(/USING (COVERING )?INDEX image_cached_rules/);
  close();
});
