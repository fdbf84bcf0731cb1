import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaPath, mediaPathHere } from '../shared/bridge.ts';
import { appError, errorCodes } from '../shared/errors.ts';
import { settings } from '../shared/model.ts';
import { fail, ok } from '../shared/result.ts';
import type { Core } from './core.ts';
import { parseRange, respondMedia } from './media-response.ts';
import type { PageRequest } from './page-answer.ts';
import { createPageFiles, isInside } from './page-files.ts';
import { createPage } from './page.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-page-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ask = (
  at: string,
  more: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
): PageRequest => ({
  method: more.method ?? 'GET',
  path: at,
  header: (name) => more.headers?.[name] ?? null,
  signal: more.signal ?? new AbortController().signal,
});

const media = { path: '/data/abc.png', contentType: 'image/png', bytes: 1000, hash: 'abc' };
function fakeMedia(adultContent = false, openMedia: Core['openMedia'] = () => Promise.resolve(ok(media))) {
  return { openMedia, settings: () => settings.parse({ adultContent }) };
}

describe('respondMedia', () => {
  it('answers the file with a strong validator and allows keeping it', async () => {
    expect(await respondMedia(fakeMedia(), ask(mediaPath('waifu-im:1', 'small')))).toEqual({
      status: 200,
      headers: {
        etag: '"abc-small"',
        'content-type': 'image/png',
        'content-length': '1000',
        'accept-ranges': 'bytes',
        'cache-control': 'private, max-age=31536000, immutable',
      },
      body: { kind: 'file', path: '/data/abc.png', start: 0, end: 999 },
    });
  });

  it('asks for the decoded id, and hands the signal on', async () => {
    const seen: unknown[] = [];
    const { signal } = new AbortController();
    const core = fakeMedia(false, (...args) => {
      seen.push(...args);
      return Promise.resolve(ok(media));
    });
    await respondMedia(core, ask('/media/yiff-rest%3Aa-b_1/full', { signal }));
    expect(seen).toEqual(['yiff-rest:a-b_1', 'full', { signal, onlyHere: false }]);
    await respondMedia(core, ask(mediaPathHere('waifu-im:1', 'small'), { signal }));
    expect(seen.slice(3)).toEqual(['waifu-im:1', 'small', { signal, onlyHere: true }]);
    expect(await respondMedia(core, ask('/media/waifu-im%3A1/small/there'))).toMatchObject({ status: 404 });
  });

  it('lets caches keep nothing unasked while adult content is allowed', async () => {
    const answer = await respondMedia(fakeMedia(true), ask('/media/waifu-im%3A1/full'));
    expect(answer.headers['cache-control']).toBe('private, no-cache');
  });

  it('answers one range, 304 and 416', async () => {
    const get = (headers: Record<string, string>) =>
      respondMedia(fakeMedia(), ask('/media/waifu-im%3A1/full', { headers }));
    expect(await get({ range: 'bytes=10-19' })).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 10-19/1000', 'content-length': '10' },
      body: { start: 10, end: 19 },
    });
    expect(await get({ range: 'bytes=-5' })).toMatchObject({ status: 206, body: { start: 995, end: 999 } });
    expect(await get({ range: 'bytes=1000-' })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */1000' },
    });
    expect(await get({ range: 'bytes=0-1', 'if-range': '"other"' })).toMatchObject({ status: 200 });
    expect(await get({ range: 'bytes=0-1', 'if-range': '"abc-full"' })).toMatchObject({ status: 206 });
    expect(await get({ 'if-none-match': 'W/"x", "abc-full"' })).toMatchObject({ status: 304, body: { kind: 'none' } });
    expect(await get({ 'if-none-match': '"abc-small"' })).toMatchObject({ status: 200 });
  });

  it('answers HEAD without a body, and nothing but GET and HEAD', async () => {
    expect(await respondMedia(fakeMedia(), ask('/media/waifu-im%3A1/full', { method: 'HEAD' }))).toMatchObject({
      status: 200,
      headers: { 'content-length': '1000' },
      body: { kind: 'none' },
    });
    expect(await respondMedia(fakeMedia(), ask('/media/waifu-im%3A1/full', { method: 'POST' }))).toMatchObject({
      status: 405,
    });
  });

  it('turns every error into a status and words, never into a cached answer', async () => {
    for (const code of errorCodes) {
      const core = fakeMedia(false, () => Promise.resolve(fail(appError(code, 'Why.'))));
      const answer = await respondMedia(core, ask('/media/waifu-im%3A1/full'));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer).toMatchObject({ headers: { 'cache-control': 'no-store' }, body: { kind: 'text', text: 'Why.' } });
    }
  });

  it('refuses other addresses without asking the core', async () => {
    const core = fakeMedia(false, () => Promise.reject(new Error('asked')));
    for (const at of ['/media/', '/media/a', '/media/a/medium', '/media/a/full/more', '/media/%/full', '/media/a/..']) {
      expect(await respondMedia(core, ask(at))).toMatchObject({ status: 404 });
    }
  });
});

describe('parseRange', () => {
  it('never leaves the file', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.option(fc.nat()),
        fc.option(fc.nat()),
        fc.integer({ min: 1 }),
        (junk, a, b, bytes) => {
          for (const header of [junk, `bytes=${a ?? ''}-${b ?? ''}`, `bytes=${junk}`]) {
            const range = parseRange(header, bytes);
            if (typeof range === 'string') continue;
            expect(range.start).toBeGreaterThanOrEqual(0);
            expect(range.end).toBeGreaterThanOrEqual(range.start);
            expect(range.end).toBeLessThan(bytes);
          }
        },
      ),
    );
  });
});

describe('createPageFiles', () => {
  beforeEach(async () => {
    await mkdir(path.join(folder, 'page', 'assets'), { recursive: true });
    await writeFile(path.join(folder, 'page', 'index.html'), '<html>');
    await writeFile(path.join(folder, 'page', 'assets', 'index-abc.js'), 'let a');
    await writeFile(path.join(folder, 'page', 'notes.txt'), 'no page file');
    await writeFile(path.join(folder, 'secret.js'), 'secret');
    await mkdir(path.join(folder, 'page-other'));
    await writeFile(path.join(folder, 'page-other', 'secret.js'), 'secret');
    await symlink(path.join(folder, 'secret.js'), path.join(folder, 'page', 'link.js'));
  });

  it('serves the page and its assets', async () => {
    const files = createPageFiles(path.join(folder, 'page'));
    expect(await files(ask('/'))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'content-length': '6' },
    });
    expect(await files(ask('/assets/index-abc.js'))).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': expect.stringContaining('immutable') as string,
      },
    });
  });

  it('serves nothing else', async () => {
    const files = createPageFiles(path.join(folder, 'page'));
    const paths = [
      '/../secret.js',
      '/..%2fsecret.js',
      '/%2e%2e/secret.js',
      '/assets/../../secret.js',
      '/..%5csecret.js',
      '/../page-other/secret.js',
      '//secret.js',
      `/${encodeURIComponent(path.join(folder, 'secret.js'))}`,
      '/index.html%00.js',
      '/%',
      '/assets',
      '/assets/',
      '/link.js',
      '/notes.txt',
      '/.env',
      '/missing.js',
      '',
    ];
    for (const at of paths) expect([at, (await files(ask(at))).status]).toEqual([at, 404]);
    expect(await files(ask('/', { method: 'PUT' }))).toMatchObject({ status: 405 });
  });

  it('knows inside from beside', () => {
    expect(isInside('/a/b', '/a/b/c')).toBe(true);
    expect(isInside('/a/b', '/a/bc')).toBe(false);
    expect(isInside('/a/b', '/a/b')).toBe(false);
    expect(isInside('/', '/a')).toBe(true);
  });

  it('stands beside the pictures', async () => {
    const page = createPage(fakeMedia(), path.join(folder, 'page'));
    expect(await page(ask('/index.html'))).toMatchObject({ status: 200, headers: { 'content-length': '6' } });
    expect(await page(ask('/media/waifu-im%3A1/full'))).toMatchObject({ headers: { 'content-type': 'image/png' } });
  });
});
