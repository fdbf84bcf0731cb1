import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageAnswer } from '../core/page-answer.ts';
import { textAnswer } from '../core/page-answer.ts';
import { silentLog } from '../core/testing/fake-core.ts';
import { createProtocolHandler, customScheme } from './protocol.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-protocol-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const handler = (answer: PageAnswer | Error, closing = new AbortController().signal, seen: unknown[] = []) =>
  createProtocolHandler({
    page: (request) => {
      seen.push(request);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    log: silentLog,
    closing: () => closing,
  });

const fileAnswer = (file: string, start: number, end: number): PageAnswer => ({
  status: 206,
  headers: { 'content-type': 'image/png' },
  body: { kind: 'file', path: file, start, end },
});

describe('the custom protocol', () => {
  it('is a secure origin of its own', () => {
    expect(customScheme).toMatchObject({
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
    });
    expect(customScheme.privileges).not.toHaveProperty('bypassCSP');
  });

  it('answers with the policy on everything', async () => {
    const response = await handler(textAnswer(404, 'Nothing.'))(new Request('app://kabegami/a'));
    expect([response.status, await response.text()]).toEqual([404, 'Nothing.']);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('content-security-policy')).not.toContain('ws:');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('passes method, path and headers on', async () => {
    const seen: { method: string; path: string; header: (name: string) => string | null }[] = [];
    await handler(
      textAnswer(200, ''),
      undefined,
      seen,
    )(new Request('app://kabegami/media/waifu-im%3A1/full?x=1', { method: 'HEAD', headers: { range: 'bytes=0-1' } }));
    expect(seen[0]?.method).toBe('HEAD');
    expect(seen[0]?.path).toBe('/media/waifu-im%3A1/full');
    expect(seen[0]?.header('range')).toBe('bytes=0-1');
    expect(seen[0]?.header('if-none-match')).toBeNull();
  });

  it('streams parts of large files', async () => {
    const file = path.join(folder, 'large');
    const content = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => index % 251));
    await writeFile(file, content);
    const response = await handler(fileAnswer(file, 5, 900_000))(new Request('app://kabegami/a'));
    expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(5, 900_001))).toBe(true);
  });

  it('closes the file of a reader who leaves', async () => {
    const file = path.join(folder, 'large');
    await writeFile(file, Buffer.alloc(1_000_000));
    const response = await handler(fileAnswer(file, 0, 999_999))(new Request('app://kabegami/a'));
    const reader = response.body?.getReader();
    await reader?.read();
    // Rejects if the handle could not be closed.
    await reader?.cancel();
    await expect(reader?.closed).resolves.toBeUndefined();
  });

  it('answers 404 for a file that is gone and 500 for a bug', async () => {
    expect((await handler(fileAnswer(path.join(folder, 'gone'), 0, 1))(new Request('app://kabegami/a'))).status).toBe(
      404,
    );
    const broken = await handler(new Error('/secret/path'))(new Request('app://kabegami/a'));
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain('secret');
    expect((await handler(textAnswer(200, 'page'))(new Request('app://evil/'))).status).toBe(404);
  });

  it('ends the work for a window that was closed', async () => {
    const closing = new AbortController();
    const seen: { signal: AbortSignal }[] = [];
    await handler(textAnswer(200, ''), closing.signal, seen)(new Request('app://kabegami/a'));
    closing.abort();
    expect(seen[0]?.signal.aborted).toBe(true);
  });
});
