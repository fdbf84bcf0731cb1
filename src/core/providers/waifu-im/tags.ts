import { z } from 'zod';
import { cancelled } from '../../../shared/errors.ts';
import type { Tag } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { expectSuccess, type WaifuClient, type WaifuDeps } from './client.ts';
import { waifuError, wrongVersion } from './errors.ts';
import { queryV7 } from './query.ts';
import { pageV7, tagsV5, tagV5, tagV7 } from './schemas.ts';

/** How long a v7 tag's rating and count are believed. */
const week = 7 * 24 * 3_600_000;
const maxPages = 50;

/** v5 says itself which tags are for everybody (`versatile`) and which exist on adult images alone. It knows no counts. */
export async function tagsOfV5(client: WaifuClient, signal: AbortSignal | undefined): Promise<Result<readonly Tag[]>> {
  const query = new URLSearchParams({ full: 'true' });
  const answer = await client.ask({ version: 'v5', path: '/tags', query, signal });
  if (!answer.ok) return answer;
  const success = expectSuccess(answer.value, 'browse');
  if (!success.ok) return success;
  const parsed = tagsV5.safeParse(success.value.body);
  if (!parsed.success) return fail(wrongVersion);
  client.speaks('v5');
  const safe = parsed.data.versatile.flatMap((item) => readTagV5(item, false));
  const adult = parsed.data.nsfw.flatMap((item) => readTagV5(item, true));
  return ok(unique([...adult, ...safe]));
}

function readTagV5(item: unknown, isAdult: boolean): Tag[] {
  const parsed = tagV5.safeParse(typeof item === 'string' ? { name: item } : item);
  if (!parsed.success) return [];
  const { name, description, is_nsfw: flag } = parsed.data;
  const adult = isAdult || (flag !== undefined && flag !== false);
  return [{ name, description: description ?? null, count: null, rating: adult ? 'adult' : 'safe' }];
}

const remembered = z.record(
  z.string(),
  z.object({ at: z.number(), rating: z.enum(['safe', 'adult']), count: z.number().nullable() }),
);
type Known = z.output<typeof remembered>;

/** Tags asked about in one call: a quarter of a minute at the pace of the service. */
const probesAtOnce = 60;

/**
 * v7 does not say which tags are for adults only. But such a tag finds nothing while adult images are left out, so one request of one
 * image a tag tells its rating and its count; the answers are remembered for a week. Where that fails, the rating is `unknown`, and so are those beyond
 * `probesAtOnce`: nobody waits a minute for a list of tags, and the next call goes on where this one stopped. An aborted call answers
 * `cancelled`, since half a list must not be taken for the list; what it learned is remembered all the same.
 */
export async function tagsOfV7(
  client: WaifuClient,
  { recall, remember, clock }: Pick<WaifuDeps, 'recall' | 'remember' | 'clock'>,
  signal: AbortSignal | undefined,
): Promise<Result<readonly Tag[]>> {
  const listed = await listV7(client, signal);
  if (!listed.ok) return listed;
  const key = `waifu-im.tag-ratings:${client.config().baseUrl}`;
  const stored = remembered.safeParse(recall(key));
  const known: Known = {};
  const names = new Set(listed.value.map((tag) => tag.name));
  for (const [name, entry] of Object.entries(stored.success ? stored.data : {})) {
    const age = clock.now() - entry.at;
    if (names.has(name) && age >= 0 && age < week) known[name] = entry;
  }
  let asked = 0;
  let failed = false;
  for (const { name } of listed.value) {
    if (failed || signal?.aborted === true || asked === probesAtOnce) break;
    if (known[name] !== undefined) continue;
    const probed = await probeV7(client, name, signal);
    // The rest would fail as well: what is known is enough for now.
    if (!probed.ok) failed = true;
    else known[name] = { at: clock.now(), ...probed.value };
    asked += 1;
  }
  if (asked > 0) remember(key, known);
  if (signal?.aborted === true) return fail(cancelled);
  return ok(
    listed.value.map((tag) => ({
      ...tag,
      count: known[tag.name]?.count ?? null,
      rating: known[tag.name]?.rating ?? 'unknown',
    })),
  );
}

async function listV7(client: WaifuClient, signal: AbortSignal | undefined): Promise<Result<readonly Tag[]>> {
  const tags: Tag[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const query = new URLSearchParams({ Page: String(page), PageSize: '30' });
    const answer = await client.ask({ version: 'v7', path: '/tags', query, signal });
    if (!answer.ok) return answer;
    if (answer.value.status >= 400) return fail(waifuError(answer.value, 'browse'));
    const parsed = pageV7.safeParse(answer.value.body);
    if (!parsed.success) return fail(wrongVersion);
    client.speaks('v7');
    for (const item of parsed.data.items) {
      const tag = tagV7.safeParse(item);
      if (tag.success)
        tags.push({ name: tag.data.slug, description: tag.data.description ?? null, count: null, rating: 'unknown' });
    }
    if (parsed.data.hasNextPage !== true || parsed.data.items.length === 0) break;
  }
  return ok(unique(tags));
}

async function probeV7(
  client: WaifuClient,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<Result<{ readonly rating: 'safe' | 'adult'; readonly count: number | null }>> {
  const query = queryV7({ tags: [tag], rating: 'safe' });
  query.set('PageSize', '1');
  const answer = await client.ask({ version: 'v7', path: '/images', query, signal });
  if (!answer.ok) return answer;
  const parsed = pageV7.safeParse(answer.value.body);
  if (answer.value.status >= 400 || !parsed.success) return fail(waifuError(answer.value, 'browse'));
  const count = parsed.data.totalCount ?? null;
  return ok((count ?? parsed.data.items.length) > 0 ? { rating: 'safe', count } : { rating: 'adult', count: null });
}

/** Each name once; the first entry counts, so adult ones go first. */
function unique(tags: readonly Tag[]): readonly Tag[] {
  const found = new Map<string, Tag>();
  for (const tag of tags) if (!found.has(tag.name)) found.set(tag.name, tag);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
