import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockTarget } from '../../shared/rotation.ts';
import { blockedSql } from './blocks.ts';
import { openTestStore, testImage } from './testing.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => void (test = openTestStore()));
afterEach(() => test.close());

/** Two families of looks: the first three are near one another, the others near nothing. */
const looks = ['00000000000000ff', '00000000000000fe', '00000000000000f0', 'ff00ff00ff00ff00', '0f0f0f0f0f0f0f0f'];
const orNone = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: null });
const ids = ['waifu-im:1', 'waifu-im:2', 'waifu-im:3', 'yiff-rest:1', 'yiff-rest:2'];
const anId = fc.constantFrom(...ids);
const upsert = fc.record({
  do: fc.constant('upsert' as const),
  id: anId,
  hash: orNone(looks),
  md5: orNone(['a'.repeat(32), 'b'.repeat(32)]),
  tags: fc.subarray(['sky', 'night']),
  artists: fc.subarray(['Ann', 'Änn', 'Kim']).map((names) => names.map((name) => ({ name, links: [] }))),
});
const attach = fc.record({ do: fc.constant('attach' as const), id: anId, file: fc.nat(2), look: orNone(looks) });
const refuse = fc.record({ do: fc.constant('refuse' as const), id: anId, file: fc.nat(2), look: orNone(looks) });
const target: fc.Arbitrary<BlockTarget> = fc.oneof(
  fc.record({ kind: fc.constant('image' as const), value: anId }),
  fc.record({ kind: fc.constant('tag' as const), value: fc.constantFrom('sky', 'night') }),
  fc.record({ kind: fc.constant('artist' as const), value: fc.constantFrom('ANN', 'ÄNN', 'kim', 'nobody') }),
);
const add = fc.record({ do: fc.constant('add' as const), target });
const remove = fc.record({ do: fc.constant('remove' as const), target });

interface Row {
  readonly [column: string]: string | number | null;
}
const rowsOf = (sql: string): readonly Row[] => test.store.database.prepare<Row & object>(sql).all([]);
const bits = (one: unknown, other: unknown): number =>
  [...(BigInt(`0x${String(one)}`) ^ BigInt(`0x${String(other)}`)).toString(2)].filter((bit) => bit === '1').length;
const near = (one: unknown, other: unknown): boolean => one !== null && other !== null && bits(one, other) <= 4;

/** The rule, as plainly as it can be said. */
function covers(block: Row, image: Row): boolean {
  const same = (column: string, other = column): boolean => block[column] !== null && block[column] === image[other];
  if (block['kind'] === 'tag') return (JSON.parse(String(image['tags'])) as string[]).includes(String(block['value']));
  if (block['kind'] === 'artist')
    return (JSON.parse(String(image['artists'])) as { name: string }[]).some(
      ({ name }) => name.toLowerCase() === block['value'],
    );
  const theirs = image['hash'] === image['own_hash'] ? null : image['hash'];
  const [provider, look = null] = block['service_hash'] === null ? [] : String(block['service_hash']).split(':');
  return (
    block['value'] === image['id'] ||
    same('file_hash') ||
    same('file_hash', 'refused_hash') ||
    same('md5') ||
    near(block['own_hash'], image['own_hash']) ||
    (provider === image['provider'] && near(look, theirs ?? null))
  );
}

describe('blocks', () => {
  it('cover exactly what their rule says, whatever comes and goes', () => {
    const steps = fc.array(fc.oneof(upsert, attach, refuse, add, remove), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => {
        test.close();
        test = openTestStore();
        const { images, files, blocks } = test.store;
        for (const step of all) {
          if (step.do === 'upsert') images.upsert([testImage({ ...step })]);
          else if (step.do === 'add') blocks.add(step.target, 1);
          else if (step.do === 'remove') blocks.remove(step.target);
          else if (images.get(step.id) !== null) {
            const hash = String(step.file).repeat(64);
            if (step.do === 'refuse') blocks.refuses(step.id, { hash, md5: null, ownHash: step.look });
            else
              files.attach(
                step.id,
                { hash, bytes: 1, extension: 'png', width: 1, height: 1 },
                { dominantColor: null, hash: step.look },
              );
          }
          const rows = rowsOf('SELECT * FROM block');
          for (const image of rowsOf('SELECT * FROM image'))
            expect([step, image['id'], image['blocked']]).toEqual([
              step,
              image['id'],
              rows.some((block) => covers(block, image)) ? 1 : 0,
            ]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are forgotten with the transaction that was to add them', () => {
    const { store } = test;
    store.images.upsert([testImage({ id: 'waifu-im:1', hash: null, tags: ['sky'] })]);
    expect(() =>
      store.transaction(() => {
        store.blocks.add({ kind: 'tag', value: 'sky' }, 1);
        throw new Error('The disk is full.');
      }),
    ).toThrow('The disk is full.');
    store.images.upsert([testImage({ id: 'waifu-im:2', hash: null, tags: ['sky'] })]);
    expect(store.images.get('waifu-im:2')?.blocked).toBe(false);
    expect(store.blocks.list()).toEqual([]);
  });

  it('know a tag by its name whatever its case', () => {
    const { store } = test;
    store.images.upsert([testImage({ id: 'waifu-im:1', hash: null, tags: ['spiders', 'Été', 'night-sky'] })]);
    expect(store.blocks.add({ kind: 'tag', value: 'été' }, 1)).toMatchObject({ images: ['waifu-im:1'] });
    store.blocks.remove({ kind: 'tag', value: 'ÉTÉ' });
    expect(store.blocks.add({ kind: 'tag', value: 'Spiders' }, 1)).toMatchObject({ images: ['waifu-im:1'] });
    store.images.upsert([testImage({ id: 'waifu-im:2', hash: null, tags: ['SPIDERS'] })]);
    expect(store.images.get('waifu-im:2')?.blocked).toBe(true);
    store.blocks.add({ kind: 'tag', value: 'spiders' }, 2);
    expect(store.blocks.list()).toHaveLength(1);
    store.blocks.remove({ kind: 'tag', value: 'sPIDERS' });
    expect([store.blocks.list(), store.images.get('waifu-im:1')?.blocked]).toEqual([[], false]);
    // The same to a search, but another name.
    expect(store.blocks.add({ kind: 'tag', value: 'night sky' }, 3)).toMatchObject({ images: [] });
  });

  it('are listed without reading every image', () => {
    const plan = rowsOf(`EXPLAIN QUERY PLAN ${blockedSql}`).map((row) => row['detail']);
    expect(plan).toEqual([expect.stringContaining('image_blocked')]);
  });
});
