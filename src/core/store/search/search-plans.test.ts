import { afterAll, describe, expect, it } from 'vitest';
import { parse } from '../../../shared/search/index.ts';
import { explaining } from '../testing-plans.ts';
import { openTestStore } from '../testing.ts';
import { known, now } from './search-model.ts';
import { createSearchRepository, usualLimits } from './search-repository.ts';

describe('the plans of a search', () => {
  const world = openTestStore();
  afterAll(world.close);
  const { explained, plans } = explaining(world.store.database);
  world.store.images.upsert(
    Array.from({ length: 1500 }, (_, n) =>
      known(n, { tags: ['common', n % 3 === 0 ? 'third' : 'other', `rare-${n % 200}`] }),
    ),
  );
  // As if everything were many.
  const search = createSearchRepository(explained, {
    ...usualLimits,
    mostGathered: 100,
    window: 1000,
    mostCounting: 100,
    mostFaceted: 100,
    mostNames: 1000,
  });
  const whole = /^SCAN (image|i|x|s|search_image|tag|artist|site|image_tag)( |$)(?!USING (COVERING )?INDEX)/;

  it.each([
    '',
    'sort:oldest',
    'sort:added',
    'sort:likes',
    'sort:size',
    'sort:random',
    'tag:common',
    'tag:common sort:likes',
    'tag:common tag:third width:>=100',
    '-tag:third',
    'third',
    'comm -oth',
    'width:>=100 orientation:landscape',
    'uploaded:>=2000',
    'provider:waifu-im rating:safe',
    'bytes:<3MB ratio:16:9',
    'size:full-hd sort:likes',
  ])('reads an index in order for "%s"', (text) => {
    for (const adult of [true, false]) {
      plans.length = 0;
      const { rows } = search.open({ terms: parse(text).terms, adult, now, seed: 5 }).step(null, 10);
      expect(rows).toHaveLength(10);
      expect(plans.length).toBeGreaterThan(0);
      for (const { sql, details } of plans)
        for (const detail of details) {
          expect(detail).not.toMatch(whole);
          // What has some of many names is sorted, but only what is of one stretch of time; and the last row of a window is looked for.
          if (!sql.includes('BETWEEN :low AND :high') && !/ LIMIT 1$/.test(sql))
            expect(detail).not.toMatch(/TEMP B-TREE/);
        }
    }
  });

  it.each([
    'tag:rare-7',
    'rare-77',
    'width:1001',
    'id:waifu-im:5',
    'is:favorite',
    'color:#336699~',
    'source:none.example',
    'note:nothing',
    'collection:none',
    'is:duplicate',
    'category:none',
    'artist:nobody',
  ])('begins at the few that can fit for "%s"', (text) => {
    plans.length = 0;
    const open = search.open({ terms: parse(`${text} width:>=1`).terms, adult: true, now, seed: 5 });
    open.step(null, 10);
    open.count();
    for (const detail of plans.flatMap((plan) => plan.details)) expect(detail).not.toMatch(whole);
  });

  it('draws every image of a name sooner or later, and all of few alike', () => {
    const drawnOf = (text: string, times: number): ReadonlyMap<number, number> => {
      const open = search.open({ terms: parse(text).terms, adult: true, now, seed: 5 });
      const drawn = new Map<number, number>();
      for (let n = 0; n < times; n += 1) {
        const key = open.random((n * 0.618_033_988) % 1);
        if (key !== 'later' && key !== 'none') drawn.set(key, (drawn.get(key) ?? 0) + 1);
      }
      return drawn;
    };
    const few = drawnOf('tag:rare-7', 800);
    expect(few.size).toBe(8);
    expect(Math.min(...few.values())).toBeGreaterThan(70);
    const many = drawnOf('tag:third', 4000);
    expect(many.size).toBeGreaterThan(490);
    // The newest and the oldest as often as others: eight times each.
    for (const key of [1, 1498]) expect(many.get(key) ?? 0).toBeGreaterThan(1);
  });

  it('reads no more than it must for counts, facets, a random one and names', () => {
    plans.length = 0;
    const open = search.open({ terms: parse('tag:common width:>=1').terms, adult: false, now, seed: 5 });
    open.count();
    open.facets();
    open.random(0.5);
    search.names('tag', 'ra', false, 10);
    search.names('artist', 'painter', false, 10);
    search.images([1, 2, 3], false);
    for (const { sql, details } of plans)
      for (const detail of details) {
        if (sql.includes('INDEXED BY search_shuffle') && sql.includes('LIMIT')) continue;
        expect(detail).not.toMatch(whole);
      }
  });
});
