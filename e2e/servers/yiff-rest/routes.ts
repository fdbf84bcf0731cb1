import { yiffCategories } from '../catalogue/entries.ts';
import type { YiffCategory, YiffEntry } from '../catalogue/entries.ts';
import { createRandom } from '../catalogue/random.ts';
import { isRecord, jsonBody } from '../kit/exchange.ts';
import type { Exchange, Reply } from '../kit/exchange.ts';
import { yiffPicturePath } from '../pictures/server.ts';
import { shuffled } from '../waifu-im/state.ts';
import { checkAccess } from './access.ts';
import type { ApiKey, Conditions } from './access.ts';
import { yiffError } from './errors.ts';
import { notesFor, parseSizeLimit } from './notes.ts';

export interface RouteOptions {
  readonly posts: readonly YiffEntry[];
  readonly cdn: string;
  /** As older deployments: `/categories` in two lists, `/images/{id}.json`, some errors as objects. */
  readonly older: boolean;
  readonly clock: () => number;
  readonly conditions: Conditions;
  readonly keys: readonly ApiKey[];
}

/** All routes of the service, behind the checks that stand before each of them. */
export function createRoutes(options: RouteOptions) {
  const { posts, older, conditions } = options;
  const started = options.clock();
  const random = createRandom(20_260_116);
  const seen = new Map<string, number>();

  const inCategory = (db: string, sizeLimit: number | null): YiffEntry[] =>
    posts.filter((post) => post.category === db && (sizeLimit === null || post.picture.bytes <= sizeLimit));

  const categoryJson = ({ name, db, sfw }: YiffCategory) => ({
    name,
    db,
    ...(sfw === undefined ? {} : { sfw }),
    count: inCategory(db, null).length,
  });

  const imageJson = (post: YiffEntry) => {
    const { picture } = post;
    const times = seen.get(post.id) ?? 0;
    seen.set(post.id, times + 1);
    return {
      artists: post.artists,
      sources: post.sources,
      width: picture.width,
      height: picture.height,
      url: `${options.cdn}${yiffPicturePath(post)}`,
      type: picture.contentType,
      name: `${picture.md5}.${picture.extension}`,
      id: post.id,
      md5: picture.md5,
      ext: picture.extension,
      size: picture.bytes,
      reportURL: post.reportUrl,
      shortURL: `https://short.example.org/${post.id}`,
      external: post.external,
      viewable: true,
      seen: times,
      category: post.category,
    };
  };

  /** Older deployments said some errors as `{message}`: the code is reliable, the text is not. */
  const aged = (reply: Reply): Reply =>
    older && isRecord(reply.body) && typeof reply.body['error'] === 'string'
      ? { ...reply, body: { ...reply.body, error: { message: reply.body['error'] } } }
      : reply;

  const categories = (db: string | undefined): Reply => {
    const listed = yiffCategories.filter((category) => category.listed);
    if (db === undefined) {
      const data = listed.map(categoryJson);
      return { status: 200, body: { success: true, data: older ? { enabled: data, disabled: [] } : data } };
    }
    const category = listed.find((candidate) => candidate.db === db);
    return category ? { status: 200, body: { success: true, data: categoryJson(category) } } : aged(yiffError(1030));
  };

  const image = (name: string): Reply => {
    const id = older ? name.replace(/\.json$/, '') : name;
    const post = posts.find((candidate) => candidate.id === id || candidate.picture.md5 === id);
    return post ? { status: 200, body: { success: true, data: imageJson(post) } } : yiffError(1040);
  };

  const random5 = (exchange: Exchange): Reply => {
    const asked = exchange.query.get('amount');
    const amount = asked === null || asked === '' ? 1 : Number(asked);
    if (!(amount >= 1)) return yiffError(1051);
    if (amount > 5) return yiffError(1052);
    // Slashes as documented; the dots of the `db` name work as well, for now.
    const db = exchange.segments.join('.').toLowerCase();
    const first = db.split('.')[0];
    if (!yiffCategories.some((category) => category.db.split('.')[0] === first)) return yiffError(1024);
    if (!yiffCategories.some((category) => category.db === db)) return yiffError(1030);
    const sizeLimit = parseSizeLimit(exchange.query.get('sizeLimit'));
    const images = shuffled(random, inCategory(db, sizeLimit)).slice(0, Math.floor(amount));
    if (images.length === 0) return aged(yiffError(1041));
    return {
      status: 200,
      body: {
        $schema: 'https://schema.yiff.rest/V2.json',
        images: images.map(imageJson),
        success: true,
        notes: notesFor({
          disabled: exchange.query.get('notes')?.toLowerCase() === 'disabled',
          hasKey: exchange.headers.authorization !== undefined,
          hasSizeLimit: sizeLimit !== null,
        }),
      },
    };
  };

  const bulk = (exchange: Exchange): Reply => {
    const { authorization } = exchange.headers;
    if (authorization === undefined) return yiffError(1013);
    const key = options.keys.find((candidate) => candidate.key === authorization);
    if (!key?.bulk) return yiffError(1022);
    const body = jsonBody(exchange);
    const isJson = (exchange.headers['content-type'] ?? '').includes('application/json');
    if (!isJson || !isRecord(body)) return yiffError(1054);
    const wanted = Object.entries(body);
    const counts = wanted.every(([, amount]) => Number.isSafeInteger(amount) && Number(amount) >= 1);
    if (wanted.length === 0 || !counts) return yiffError(1054);
    const stranger = wanted.find(([db]) => !yiffCategories.some((category) => category.db === db));
    if (stranger) return yiffError(1030, { status: 400, error: `Invalid category specified: ${stranger[0]}` });
    const total = wanted.reduce((sum, [, amount]) => sum + Number(amount), 0);
    if (total > key.bulkLimit) {
      return yiffError(1056, {
        error: `Total amount of images requested is greater than ${key.bulkLimit} (${total})`,
      });
    }
    const sizeLimit = parseSizeLimit(exchange.query.get('sizeLimit'));
    const data = Object.fromEntries(
      wanted.map(([db, amount]) => [
        db,
        shuffled(random, inCategory(db, sizeLimit)).slice(0, Number(amount)).map(imageJson),
      ]),
    );
    return { status: 200, body: { success: true, data } };
  };

  return (exchange: Exchange): Reply => {
    const refusal = checkAccess(exchange, conditions, options.keys);
    if (refusal) return refusal;
    const [first, second, ...more] = exchange.segments;
    const only = (method: string, run: () => Reply): Reply =>
      exchange.method === method ? run() : yiffError(1025, { headers: { Allow: method } });
    if (first === undefined) return yiffError(1024);
    if (first === 'online' && second === undefined) {
      return only('GET', () => ({
        status: 200,
        body: { success: true, uptime: Math.floor((options.clock() - started) / 1000) },
      }));
    }
    if (first === 'categories') return more.length > 0 ? yiffError(1024) : only('GET', () => categories(second));
    if (first === 'images') {
      return second === undefined || more.length > 0 ? yiffError(1024) : only('GET', () => image(second));
    }
    if (first === 'bulk' && second === undefined) return only('POST', () => bulk(exchange));
    return only('GET', () => random5(exchange));
  };
}
