import { appError, type AppError } from '../../shared/errors.ts';
import type { Image, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Draw } from './draw.ts';
import type { Refill } from './refill.ts';
import { rulesFor, type RuleSettings } from './rules.ts';
import type { ResolvedSource } from './sources.ts';
import type { PooledTarget } from './targets.ts';

type Progress = (done: number, total: number | null) => void;

/** Pictures that turn out to be unusable or to have been seen in another guise, before it is given up. */
const tries = 8;
/** With fewer unseen pictures than this a pool looks for more. */
export const lowWater = 10;

/** Errors of one picture, which say nothing about another. */
const unusable: ReadonlySet<string> = new Set([
  'bad_picture',
  'picture_too_large',
  'not_found',
  'content_blocked',
  'blocked_by_owner',
]);
const away: ReadonlySet<string> = new Set(['offline', 'timeout', 'rate_limited', 'server_error', 'blocked']);

/** Chooses a picture for a target and makes sure that it is on this disk. */
export type Choose = (
  request: {
    readonly target: PooledTarget;
    readonly settings: Pick<RuleSettings, 'rating' | 'maxUpscale'>;
    readonly exclude: readonly ImageId[];
  },
  onProgress: Progress,
  signal?: AbortSignal,
) => Promise<Result<Image>>;

export function createChoose(parts: {
  readonly draw: Draw;
  readonly refill: Refill;
  readonly resolve: (pool: PooledTarget['pool']) => readonly ResolvedSource[];
  readonly pictures: Pick<Pictures, 'open'>;
}): Choose {
  const { draw, refill, resolve, pictures } = parts;

  return async ({ target, settings, exclude }, onProgress, signal) => {
    const pool = target.pool.id;
    const sources = resolve(target.pool);
    const request = (cached: boolean, broken: readonly ImageId[]) => ({
      pool,
      sources,
      target,
      settings: { ...settings, cached },
      exclude: [...exclude, ...broken],
    });
    let trouble: AppError | null = null;
    const before = draw.count(request(false, []));
    // Nobody waits for a refill that can wait: only an empty pool, or one at its end, is filled first.
    if (before.left === 0) {
      const need = rulesFor(target, { ...settings, relaxed: [], cached: false });
      const filled = await refill(sources, { urgent: before.total === 0, need }, signal);
      if (!filled.ok) {
        if (filled.error.code === 'cancelled') return filled;
        trouble = filled.error;
      } else if (filled.value.offline) trouble = appError('offline', 'Its service cannot be reached.');
    }
    const broken: ImageId[] = [];
    let cached = false;
    for (let n = 0; n < tries; n += 1) {
      const drawn = draw.next(request(cached, broken));
      if (drawn === null) break;
      const { image } = drawn;
      if (broken.includes(image.id)) break;
      const file = await pictures.open(image, 'full', { onProgress, ...(signal ? { signal } : {}) });
      if (!file.ok) {
        if (file.error.code === 'cancelled') return file;
        trouble = file.error;
        if (away.has(file.error.code)) {
          // What is on this disk is the pool until the network is back.
          if (cached) break;
          cached = true;
        } else if (unusable.has(file.error.code)) {
          draw.shown(pool, image.id);
          broken.push(image.id);
        } else return file;
        continue;
      }
      // Only now that its file is here can be told that it was seen in another guise.
      if (draw.looksShown(pool, drawn) && draw.count(request(cached, broken)).left > 1) {
        draw.shown(pool, image.id);
        broken.push(image.id);
        continue;
      }
      return ok(image);
    }
    return fail(nothing(target.pool.name, trouble));
  };
}

function nothing(pool: string, trouble: AppError | null): AppError {
  const why = trouble === null ? '' : ` ${trouble.message}`;
  return appError(
    'no_candidate',
    `The pool "${pool}" has no picture that this display can show: large enough, allowed, and not blocked.${why} The picture stays as it is. Choose another pool, or allow pictures to be enlarged.`,
    { retryable: trouble?.retryable ?? false },
  );
}
