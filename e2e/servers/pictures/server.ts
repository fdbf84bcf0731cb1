import { readFile } from 'node:fs/promises';
import type { WaifuEntry, YiffEntry } from '../catalogue/entries.ts';
import type { Picture } from '../catalogue/pictures.ts';
import type { Exchange, Reply } from '../kit/exchange.ts';
import { noLimit } from '../kit/limiter.ts';
import { startKit } from '../kit/server.ts';
import type { TestServer } from '../kit/types.ts';

/** The image hosts of both services in one: `/<id>.<ext>` (waifu.im), `/yiff/<md5>.<ext>`, `/external/<aa>/<bb>/<md5>.<ext>`. */
export interface PictureServer extends TestServer {
  /** From now on the file answers 404. */
  remove(path: string): void;
  /** From now on the file has this content (a damaged or replaced picture); null: its own again. */
  replace(path: string, content: Buffer | null): void;
}

export interface PictureServerOptions {
  readonly port: number;
  readonly clock: () => number;
  readonly images: readonly WaifuEntry[];
  readonly posts: readonly YiffEntry[];
}

export function waifuPicturePath(image: WaifuEntry): string {
  return `/${image.id}.${image.picture.extension}`;
}

export function yiffPicturePath(post: YiffEntry): string {
  const { md5, extension } = post.picture;
  return post.external
    ? `/external/${md5.slice(0, 2)}/${md5.slice(2, 4)}/${md5}.${extension}`
    : `/yiff/${md5}.${extension}`;
}

export async function startPictures(options: PictureServerOptions): Promise<PictureServer> {
  const files = new Map<string, Picture>();
  for (const image of options.images) files.set(waifuPicturePath(image), image.picture);
  for (const post of options.posts) files.set(yiffPicturePath(post), post.picture);
  const removed = new Set<string>();
  const replaced = new Map<string, Buffer>();

  const handle = async (exchange: Exchange): Promise<Reply> => {
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return plain(405, 'Method Not Allowed');
    const picture = removed.has(exchange.path) ? undefined : files.get(exchange.path);
    if (!picture) return plain(404, 'Not Found');
    const replacement = replaced.get(exchange.path);
    const content = replacement ?? (await readFile(picture.file));
    const etag = replacement ? `"${replacement.length}-replaced"` : `"${picture.md5}"`;
    const headers = {
      'Content-Type': picture.contentType,
      ETag: etag,
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'public, max-age=31536000, immutable',
    };
    if (exchange.headers['if-none-match'] === etag) return { status: 304, headers };
    const ifRange = exchange.headers['if-range'];
    const range = ifRange === undefined || ifRange === etag ? exchange.headers.range : undefined;
    return ranged(content, range, headers);
  };

  const server = await startKit({
    port: options.port,
    clock: options.clock,
    limiter: noLimit,
    handle,
    errorReply: (status) => plain(status, 'Error'),
    itemsOf: () => [],
    controls: {
      remove: ({ path }) => remove(String(path)),
    },
  });
  const remove = (path: string): void => {
    removed.add(path);
  };
  return Object.assign(server, {
    remove,
    replace(path: string, content: Buffer | null) {
      removed.delete(path);
      if (content) replaced.set(path, content);
      else replaced.delete(path);
    },
  });
}

function plain(status: number, text: string): Reply {
  return { status, headers: { 'Content-Type': 'text/plain' }, body: `${text}\n` };
}

/** One byte range as RFC 9110 has it; several or malformed ones are answered with the whole. */
function ranged(content: Buffer, range: string | undefined, headers: Readonly<Record<string, string>>): Reply {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return { status: 200, headers, body: content };
  const [, from = '', to = ''] = match;
  const start = from === '' ? Math.max(0, content.length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? content.length - 1 : Math.min(Number(to), content.length - 1);
  if (start > end || start >= content.length) {
    return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${content.length}` }, body: '' };
  }
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${start}-${end}/${content.length}` },
    body: content.subarray(start, end + 1),
  };
}
