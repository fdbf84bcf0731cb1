import { describe, expect, it } from 'vitest';
import type { Folder } from '../shared/folders.ts';
import { ok } from '../shared/result.ts';
import { run } from './testing/run-cli.ts';

const known: Folder = {
  id: 1,
  path: '/pictures',
  mode: 'copy',
  rating: 'safe',
  watch: true,
  recursive: false,
  ofPool: false,
  state: 'idle',
  watching: true,
  scannedAt: null,
  pictures: 1,
  missing: 0,
  failed: 0,
  adult: 0,
  failures: [],
} as unknown as Folder;

describe('a folder that is added again', () => {
  const added = async (line: string): Promise<unknown> => {
    let seen: unknown = null;
    await run(line, {
      'folders.list': () => ok({ folders: [known], canChoose: false }),
      'folders.add': (options) => {
        seen = options;
        return ok(known);
      },
    });
    return seen;
  };

  it('stays as it is in everything that is not said', async () => {
    const { path, mode, rating, watch, recursive } = known;
    expect(await added('folders add /pictures')).toEqual({ path, mode, rating, watch, recursive });
    expect(await added('folders add /pictures --reference --rating adult')).toEqual({
      ...{ path, watch, recursive },
      ...{ mode: 'reference', rating: 'adult' },
    });
  });

  it('is adult, by reference and not watched where it is new and nothing is said', async () => {
    expect(await added('folders add /others')).toEqual({
      path: '/others',
      mode: 'reference',
      rating: 'adult',
      watch: false,
      recursive: true,
    });
  });
});
