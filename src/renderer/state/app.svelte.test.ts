import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { memoryOf, settled, startTestApp } from '../testing/test-app.ts';
import { createMemory } from './storage.ts';

describe('accounts, downloads and notices', () => {
  it('never keeps a token', async () => {
    const { app, client } = await startTestApp();
    expect(await app.accounts.save('waifu-im', 'secret-token')).toBeNull();
    expect(app.accounts.of('waifu-im')).toMatchObject({ configured: true, valid: true });
    expect(JSON.stringify($state.snapshot(app.accounts.list))).not.toContain('secret-token');
    client.fail('account.test', appError('unauthorized', 'The token is not valid.'));
    expect((await app.accounts.test('waifu-im'))?.message).toBe('The token is not valid.');
    expect(app.accounts.busy).toBeNull();
  });

  it('downloads all it can and reports the rest', async () => {
    const { app } = await startTestApp();
    const result = await app.downloads.all(['waifu-im:7000', 'waifu-im:1', 'waifu-im:7001']);
    expect([result.done, result.errors.length]).toEqual([2, 1]);
    expect(app.images.get('waifu-im:7000')?.cached).toBe(true);
  });

  it('goes away after a while, but not while someone is on it', async () => {
    const { app, runTimers } = await startTestApp();
    app.notices.info('one');
    app.notices.info('two');
    app.notices.info('two');
    expect(app.notices.list.map((notice) => notice.message)).toEqual(['one', 'two']);
    app.notices.hold(app.notices.list[1]?.key ?? 0);
    await runTimers();
    expect(app.notices.list.map((notice) => notice.message)).toEqual(['two']);
    app.notices.release(app.notices.list[0]?.key ?? 0);
    await runTimers();
    expect(app.notices.list).toEqual([]);
  });

  it('remembers nothing where nothing can be remembered, and does not break', () => {
    const memory = createMemory(() => {
      throw new Error('denied');
    });
    memory.write('a', 1);
    expect(memory.read('a')).toBeNull();
    expect(memoryOf(new Map([['kabegami.a', '{']])).read('a')).toBeNull();
  });
});

describe('a connection that was lost', () => {
  it('is followed by reading again what was read before, since nobody told of changes meanwhile', async () => {
    const { app, client } = await startTestApp();
    app.setConnection('connected');
    await app.collections.load();
    await app.blocks.load();
    await settled();
    app.setConnection('lost');
    client.calls.length = 0;
    app.setConnection('connected');
    await settled();
    const asked = new Set(client.calls.map(({ name }) => name));
    expect([...asked]).toEqual(expect.arrayContaining(['collections.list', 'blocks.list', 'searches.list']));
    // What nobody has looked at yet can wait.
    expect(asked).not.toContain('duplicates.list');
  });
});
