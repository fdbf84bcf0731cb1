import { describe, expect, it } from 'vitest';
import { ok } from '../../shared/result.ts';
import { createChangeQueue } from './queue.ts';

describe('createChangeQueue', () => {
  /** A change that ends when told to. */
  function change(name: string, log: string[]) {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const work = async () => {
      log.push(`${name} begins`);
      await ended;
      log.push(`${name} ends`);
      return ok(name);
    };
    return { work, end };
  }

  it('runs one after another, and of those that wait only the last', async () => {
    const queue = createChangeQueue();
    const log: string[] = [];
    const [one, two, three] = [change('1', log), change('2', log), change('3', log)];
    const results = [queue.run(null, one.work), queue.run(null, two.work), queue.run(null, three.work)];
    three.end();
    one.end();
    const [first, second, third] = await Promise.all(results);
    expect(log).toEqual(['1 begins', '1 ends', '3 begins', '3 ends']);
    expect(first).toEqual({ ok: true, value: '1' });
    expect(second).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(third).toEqual({ ok: true, value: '3' });
  });

  it('keeps a waiting change for other displays', async () => {
    const queue = createChangeQueue();
    const run = (displays: readonly string[] | null, name: string) =>
      queue.run(displays, () => Promise.resolve(ok(name)));
    const results = await Promise.all([run(['A'], '1'), run(['A'], '2'), run(['B'], '3'), run(['A', 'C'], '4')]);
    expect(results.map((result) => result.ok)).toEqual([true, false, true, true]);
    const all = await Promise.all([run(['A'], '1'), run(null, '2'), run(['A'], '3')]);
    expect(all.map((result) => result.ok)).toEqual([true, true, true]);
  });

  it('does not begin what was aborted while it waited, and survives a change that throws', async () => {
    const queue = createChangeQueue();
    const abort = new AbortController();
    const broken = queue.run(['A'], () => Promise.reject(new Error('a bug')));
    const waiting = queue.run(['B'], () => Promise.resolve(ok('never')), abort.signal);
    abort.abort();
    await expect(broken).rejects.toThrow('a bug');
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await queue.run(null, () => Promise.resolve(ok('fine')))).toEqual({ ok: true, value: 'fine' });
  });
});
