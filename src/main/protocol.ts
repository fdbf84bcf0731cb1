import { open } from 'node:fs/promises';
import type { CustomScheme } from 'electron';
import type { PageAnswer, PageRequest } from '../core/page-answer.ts';
import { textAnswer } from '../core/page-answer.ts';
import { contentSecurityPolicy, securityHeaders } from '../core/page-headers.ts';
import type { Log } from '../core/ports.ts';
import { isPage, scheme } from './origin.ts';

/** Registered before the program is ready: a standard, secure origin, able to fetch from itself and to stream. */
export const customScheme: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

const headers = securityHeaders(contentSecurityPolicy());
const chunkBytes = 256 * 1024;

/** Answers the requests of our scheme. `closing` ends the work for pictures nobody will see any more. */
export function createProtocolHandler(parts: {
  readonly page: (request: PageRequest) => Promise<PageAnswer>;
  readonly log: Log;
  readonly closing: () => AbortSignal;
}): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (!isPage(request.url)) return await toResponse(textAnswer(404, 'There is nothing here.'));
      const answer = await parts.page({
        method: request.method,
        path: new URL(request.url).pathname,
        header: (name) => request.headers.get(name),
        signal: AbortSignal.any([request.signal, parts.closing()]),
      });
      return await toResponse(answer);
    } catch (error) {
      parts.log.error('A request of the page failed unexpectedly', {
        error: error instanceof Error ? error.stack : String(error),
      });
      return toResponse(textAnswer(500, 'Something went wrong inside Kabegami. Its log says more.'));
    }
  };
}

async function toResponse({ status, headers: own, body }: PageAnswer): Promise<Response> {
  const init = { status, headers: { ...own, ...headers } };
  if (body.kind === 'none') return new Response(null, init);
  if (body.kind === 'text') return new Response(status === 304 ? null : body.text, init);
  const stream = await fileStream(body);
  return stream === null ? toResponse(textAnswer(404, 'The file is gone. Ask again.')) : new Response(stream, init);
}

/** A part of a file as it is read; a reader who leaves closes it. Null when the file cannot be opened: it may just have been evicted. */
async function fileStream(part: {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}): Promise<ReadableStream<Uint8Array> | null> {
  const file = await open(part.path).catch(() => null);
  if (file === null) return null;
  let position = part.start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(chunkBytes, part.end + 1 - position);
          const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, position);
          position += bytesRead;
          if (bytesRead > 0) controller.enqueue(bytesRead < wanted ? buffer.subarray(0, bytesRead) : buffer);
          if (bytesRead === 0 || position > part.end) {
            await file.close();
            controller.close();
          }
        } catch (error) {
          await file.close().catch(() => {});
          controller.error(error);
        }
      },
      cancel: () => file.close().catch(() => {}),
    },
    { highWaterMark: 1 },
  );
}
