import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Http } from './http.ts';

/** One picture on its way. */
export interface FetchedPicture {
  /** Bytes of `body`, where the host says so. */
  readonly contentLength: number | null;
  /** Lower case, without parameters. */
  readonly contentType: string | null;
  /** Where `body` starts: what was asked for, or 0 when the host does not resume. */
  readonly from: number;
  /** Fails with an `Error` whose message is for people and whose `cause` is the `AppError`. */
  readonly body: ReadableStream<Uint8Array>;
}

export type PictureFetch = (
  url: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly maxBytes: number;
    /** Go on from this byte, where the host can. */
    readonly from?: number | undefined;
  },
) => Promise<Result<FetchedPicture>>;

/** Fetches picture files. No account data goes with it: pictures lie on other hosts, open to all. */
export function createPictureFetch(http: Http): PictureFetch {
  return async (url, { signal, maxBytes, from = 0 }) => {
    const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
    const answer = await http.stream(url, { headers, signal, maxBytes });
    if (!answer.ok) return answer;
    const { status, contentType, length, body } = answer.value;
    const start = /^bytes (\d{1,15})-/.exec(answer.value.headers.get('content-range') ?? '')?.[1];
    if (contentType === 'text/html') {
      await body.cancel();
      return fail(
        appError(
          'blocked',
          `${new URL(url).host} sent a web page instead of the picture: a challenge, or a network that wants you to sign in. Try again later.`,
        ),
      );
    }
    if (status === 206 && start !== String(from)) {
      await body.cancel();
      return fail(
        appError('bad_response', `${new URL(url).host} sent another part of the picture than it was asked for.`),
      );
    }
    return ok({ contentLength: length, contentType, from: status === 206 ? from : 0, body });
  };
}
