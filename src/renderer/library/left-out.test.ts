import { expect, it } from 'vitest';
import type { Facets } from '../../shared/library.ts';
import { withLeftOut } from './left-out.ts';

const facets = (facet: string, counts: Readonly<Record<string, number>>): Facets['facets'] => [
  {
    facet,
    values: Object.entries(counts).map(([value, count]) => ({ value, label: value, count, term: `${facet}:${value}` })),
  },
];

it('keeps what is left out where it stood, until it is not left out any more', () => {
  const last: Facets = {
    facets: [...facets('orientation', { landscape: 9, portrait: 5, square: 2 }), ...facets('is', { favorite: 1 })],
    exact: true,
  };
  const now: Facets = { facets: facets('orientation', { landscape: 9, square: 2 }), exact: true };

  const kept = withLeftOut(now, last, '-orientation:portrait -is:favorite');
  expect(kept.facets).toEqual([
    ...facets('orientation', { landscape: 9, portrait: 0, square: 2 }),
    ...facets('is', { favorite: 0 }),
  ]);
  expect(withLeftOut(now, kept, '-orientation:portrait').facets[0]).toEqual(kept.facets[0]);
  expect(withLeftOut(last, kept, '').facets).toEqual(last.facets);
  expect(withLeftOut(now, null, '-orientation:portrait').facets).toEqual(now.facets);
});
