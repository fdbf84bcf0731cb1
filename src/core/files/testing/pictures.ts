import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { appError } from '../../../shared/errors.ts';
import type { RemoteImage } from '../../../shared/model.ts';
import { fail, ok } from '../../../shared/result.ts';
import { systemClock } from '../../clock.ts';
import { openTestStore, createTestLog, testImage } from '../../store/testing.ts';
import type { Codec } from '../codec.ts';
import { createPictures, type PicturesDeps } from '../create-pictures.ts';
import type { FetchPicture } from '../download.ts';
import { forkCodec } from '../fork-codec.ts';
import type { Pictures } from '../pictures.ts';

/** The real codec, from its source. */
export function testCodec(): Codec {
  return forkCodec(fileURLToPath(new URL('../codec-process.ts', import.meta.url)), { clock: systemClock });
}

/** A landscape (or portrait) of its own for each `seed`: a sky gradient over a hill. */
export function landscape(
  seed: number,
  { width = 800, height = 500, format = 'jpeg' as 'jpeg' | 'png' | 'webp' } = {},
): Promise<Buffer> {
  const hue = (seed * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x1="0" x2="0" y1="0" y2="1">
      <stop offset="0" stop-color="hsl(${hue},60%,30%)"/><stop offset="1" stop-color="hsl(${(hue + 60) % 360},70%,80%)"/>
    </linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <ellipse cx="${(seed * 131) % width}" cy="${height}" rx="${width / 2}" ry="${height / 3}" fill="hsl(${(hue + 120) % 360},40%,25%)"/>
  </svg>`;
  return sharp(Buffer.from(svg))[format]().toBuffer();
}

/** What a test host sends for a url. */
export interface Sent {
  readonly content: Uint8Array;
  /** Default: the content's. null: not said. */
  readonly contentLength?: number | null;
  /** Ends with an error after this many bytes. */
  readonly breakAfter?: number;
  readonly acceptsRanges?: boolean;
}

/** A host of pictures in memory, which counts. `hold` makes it wait in every body, from that byte on, until the function it gives is called. */
export function createTestHost() {
  const pictures = new Map<string, Sent>();
  const requests: { readonly url: string; readonly from: number }[] = [];
  let open = 0;
  let mostOpen = 0;
  let gate: Promise<void> | null = null;
  let gateAt = 1;
  const fetchPicture: FetchPicture = (url, { signal, from = 0 }) => {
    requests.push({ url, from });
    const sent = pictures.get(url);
    if (sent === undefined) return Promise.resolve(fail(appError('not_found', 'No such picture.')));
    const start = sent.acceptsRanges === true ? from : 0;
    const content = sent.content.subarray(start);
    const breakAt = from > 0 ? undefined : sent.breakAfter;
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    let at = 0;
    let ended = false;
    const end = (): void => {
      if (!ended) open -= 1;
      ended = true;
    };
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (gate !== null && at >= gateAt) {
            await Promise.race([
              gate,
              new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true })),
            ]);
          }
          if (signal?.aborted === true || (breakAt !== undefined && at >= breakAt)) {
            end();
            const cause =
              signal?.aborted === true ? appError('cancelled', 'Cancelled.') : appError('offline', 'Broken off.');
            controller.error(new Error('broken', { cause }));
            return;
          }
          const next = Math.min(content.length, at + 16_384, breakAt ?? Number.POSITIVE_INFINITY);
          if (next > at) controller.enqueue(content.subarray(at, next));
          at = next;
          if (at >= content.length) {
            end();
            controller.close();
          }
        },
        cancel: end,
      },
      { highWaterMark: 0 },
    );
    const contentLength = sent.contentLength === undefined ? content.length : sent.contentLength;
    return Promise.resolve(ok({ contentLength, contentType: 'image/jpeg', from: start, body }));
  };
  return {
    fetchPicture,
    requests,
    mostOpen: () => mostOpen,
    /** Sends `content` for the image; answers it with what a service would know of it. */
    offer(
      id: string,
      content: Uint8Array,
      more: Partial<Sent> & { readonly known?: Partial<RemoteImage> } = {},
    ): RemoteImage {
      const { known, ...sent } = more;
      const url = `https://cdn.example/${id.replace(':', '/')}`;
      pictures.set(url, { content, ...sent });
      return testImage({
        id,
        url,
        bytes: content.length,
        md5: md5(content),
        hash: null,
        dominantColor: null,
        ...known,
      });
    },
    withdraw: () => pictures.clear(),
    hold(from = 1): () => void {
      gateAt = from;
      let release = (): void => undefined;
      gate = new Promise((resolve) => {
        release = () => {
          gate = null;
          resolve();
        };
      });
      return release;
    },
  };
}

export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
export const md5 = (content: Uint8Array): string => createHash('md5').update(content).digest('hex');

/** Pictures over a real store and a test host, in a folder of their own. */
export function openTestPictures(codec: Codec, more: Partial<PicturesDeps> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-pictures-'));
  const host = createTestHost();
  let opened = openTestStore(folder);
  const create = (): Pictures =>
    createPictures({
      folder,
      index: opened.store.files,
      disk: opened.store.disk,
      limitBytes: () => 1e9,
      checkDatabase: opened.store.check,
      fetchPicture: host.fetchPicture,
      codec,
      clock: { now: () => 0 },
      log: createTestLog(),
      ...more,
    });
  let pictures = create();
  return {
    folder,
    host,
    get store() {
      return opened.store;
    },
    get pictures() {
      return pictures;
    },
    /** As another process would, after this one ended. */
    async reopen(): Promise<void> {
      await pictures.close();
      opened.store.close();
      opened = openTestStore(folder);
      pictures = create();
    },
    async close(): Promise<void> {
      await pictures.close();
      opened.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
