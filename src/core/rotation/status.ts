import type { Result } from '../../shared/result.ts';
import { ok } from '../../shared/result.ts';
import type { RotationStatus } from '../../shared/rotation.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { Stage } from '../wallpaper/scene.ts';
import type { RotationMemory } from './config.ts';
import type { Draw } from './draw.ts';
import type { Driver } from './driver.ts';
import type { Outlook } from './outlook.ts';

/** What the rotation is doing, and what comes next on each display. */
export function createStatus(parts: {
  readonly outlook: Outlook;
  readonly memory: RotationMemory;
  readonly draw: Pick<Draw, 'count'>;
  readonly driver: Pick<Driver, 'mode' | 'nextAt'>;
  readonly stage: Pick<Stage, 'displays'>;
  readonly changes: Pick<Changes, 'canUndo'>;
  readonly lastError: () => RotationStatus['lastError'];
}): (signal?: AbortSignal) => Promise<Result<RotationStatus>> {
  const { outlook, memory, draw, driver, stage, changes } = parts;
  const { playlist, targets, countRequest, upcomingFor, aheadOn } = outlook;

  async function status(signal?: AbortSignal): Promise<Result<RotationStatus>> {
    const config = memory.config();
    const state = memory.state();
    const mode = await driver.mode();
    const displays = await stage.displays(signal);
    const current = playlist();
    const next = driver.nextAt();
    const all = displays.ok ? targets(displays.value) : [];
    return ok({
      config,
      state: mode,
      pausedUntil: mode === 'paused' && state.paused?.until != null ? isoOf(state.paused.until) : null,
      safe: state.safe,
      nextAt: mode === 'running' && next !== null ? isoOf(next) : null,
      playlist: current === null ? null : { id: current.id, name: current.name },
      lastChange:
        state.lastChange === null ? null : { at: isoOf(state.lastChange.at), reason: state.lastChange.reason },
      lastError: parts.lastError(),
      canUndo: changes.canUndo(),
      displays: all.flatMap((target) => {
        const { left, total, relaxed } = draw.count(countRequest(target));
        const upcoming = upcomingFor(target);
        const { id, name } = target.pool;
        return target.displays.map((display) => ({
          key: display.key,
          id: display.id,
          pool: { id, name },
          fit: target.fit,
          left,
          total,
          relaxed,
          upcoming: aheadOn(display.key) ?? upcoming,
        }));
      }),
    });
  }

  return status;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
