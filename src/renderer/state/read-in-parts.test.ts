import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { FavoriteList, Image } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import { fakeImages } from '../testing/fake-data.ts';
import { partSizes, readInParts } from './read-in-parts.ts';

const images = (count: number): Image[] => fakeImages(count);
const listOf = (kept: readonly Image[], removed: readonly Image[], offset: number, limit: number): FavoriteList => ({
  images: kept.slice(offset, offset + limit),
  total: kept.length,
  hidden: 0,
  tombstones: removed.slice(offset, offset + limit).map((image) => ({ image, removedAt: '2026-03-01T00:00:00Z' })),
});

describe('reading a long list', () => {
  it.each([
    [0, 0],
    [1, 0],
    [partSizes.first, 0],
    [partSizes.first + partSizes.next, 0],
    [1234, 3],
    [3, 1234],
    [0, partSizes.first],
  ])('takes all of %i favorites and %i tombstones, in order, never many at once', async (kept, removed) => {
    const all = { kept: images(kept), removed: images(removed) };
    const taken: Image[] = [];
    const gone: Image[] = [];
    const error = await readInParts(
      ({ offset, limit }) => Promise.resolve(ok(listOf(all.kept, all.removed, offset, limit))),
      (part) => {
        expect(part.images.length).toBeLessThanOrEqual(partSizes.next);
        taken.push(...part.images);
        gone.push(...part.tombstones.map(({ image }) => image));
      },
    );
    expect(error).toBeNull();
    expect(taken.map(({ id }) => id)).toEqual(all.kept.map(({ id }) => id));
    expect(gone.map(({ id }) => id)).toEqual(all.removed.map(({ id }) => id));
  });

  it('ends with the first error', async () => {
    const broken = appError('offline', 'Gone.');
    const kept = images(1000);
    const taken: number[] = [];
    const error = await readInParts(
      ({ offset, limit }) => Promise.resolve(offset > 100 ? fail(broken) : ok(listOf(kept, [], offset, limit))),
      (part, offset) => taken.push(offset, part.images.length),
    );
    expect([error, taken]).toEqual([broken, [0, 100, 100, 400]]);
  });
});
