import { describe, expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import { expectAsked, image, json, run } from './testing/run-cli.ts';

const found = (ids: readonly string[], next: string | null) =>
  ok({ images: ids.map((id) => image(id)), total: 9, exact: false, next, hidden: 2 });

describe('library search', () => {
  it('follows the pages to the limit', async () => {
    const asked: unknown[] = [];
    const pages = [found(['waifu-im:1', 'waifu-im:2'], 'a'), found(['waifu-im:3'], 'b')];
    const ran = await run(['library', 'search', 'tag:sky', '-night', '--limit', '3', '--json'], {
      'library.search': (input) => {
        asked.push(input);
        return pages.shift() ?? found([], null);
      },
    });
    expect(ran.error).toBe('');
    expect(asked).toEqual([
      { query: 'tag:sky -night', cursor: null, limit: 3 },
      { query: 'tag:sky -night', cursor: 'a', limit: 1 },
    ]);
    expect(json(ran)).toMatchObject({ ok: true, value: { total: 9, exact: false, next: 'b', hidden: 2 } });
  });

  it('shows where a mistake is, and asks nothing', async () => {
    const ran = await run(['library', 'search', 'sky tagg:x']);
    expect(ran).toMatchObject({ code: 2, out: '', opened: 0 });
    expect(ran.error).toContain('Did you mean tag:?');
    expect(ran.error).toContain('\n  sky tagg:x\n      ^^^^^^\n');
    expect(json(await run(['library', 'search', 'sky tagg:x', '--json']))).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    });
  });

  it('makes a pool of a search', async () => {
    let saved: unknown;
    await run(['pools', 'add', 'calm', '--find', 'tag:sky is:favorite'], {
      'pools.list': () => ok({ pools: [] }),
      'pools.save': (pool) => {
        saved = pool.sources;
        return ok({ ...pool, builtIn: false, left: 1, total: 1, hidden: 0 });
      },
    });
    expect(saved).toEqual([{ kind: 'search', query: 'tag:sky is:favorite', weight: 1 }]);
    const ran = await run(['pools', 'add', 'calm', '--find', 'tagg:sky'], { 'pools.list': () => ok({ pools: [] }) });
    expect(ran.code).toBe(2);
  });

  it('passes on what the other verbs ask', async () => {
    await expectAsked('library facets tag:sky', 'library.facets', { query: 'tag:sky' });
    await expectAsked('searches list', 'searches.list', {});
    await expectAsked('searches save calm tag:sky sort:likes', 'searches.save', {
      id: null,
      name: 'calm',
      query: 'tag:sky sort:likes',
    });
    await expectAsked('searches remove 3', 'searches.remove', { id: 3 });
  });
});
