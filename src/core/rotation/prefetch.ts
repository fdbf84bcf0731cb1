import type { ImageId } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { Log } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Placement, Stage } from '../wallpaper/scene.ts';
import { lowWater, type Choose } from './choose.ts';
import type { RotationMemory } from './config.ts';
import type { Draw } from './draw.ts';
import type { Outlook } from './outlook.ts';
import type { Refill } from './refill.ts';
import { rulesFor } from './rules.ts';
import type { ResolvedSource } from './sources.ts';
import type { PooledTarget } from './targets.ts';

const quietly = (): void => undefined;

export interface Prefetch {
  /** Begins, or begins again once what is under way is over. */
  begin(): void;
  /** Resolves once nothing is under way. */
  settled(): Promise<void>;
}

export function createPrefetch(parts: {
  readonly store: Pick<Store, 'bag'>;
  readonly outlook: Outlook;
  readonly memory: RotationMemory;
  readonly draw: Pick<Draw, 'count'>;
  readonly choose: Choose;
  readonly refill: Refill;
  readonly resolve: (pool: PooledTarget['pool']) => readonly ResolvedSource[];
  readonly stage: Pick<Stage, 'displays' | 'prepare'>;
  readonly mayStart: () => boolean;
  readonly signal: AbortSignal;
  /** State is another now. */
  readonly tell: () => void;
  readonly log: Log;
}): Prefetch {
  const { store, outlook, memory, draw, choose, refill, resolve, stage, log } = parts;
  const { targets, countRequest, ruleSettings, upcomingFor, comesAgain, shownIds, placementsOf } = outlook;
  let ahead: Promise<void> | null = null;
  let aheadAgain = false;

  /** Chooses, fetches and composes the next pictures, so that a change needs neither network nor wait. */
  function prefetch(): void {
    if (!parts.mayStart()) return;
    if (ahead !== null) {
      // What is being prepared may be of a pool that was chosen before.
      aheadAgain = true;
      return;
    }
    ahead = prepareNext(parts.signal)
      .catch((error: unknown) => log.error('The next picture could not be prepared', { error: String(error) }))
      .finally(() => {
        ahead = null;
        parts.tell();
        const again = aheadAgain;
        aheadAgain = false;
        if (again) prefetch();
      });
  }

  async function prepareNext(signal: AbortSignal): Promise<void> {
    const displays = await stage.displays(signal);
    if (!displays.ok) return;
    const upcoming: Record<string, { pool: string; image: string; after: number }> = {};
    const placements: Placement[] = [];
    const taken: ImageId[] = [];
    for (const target of targets(displays.value)) {
      const sources = resolve(target.pool);
      if (draw.count(countRequest(target)).left < lowWater) {
        const need = rulesFor(target, { ...ruleSettings(), relaxed: [], cached: false });
        await refill(sources, { urgent: false, need }, signal);
      }
      const ready = upcomingFor(target);
      const image =
        (ready === null || taken.includes(ready.id) || comesAgain(target, ready) ? null : ready) ??
        okOrNull(
          await choose({ target, settings: ruleSettings(), exclude: [...taken, ...shownIds()] }, quietly, signal),
        );
      if (image === null) continue;
      const before = memory.state().upcoming[target.name];
      const kept = before?.pool === target.pool.id && before.image === image.id;
      const after = kept ? before.after : store.bag.newest(target.pool.id);
      upcoming[target.name] = { pool: target.pool.id, image: image.id, after };
      taken.push(image.id);
      placements.push(...placementsOf(target, image));
    }
    if (signal.aborted) return;
    memory.update({ upcoming });
    if (placements.length > 0) await stage.prepare({ placements }, signal, displays.value);
  }

  return { begin: prefetch, settled: async () => void (await ahead) };
}

function okOrNull<T>(result: Result<T>): T | null {
  return result.ok ? result.value : null;
}
