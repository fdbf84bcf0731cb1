import { t } from '../messages/index.ts';

/** Why a picture could not be loaded: an image element only says that it could not; the host's answer says why in words. */
export async function explainMedia(
  url: string,
  fetch: (url: string, init: RequestInit) => Promise<Pick<Response, 'ok' | 'text' | 'headers'>> = (...args) =>
    globalThis.fetch(...args),
): Promise<string> {
  try {
    const answer = await fetch(url, { headers: { range: 'bytes=0-0' } });
    if (answer.ok || !(answer.headers.get('content-type') ?? '').startsWith('text/plain')) return t.image.loadFailed;
    const text = (await answer.text()).trim();
    return text.length > 0 && text.length < 500 ? text : t.image.loadFailed;
  } catch {
    return t.image.loadFailed;
  }
}
