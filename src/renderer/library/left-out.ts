import type { Facets } from '../../shared/library.ts';
import { standingOf } from './query.ts';

/**
 * Facets together with what the search leaves out. That is in no picture found, but stays where it stood in the last
 * facets, with a count of 0: pressed there once more it is neither looked for nor left out.
 */
export function withLeftOut(facets: Facets, last: Facets | null, text: string): Facets {
  const names = [...new Set([...facets.facets, ...(last?.facets ?? [])].map(({ facet }) => facet))];
  const merged = names.map((facet) => {
    const values = [...(facets.facets.find((each) => each.facet === facet)?.values ?? [])];
    const before = last?.facets.find((each) => each.facet === facet)?.values ?? [];
    for (const [at, value] of before.entries())
      if (values.every(({ term }) => term !== value.term) && standingOf(text, value.term) === 'without')
        values.splice(at, 0, { ...value, count: 0 });
    return { facet, values };
  });
  return { ...facets, facets: merged };
}
