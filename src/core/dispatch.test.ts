import { describe, expect, it } from 'vitest';
import { appError } from '../shared/errors.ts';
import { ok } from '../shared/result.ts';
import { createDispatch, type Handlers } from './dispatch.ts';
import { createFakeCore, silentLog } from './testing/fake-core.ts';

const signal = new AbortController().signal;

describe('dispatch', () => {
  it('parses the input and fills in what may be left out', async () => {
    let heard: unknown;
    const core = createFakeCore({
      browse: (input) => {
        heard = input;
        return ok({ images: [], dropped: 0, cursor: null, offline: false, hidden: 0 });
      },
    });
    const input = { filter: { provider: 'waifu-im' } };
    expect(await core.dispatch({ id: '1', name: 'browse', input }, signal)).toMatchObject({ ok: true });
    expect(heard).toMatchObject({ limit: 30, cursor: null, filter: { rating: 'safe', tags: [] } });
  });

  it.each([
    ['browse', { filter: { provider: 'elsewhere' } }, 'filter.provider'],
    ['browse', { filter: { provider: 'waifu-im', minWidth: -1 } }, 'filter.minWidth'],
    ['image.get', { id: '../../etc/passwd' }, 'id'],
    ['settings.set', { patch: { noSuchKey: 1 } }, 'patch'],
    ['settings.set', { patch: { waifuImUrl: 'http://elsewhere.example' } }, 'patch.waifuImUrl'],
  ])('refuses a bad input of %s and says where', async (name, input, where) => {
    const answer = await createFakeCore().dispatch({ id: '1', name, input }, signal);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', message: expect.stringContaining(where) },
    });
  });

  it('knows only the calls of the contract', async () => {
    for (const name of ['nothing', 'constructor', '__proto__', 'toString']) {
      expect(await createFakeCore().dispatch({ id: '1', name, input: {} }, signal)).toMatchObject({
        error: { code: 'unknown_call' },
      });
    }
  });

  it('turns whatever is thrown into an error, explained where it can be', async () => {
    const throwing = (explain?: () => ReturnType<typeof appError> | null) => {
      const handlers = {
        'library.stats': () => {
          throw new Error('SECRET detail');
        },
      } as unknown as Handlers;
      return createDispatch(handlers, { emitProgress: () => {}, log: silentLog, ...(explain && { explain }) });
    };
    const bug = await throwing()({ id: '1', name: 'library.stats', input: {} }, signal);
    expect(bug).toMatchObject({
      ok: false,
      error: { code: 'internal', message: expect.not.stringContaining('SECRET') },
    });
    const full = await throwing(() => appError('disk_full', 'Full.'))(
      { id: '1', name: 'library.stats', input: {} },
      signal,
    );
    expect(full).toMatchObject({ ok: false, error: { code: 'disk_full' } });
  });

  it('does not run what is cancelled already', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await createFakeCore().dispatch({ id: '1', name: 'status', input: {} }, controller.signal)).toMatchObject({
      error: { code: 'cancelled' },
    });
  });
});
