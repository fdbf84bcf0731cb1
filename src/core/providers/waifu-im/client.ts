import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Http, JsonResponse } from '../http.ts';
import { hostRules } from '../limiter.ts';
import type { ProviderConfig } from '../provider.ts';
import { unexpected, waifuError, wrongVersion } from './errors.ts';
import { pageV7, tagsV5 } from './schemas.ts';

export type Version = 'v5' | 'v7';

export interface Ask {
  readonly path: string;
  readonly version: Version;
  readonly query?: URLSearchParams;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly idempotent?: boolean;
  /** Send the account's token. Browsing needs none and so tells nobody who browses. */
  readonly account?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Requests to one waifu.im server, in the version it speaks. */
export interface WaifuClient {
  readonly config: () => ProviderConfig;
  ask(request: Ask): Promise<Result<JsonResponse>>;
  /** Runs `work` in the server's version. In `auto`, an answer of another version makes it look again and run once more. */
  inVersion<T>(
    work: Readonly<Record<Version, () => Promise<Result<T>>>>,
    signal: AbortSignal | undefined,
  ): Promise<Result<T>>;
  /** Notes that the server just answered as this version does. */
  speaks(version: Version): void;
  /** Is it certain, from this process's own experience or the owner's setting, that the server speaks `version`? Asks when not. */
  certain(version: Version, signal: AbortSignal | undefined): Promise<Result<boolean>>;
}

export interface WaifuDeps {
  readonly http: Http;
  readonly config: () => ProviderConfig;
  readonly recall: (key: string) => unknown;
  readonly remember: (key: string, value: unknown) => void;
  readonly clock: { now(): number };
  readonly random: () => number;
}

export function createWaifuClient({ http, config, recall, remember }: WaifuDeps): WaifuClient {
  /** What servers were found to speak in this process. */
  const confirmed = new Map<string, Version>();

  async function send(request: Ask, headers: Readonly<Record<string, string>>): Promise<Result<JsonResponse>> {
    const { baseUrl, bypass } = config();
    const query = request.query?.toString() ?? '';
    return http.json({
      url: baseUrl + request.path + (query === '' ? '' : `?${query}`),
      rule: hostRules.waifuIm,
      service: 'waifu.im',
      method: request.method ?? 'GET',
      headers: {
        // v7 has no such header, and a v5 server would refuse the value instead of telling that it has no such route.
        ...(request.version === 'v5' ? { 'accept-version': 'v5' } : {}),
        ...(bypass === null ? {} : { 'x-geo-blocking-bypass': bypass }),
        ...headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.idempotent === undefined ? {} : { idempotent: request.idempotent }),
      signal: request.signal,
    });
  }

  async function ask(request: Ask): Promise<Result<JsonResponse>> {
    const { token, baseUrl } = config();
    if (request.account !== true || token === null) {
      const answer = await send(request, {});
      return request.version === 'v5' ? asV5(answer) : answer;
    }
    if (request.version === 'v5') return asV5(await send(request, { authorization: `Bearer ${token}` }));
    if (isJwt(token)) return send(request, { authorization: `Bearer ${token}` });
    const oldKey = `waifu-im.old-key-header:${baseUrl}`;
    const styles = [{ 'x-api-key': token }, { authorization: `ApiKey ${token}` }] as const;
    const [first, second] = recall(oldKey) === true ? [styles[1], styles[0]] : styles;
    const answer = await send(request, first);
    if (!answer.ok || answer.value.status !== 401) return answer;
    const again = await send(request, second);
    if (again.ok && again.value.status !== 401) remember(oldKey, second === styles[1]);
    return again;
  }

  /** One request tells v7; a second one, to a list no other service has, makes sure of v5. */
  async function probe(signal: AbortSignal | undefined): Promise<Result<Version>> {
    const query = new URLSearchParams({ PageSize: '1' });
    const v7 = await ask({ version: 'v7', path: '/images', query, signal });
    if (!v7.ok) return v7;
    if (v7.value.status === 200 && pageV7.safeParse(v7.value.body).success) return found('v7');
    const { status } = v7.value;
    const refused = isProblemFormat(v7.value) && status !== 404 && status !== 405;
    if (refused || status === 429 || status >= 500) return fail(waifuError(v7.value, 'browse'));
    const v5 = await ask({ version: 'v5', path: '/tags', signal });
    if (!v5.ok) return v5;
    if (v5.value.status === 200 && tagsV5.safeParse(v5.value.body).success) return found('v5');
    return fail(v5.value.status === 200 ? wrongVersion : waifuError(v5.value, 'browse'));
  }

  const key = (): string => `waifu-im.api:${config().baseUrl}`;

  function found(version: Version): Result<Version> {
    speaks(version);
    return ok(version);
  }

  function speaks(version: Version): void {
    const { apiVersion, baseUrl } = config();
    if (confirmed.get(baseUrl) === version) return;
    confirmed.set(baseUrl, version);
    if (apiVersion === 'auto' && recall(key()) !== version) remember(key(), version);
  }

  async function versionOf(signal: AbortSignal | undefined): Promise<Result<Version>> {
    const { apiVersion, baseUrl } = config();
    if (apiVersion !== 'auto') return ok(apiVersion);
    const known = confirmed.get(baseUrl) ?? recall(key());
    return known === 'v5' || known === 'v7' ? ok(known) : probe(signal);
  }

  return {
    config,
    ask,
    speaks,
    async inVersion(work, signal) {
      const version = await versionOf(signal);
      if (!version.ok) return version;
      const result = await work[version.value]();
      if (result.ok || result.error !== wrongVersion || config().apiVersion !== 'auto') return result;
      const again = await probe(signal);
      if (!again.ok) return again;
      return again.value === version.value ? result : work[again.value]();
    },
    async certain(version, signal) {
      const { apiVersion, baseUrl } = config();
      if (apiVersion !== 'auto') return ok(apiVersion === version);
      if (confirmed.get(baseUrl) === version) return ok(true);
      const probed = await probe(signal);
      return probed.ok ? ok(probed.value === version) : probed;
    },
  };
}

/** A 2xx answer, or the error it means. */
export function expectSuccess(response: JsonResponse, doing: Parameters<typeof waifuError>[1]): Result<JsonResponse> {
  if (response.status >= 200 && response.status < 300) return ok(response);
  return fail(response.status < 400 ? unexpected(`status ${response.status}`) : waifuError(response, doing));
}

/** A refusal in v7's format to a v5 request says nothing about the token or the image: the server has moved on. */
function asV5(answer: Result<JsonResponse>): Result<JsonResponse> {
  return answer.ok && isProblemFormat(answer.value) ? fail(wrongVersion) : answer;
}

function isProblemFormat({ headers }: JsonResponse): boolean {
  return (headers.get('content-type') ?? '').startsWith('application/problem+json');
}

/** Three parts, the middle one a JSON object: a session token rather than an API key. */
function isJwt(token: string): boolean {
  const claims = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1];
  return claims !== undefined && Buffer.from(claims, 'base64url').toString('utf8').startsWith('{');
}
