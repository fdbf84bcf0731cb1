import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Handlers } from '../../core/dispatch.ts';
import { connectInMemory } from '../../core/memory-channel.ts';
import { createFakeCore, silentLog } from '../../core/testing/fake-core.ts';
import { appError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import { createClient } from '../../shared/rpc.ts';
import { plainImage } from '../../shared/testing/image.ts';
import type { CliParts } from '../context.ts';
import { runCli } from '../run.ts';

/** An image as the core tells it. */
export const image = (id: string, more: Partial<Image> = {}): Image =>
  plainImage(id, {
    url: 'https://127.0.0.1/a.png',
    bytes: 1_400_000,
    tags: ['sky', 'hills'],
    artists: [{ name: 'Ada', links: ['https://example.org/ada'] }],
    dominantColor: '#336699',
    ...more,
  });

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** How many sessions were opened. */
  readonly opened: number;
}

export interface Run {
  (
    line: string | readonly string[],
    handlers?: Partial<Handlers>,
    more?: Partial<CliParts & { input: string }>,
  ): Promise<Ran>;
}

/** The command line over a core of fakes: for one test, with a data folder and a Ctrl-C of its own. */
export function createRun(): { readonly run: Run; readonly folder: string; readonly controller: AbortController } {
  const controller = new AbortController();
  const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run: Run = async (line, handlers = {}, more = {}) => {
    let out = '';
    let error = '';
    let opened = 0;
    const core = createFakeCore(handlers);
    const code = await runCli(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, {
      version: '0.1.0',
      terminal: {
        out: (text) => (out += text),
        error: (text) => (error += text),
        columns: null,
        drawsProgress: false,
        input: () => Promise.resolve(more.input ?? ''),
        signal: controller.signal,
      },
      visit: () => Promise.resolve(null),
      open: () => {
        opened++;
        const client = createClient(connectInMemory(core));
        return Promise.resolve(ok({ client, close: () => Promise.resolve(client.close()) }));
      },
      openLong: () => Promise.resolve(ok({ core, log: silentLog, close: () => Promise.resolve() })),
      browserHost: () => Promise.reject(new Error('not used')),
      rendererFolder: folder,
      dataFolder: folder,
      show: () => {},
      demo: null,
      ...more,
    });
    return { code, out, error, opened };
  };
  return { run, folder, controller };
}

/** The same, where neither matters. */
export const run: Run = (...args) => createRun().run(...args);

/** Exactly one JSON document, and nothing else. */
export function json(ran: Ran): unknown {
  expect(ran.out.endsWith('\n')).toBe(true);
  return JSON.parse(ran.out) as unknown;
}

/** Every call these lines make is answered with an error, which each verb hands on as it is; what it asked for must be as expected. */
export async function expectAsked(line: string, name: keyof Handlers, expected: unknown, input = ''): Promise<void> {
  let seen: unknown;
  const handler = (asked: unknown) => {
    seen = asked;
    return fail(appError('offline', 'Seen.'));
  };
  const handlers = { [name]: handler } as Partial<Handlers>;
  const ran = await run(`${line} --json`, handlers, { input });
  expect(seen).toEqual(expected);
  expect(json(ran)).toEqual({ ok: false, error: { code: 'offline', message: 'Seen.', retryable: true } });
  expect(ran.code).toBe(1);
  expect(ran.error).toBe('');
  expect(await run(line, handlers, { input })).toMatchObject({ code: 1, out: '', error: 'kabegami: Seen.\n' });
}

/** A mistake: 2, a sentence, nothing on stdout but the document, and nothing was opened. */
export async function expectMistake(line: string): Promise<void> {
  const words = await run(line);
  expect(words, line).toMatchObject({ code: 2, out: '', opened: 0 });
  expect(words.error).not.toBe('');
  for (const ran of [await run(`${line} --json`), await run(`--json ${line}`)]) {
    expect(ran, line).toMatchObject({ code: 2, opened: 0 });
    expect(json(ran)).toMatchObject({ ok: false, error: { code: 'invalid_input', retryable: false } });
  }
}
