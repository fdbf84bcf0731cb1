import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFakeCore, silentLog } from '../core/testing/fake-core.ts';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import { createRun, json, run } from './testing/run-cli.ts';

describe('serve', () => {
  it('prints its address first, shows a private page, and takes all down at the end', async () => {
    const { run, controller } = createRun();
    const steps: string[] = [];
    const url = 'http://127.0.0.1:1234/?token=abc';
    let page = '';
    const ran = run(
      ['serve', '--port', '1234', '--open', '--json'],
      {},
      {
        openLong: () =>
          Promise.resolve(
            ok({
              core: createFakeCore(),
              log: silentLog,
              close: () => {
                steps.push('core closed');
                return Promise.resolve();
              },
            }),
          ),
        browserHost: () =>
          Promise.resolve({
            serve: ({ port }) => {
              steps.push(`serving on ${port}`);
              return Promise.resolve(
                ok({
                  url,
                  port,
                  close: () => {
                    steps.push('server closed');
                    return Promise.resolve();
                  },
                }),
              );
            },
          }),
        show: (target) => {
          page = target;
          void Promise.all([readFile(target, 'utf8'), stat(target)]).then(([text, { mode }]) => {
            steps.push(text.includes(url) && (mode & 0o777) === 0o600 ? 'shown' : 'wrong page');
            controller.abort();
          });
        },
      },
    );
    const { code, out } = await ran;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(ok({ url }));
    expect(steps).toEqual(['serving on 1234', 'shown', 'server closed', 'core closed']);
    await expect(stat(page)).rejects.toThrow();
  });

  it('listens where it did last, and elsewhere where that is taken now', async () => {
    const { run, controller } = createRun();
    // Each is ended as soon as it listens.
    controller.abort();
    const asked: number[] = [];
    let taken = 0;
    const serve = async (...args: string[]): Promise<void> => {
      await run(
        ['serve', ...args],
        {},
        {
          browserHost: () =>
            Promise.resolve({
              serve: ({ port }) => {
                asked.push(port);
                if (port !== 0 && port === taken) return Promise.resolve(fail(appError('invalid_input', 'Taken.')));
                const free = port === 0 ? 40_000 + asked.length : port;
                return Promise.resolve(ok({ url: 'http://x', port: free, close: () => Promise.resolve() }));
              },
            }),
        },
      );
    };
    await serve();
    await serve();
    taken = 40_001;
    await serve();
    await serve('--port', '1234');
    await serve();
    expect(asked).toEqual([0, 40_001, 40_001, 0, 1234, 40_004]);
  });

  it('says so when the port is taken or the folder is owned', async () => {
    const taken = await run(
      'serve',
      {},
      {
        browserHost: () => Promise.resolve({ serve: () => Promise.resolve(fail(appError('invalid_input', 'Taken.'))) }),
      },
    );
    expect(taken).toMatchObject({ code: 2, error: 'kabegami: Taken.\n' });
    const owned = await run(
      'serve --json',
      {},
      {
        openLong: () => Promise.resolve(fail(appError('data_folder_in_use', 'Owned.'))),
      },
    );
    expect(json(owned)).toMatchObject({ error: { code: 'data_folder_in_use' } });
  });
});

describe('demo', () => {
  it('is plainly missing outside a checkout', async () => {
    expect(json(await run('demo --json'))).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('hands its arguments on', async () => {
    let seen: unknown;
    const demo = (args: readonly string[]) => {
      seen = args;
      return Promise.resolve(0 as const);
    };
    expect(await run('demo --browser --port 1', {}, { demo })).toMatchObject({ code: 0 });
    expect(seen).toEqual(['--browser', '--port', '1']);
  });
});
