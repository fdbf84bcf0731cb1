import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import { createTestLog, openTestStore } from '../../store/testing.ts';
import type { Codec } from '../codec.ts';
import { createPictures } from '../create-pictures.ts';
import { createTestHost, md5, sha256 } from './pictures.ts';

/** Room for a handful of the pictures below. */
const limit = 60_000;

/** A whole PNG of ten pixels' edge and about `bytes` in all: what is not picture is a chunk that nobody reads. */
export function paddedPng(seed: number, bytes: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(10, 0);
  header.writeUInt32BE(10, 4);
  header[8] = 8;
  const padding = Buffer.alloc(Math.max(4, bytes - 69));
  padding.writeUInt32BE(seed);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('teXt', padding),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const worker = fc.record({
  picture: fc.nat(11),
  bytes: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 70_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 15_000, max: 45_000 }) },
  ),
  /** What the host says of the length; null: nothing. */
  lie: fc.constantFrom<'true' | 'none' | 'more' | 'less'>('true', 'true', 'none', 'none', 'none', 'more', 'less'),
  /** The service knows how many bytes and which checksum. */
  known: fc.oneof({ weight: 1, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
  breakAfter: fc.option(fc.nat(40_000), { nil: undefined, freq: 5 }),
  resumes: fc.boolean(),
  cancelAfter: fc.option(fc.nat(12), { nil: null, freq: 4 }),
  variant: fc.constantFrom('full' as const, 'small' as const, 'large' as const),
  pin: fc.constantFrom(
    'nothing' as const,
    'nothing' as const,
    'nothing' as const,
    'nothing' as const,
    'keep' as const,
    'like' as const,
    'collect' as const,
  ),
  /** Instead of fetching it, looks at a picture that stays in its folder. */
  reference: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  spareOnly: fc.boolean(),
  /** Of the thumbnails, in bytes; more than their bound is refused by the codec. */
  thumbnail: fc.integer({ min: 30, max: 6000 }),
});

/**
 * Downloads at the same time, of hosts that lie, break off, say nothing, and of people who cancel and pin. After every single write the real sizes of
 * all files below `pictures/`, `thumbs/`, `folder-thumbs/` and `incoming/` are summed up: never more than the limit. At the end everything set aside is back, and what
 * the library counts is what is there.
 */
export async function quotaHolds(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(worker, { minLength: 4, maxLength: 14, size: 'max' }), async (workers) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-quota-'));
      const opened = openTestStore(folder);
      const { store } = opened;
      let most = 0;
      const measure = (): number => {
        let sum = 0;
        for (const part of ['pictures', 'thumbs', 'folder-thumbs', 'incoming']) {
          for (const name of entries(path.join(folder, part)).filter((each) => each !== 'mark'))
            sum += statSync(path.join(folder, part, name), { throwIfNoEntry: false })?.size ?? 0;
        }
        most = Math.max(most, sum);
        return sum;
      };
      const uninstrument = await instrumentWrites(folder, measure);
      const codec: Codec = {
        async thumbnails({ source, targets }) {
          const wanted = workers[Number(readSeed(source)) % workers.length]?.thumbnail ?? 30;
          for (const { path: target, maxBytes = Number.POSITIVE_INFINITY } of targets) {
            await new Promise((resolve) => setImmediate(resolve));
            if (wanted > maxBytes) return fail(appError('too_large', 'too large'));
            writeFileSync(target, thumbnailOf(wanted));
            measure();
          }
          return ok({ dominantColor: '#123456', hash: '0123456789abcdef', width: 10, height: 10 });
        },
        compose: () => Promise.resolve(ok(undefined)),
        looks: () => Promise.resolve(ok([])),
        compare: () => Promise.resolve(ok([])),
        close: () => Promise.resolve(),
      };
      const seeds = new Map<string, number>();
      const readSeed = (source: string): number => {
        const name = path.basename(source);
        return seeds.get(name) ?? name.length;
      };
      const host = createTestHost();
      const pictures = createPictures({
        folder,
        index: store.files,
        disk: store.disk,
        limitBytes: () => limit,
        checkDatabase: store.check,
        fetchPicture: host.fetchPicture,
        codec,
        clock: { now: () => 0 },
        log: createTestLog(),
      });
      try {
        const collection = store.collections.insert({ name: 'Some', query: null, at: 1 });
        await Promise.all(
          workers.map(async (work, n) => {
            const content = paddedPng(work.picture * 100 + (work.bytes % 3), work.bytes);
            const said = { true: content.length, none: null, more: content.length + 7000, less: content.length - 50 };
            const image = host.offer(`waifu-im:${work.picture}`, content, {
              contentLength: said[work.lie],
              ...(work.breakAfter === undefined ? {} : { breakAfter: work.breakAfter }),
              acceptsRanges: work.resumes,
              known: { bytes: work.known ? content.length : null, md5: work.known ? md5(content) : null },
            });
            store.images.upsert([image]);
            const stop = new AbortController();
            if (work.cancelAfter !== null)
              void (async (turns: number) => {
                for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
                stop.abort();
              })(work.cancelAfter);
            const got = work.reference
              ? await pictures.references.make(
                  {
                    hash: sha256(Buffer.from([work.picture])),
                    edge: 480,
                    source: `/p${work.picture}`,
                    size: { width: 60, height: 50 },
                  },
                  { spareOnly: work.spareOnly, signal: stop.signal },
                )
              : await pictures.open(image, work.variant, { signal: stop.signal });
            const asksForRoom = !(work.reference && work.spareOnly);
            if (!got.ok && (!expected.has(got.error.code) || (got.error.code === 'quota_full' && !asksForRoom)))
              throw new Error(`${n}: ${got.error.message}`);
            if (work.pin === 'keep') store.files.keep(image.id);
            if (work.pin === 'collect') store.collections.put(collection, [{ image: image.id, position: 1 }]);
            if (work.pin === 'like')
              store.database
                .prepare('INSERT INTO favorite (image_id, liked_at) VALUES (?, 1) ON CONFLICT DO NOTHING')
                .run([image.id]);
          }),
        );
        await pictures.close();
        expect(most).toBeLessThanOrEqual(limit);
        expect(pictures.reserved()).toBe(0);
        expect(measure()).toBe(store.disk.bytes());
        expect(entries(path.join(folder, 'incoming'))).toEqual([]);
        expect(store.disk.sumsAreRight(false)).toBe(true);
        expect(store.disk.audit(null, 1000, false).wrong).toBe(0);
      } finally {
        uninstrument();
        await pictures.close();
        opened.close();
      }
    }),
    { numRuns },
  );
}

const expected = new Set(['quota_full', 'cancelled', 'bad_picture', 'offline', 'not_found']);

function entries(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}

/** Calls `after` when any file handle has written, before whoever wrote goes on. */
async function instrumentWrites(folder: string, after: () => void): Promise<() => void> {
  const probe = path.join(folder, 'probe');
  const handle = await open(probe, 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  rmSync(probe);
  const write = prototype.write as (this: FileHandle, ...args: unknown[]) => Promise<unknown>;
  const spy = vi.spyOn(prototype, 'write').mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
    const written = await write.apply(this, args);
    after();
    return written as never;
  });
  return () => spy.mockRestore();
}

/** As much of a WebP as anybody looks at. */
function thumbnailOf(bytes: number): Buffer {
  const content = Buffer.alloc(Math.max(bytes, 30));
  content.write('RIFF', 0, 'latin1');
  content.writeUInt32LE(content.length - 8, 4);
  content.write('WEBPVP8 ', 8, 'latin1');
  return content;
}
