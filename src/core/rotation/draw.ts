import type { Image, ImageId } from '../../shared/model.ts';
import { relaxations, type Relaxation } from '../../shared/rotation.ts';
import { nearDuplicate } from '../store/hashes.ts';
import type { CandidateRules, Store } from '../store/store.ts';
import { rulesFor, type RuleSettings, type Target } from './rules.ts';
import type { ResolvedSource } from './sources.ts';

/** Draws from the shuffle bag of a pool: nothing comes again before all was shown. */
export interface Draw {
  /** A picture for a target, none of `exclude`; null when the pool has none that may be shown there, whatever gives way. */
  next(request: DrawRequest): Drawn | null;
  /** What of the pool the target can take, and what had to give way for it to be more than none. */
  count(request: Omit<DrawRequest, 'exclude'>): {
    readonly left: number;
    readonly total: number;
    readonly relaxed: readonly Relaxation[];
  };
  /** It was shown: it and its near-duplicates have had their turn. */
  shown(pool: string, id: ImageId): void;
  /** Something that looks the same as what was drawn has been shown in this round. */
  looksShown(pool: string, drawn: Drawn): boolean;
}

/** A picture, and the rules by which it was drawn. */
export interface Drawn {
  readonly image: Image;
  readonly rules: CandidateRules;
}

export interface DrawRequest {
  readonly pool: string;
  readonly sources: readonly ResolvedSource[];
  readonly target: Target;
  readonly settings: Omit<RuleSettings, 'relaxed'>;
  readonly exclude: readonly ImageId[];
}

/** Rules give way one after another, in their order; the first set that leaves anything is it. */
const steps: readonly (readonly Relaxation[])[] = [[], ...relaxations.map((_none, n) => relaxations.slice(0, n + 1))];

export function createDraw(parts: {
  readonly store: Pick<Store, 'candidates' | 'bag' | 'likeness'>;
  readonly now: () => number;
  readonly random: () => number;
}): Draw {
  const { store, now, random } = parts;
  const { candidates, bag, likeness } = store;

  const plainSources = (sources: readonly ResolvedSource[]) => sources.map(({ source }) => source);

  function fromBag(
    request: DrawRequest,
    rules: CandidateRules,
    exclude: readonly ImageId[],
    from: 'fresh' | 'all',
    round: CandidateRules = rules,
  ): Image | null {
    const { pool } = request;
    let sources = [...request.sources];
    // One by its weight; when it has nothing, the others.
    while (sources.length > 0) {
      const chosen = byWeight(sources, random);
      if (chosen === null) return null;
      const image = candidates.draw({ source: chosen.source, rules, pool, from, round, exclude, random });
      if (image !== null) return image;
      sources = sources.filter((source) => source !== chosen);
    }
    return null;
  }

  const next: Draw['next'] = (request) => {
    const { pool, sources, target, settings, exclude } = request;
    for (const relaxed of steps) {
      const rules = rulesFor(target, { ...settings, relaxed });
      const { left, total } = candidates.count({ sources: plainSources(sources), rules, pool });
      if (total === 0) continue;
      if (settings.cached) {
        // The network is away. What the whole pool has not shown comes first, and only then again what is here.
        const whole = rulesFor(target, { ...settings, relaxed, cached: false });
        const unseen = fromBag(request, rules, exclude, 'fresh', whole);
        if (unseen !== null) return { image: unseen, rules: whole };
      }
      const fresh = left > 0 ? fromBag(request, rules, exclude, 'fresh') : null;
      if (fresh !== null) return { image: fresh, rules };
      // All of it was shown: a new round by these rules, which does not begin with what is there now. Where they are narrower for a while (safe
      // hours, no network), what they leave out keeps its turn.
      bag.restart(pool, rules);
      const again = fromBag(request, rules, exclude, 'fresh') ?? fromBag(request, rules, [], 'all');
      if (again !== null) return { image: again, rules };
    }
    return null;
  };

  return {
    next,
    count({ pool, sources, target, settings }) {
      for (const relaxed of steps) {
        const rules = rulesFor(target, { ...settings, relaxed });
        const counted = candidates.count({ sources: plainSources(sources), rules, pool });
        if (counted.total > 0) return { ...counted, relaxed };
      }
      return { left: 0, total: 0, relaxed: [] };
    },
    shown: (pool, id) => bag.mark(pool, [id, ...likeness.of(id, nearDuplicate)], now()),
    looksShown: (pool, { image, rules }) =>
      likeness.of(image.id, nearDuplicate).some((other) => bag.has(pool, other, rules)),
  };
}

function byWeight(sources: readonly ResolvedSource[], random: () => number): ResolvedSource | null {
  const whole = sources.reduce((sum, { weight }) => sum + weight, 0);
  let place = random() * whole;
  for (const source of sources) {
    place -= source.weight;
    if (place < 0) return source;
  }
  return sources.at(-1) ?? null;
}
