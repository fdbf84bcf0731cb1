import { describe, expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import type { PoolInfo } from '../shared/rotation.ts';
import { expectAsked, expectMistake, json, run } from './testing/run-cli.ts';

const calm: PoolInfo = {
  id: 'calm',
  name: 'Calm',
  sources: [{ kind: 'favorites', weight: 1 }],
  builtIn: false,
  left: 4,
  total: 7,
  hidden: 0,
};

describe('pools', () => {
  it.each([
    ['pools list', 'pools.list', {}],
    ['pools remove calm', 'pools.remove', { id: 'calm' }],
    ['pools use calm', 'rotation.set', { patch: { pool: 'calm' } }],
  ] as const)('%s', (line, name, input) => expectAsked(line, name, input));

  it.each([
    'pools add',
    'pools add calm --collection abc',
    'pools add calm --collection 0',
    'pools add calm --favorites --weight 0',
    'pools add calm --search --rating loud',
    'pools add calm --search --min-width wide',
    'pools remove',
    'pools use',
  ])('%s is a mistake', (line) => expectMistake(line));

  it('need a source', async () => {
    const ran = await run('pools add calm --name Calm');
    expect(ran).toMatchObject({ code: 2, out: '', opened: 0 });
    expect(ran.error).toContain('Name at least one source');
  });

  const add = async (line: string, before: readonly PoolInfo[] = []) => {
    let seen: unknown = null;
    const ran = await run(line, {
      'pools.list': () => ok({ pools: before }),
      'pools.save': (pool) => {
        seen = pool;
        return ok({ ...calm, ...pool });
      },
    });
    return { ran, seen };
  };

  it('are made of all kinds of sources', async () => {
    const { ran, seen } = await add(
      'pools add calm --name Calm --favorites --library --last-search --collection 3 --collection 4 --folder /home/a --weight 2',
    );
    expect(seen).toEqual({
      id: 'calm',
      name: 'Calm',
      sources: [
        { kind: 'favorites', weight: 2 },
        { kind: 'library', weight: 2 },
        { kind: 'browse', weight: 2 },
        { kind: 'collection', collection: 3, weight: 2 },
        { kind: 'collection', collection: 4, weight: 2 },
        { kind: 'folder', path: '/home/a', rating: 'adult', weight: 2 },
      ],
    });
    expect(ran.out).toBe('The pool "Calm" has 7 pictures so far, 4 of them not shown yet.\n');
  });

  it('take a search with its filter', async () => {
    const { seen } = await add('pools add calm --search --tag sky --exclude-tag night --min-width 1920');
    expect(seen).toMatchObject({
      sources: [
        { kind: 'query', filter: { provider: 'waifu-im', tags: ['sky'], excludedTags: ['night'], minWidth: 1920 } },
      ],
    });
  });

  it('are replaced, or added to with --more; the name stays', async () => {
    expect((await add('pools add calm --folder /a --safe', [calm])).seen).toEqual({
      id: 'calm',
      name: 'Calm',
      sources: [{ kind: 'folder', path: '/a', rating: 'safe', weight: 1 }],
    });
    expect((await add('pools add calm --folder /a --safe --more', [calm])).seen).toMatchObject({
      name: 'Calm',
      sources: [{ kind: 'favorites' }, { kind: 'folder' }],
    });
  });

  it('are listed with what is left', async () => {
    const answer = ok({ pools: [calm] });
    const ran = await run('pools list', { 'pools.list': () => answer });
    expect(ran.out).toMatch(/^calm +Calm +4 of 7 +favorites +—$/m);
    expect(json(await run('pools list --json', { 'pools.list': () => answer }))).toEqual({
      ok: true,
      value: { pools: [calm] },
    });
  });
});

describe('block', () => {
  it.each([
    ['block list', 'blocks.list', {}],
    ['block add tag sky', 'blocks.add', { kind: 'tag', value: 'sky' }],
    ['block add image waifu-im:1', 'blocks.add', { kind: 'image', value: 'waifu-im:1' }],
    ['block remove artist Ada', 'blocks.remove', { kind: 'artist', value: 'Ada' }],
  ] as const)('%s', (line, name, input) => expectAsked(line, name, input));

  it.each(['block add', 'block add thing x', 'block add tag', 'block add image nonsense', 'block remove tag'])(
    '%s is a mistake',
    (line) => expectMistake(line),
  );

  it('says what is covered, and what was replaced', async () => {
    const block = { kind: 'artist', value: 'ada', label: 'Ada', at: '2026-11-25T12:00:00.000Z', images: 1 } as const;
    const ran = await run(['block', 'add', 'artist', 'Ada'], {
      'blocks.add': () => ok({ block, replaced: ['LEFT'] }),
    });
    expect(ran.out).toBe('Never again: Ada (1 known image). Replaced on: LEFT.\n');
    const listed = await run('block list', { 'blocks.list': () => ok({ blocks: [block] }) });
    expect(listed.out).toMatch(/^artist +ada +1 .* Ada$/m);
    expect((await run('block list', { 'blocks.list': () => ok({ blocks: [] }) })).out).toBe('Nothing is blocked.\n');
    const removed = await run('block remove artist Ada', { 'blocks.remove': () => ok({ removed: false }) });
    expect(removed).toMatchObject({ code: 1, error: 'kabegami: The artist "Ada" is not blocked.\n' });
  });
});
