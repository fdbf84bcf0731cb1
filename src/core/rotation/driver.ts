import type { AppError } from '../../shared/errors.ts';
import type { ChangeReason, RotationConfig, RotationStatus } from '../../shared/rotation.ts';
import { leftOf, noWait } from '../clock.ts';
import type { Clock } from '../ports.ts';
import type { Conditions } from './conditions.ts';
import type { RotationMemory } from './config.ts';
import { due } from './schedule.ts';

/** Timers stand still while the machine sleeps, so the wall clock is looked at this often (ms). */
export const tickEvery = 60_000;
const firstPause = 60_000;
const longestPause = 30 * 60_000;

export type RotationMode = RotationStatus['state'];

/** Changes the picture when it is due, unless something holds it back. What was due meanwhile is done once, afterwards. */
export interface Driver {
  start(): void;
  /** The configuration or a condition is another: look now. */
  look(): void;
  /** It happened outside the schedule (wake, display change). */
  happened(reason: ChangeReason): void;
  mode(): Promise<RotationMode>;
  /** The next instant (ms) at which something is due. */
  nextAt(): number | null;
  stop(): Promise<void>;
}

export function createDriver(parts: {
  readonly memory: RotationMemory;
  readonly conditions: Conditions;
  readonly clock: Clock;
  readonly change: (reason: ChangeReason, signal: AbortSignal) => Promise<AppError | null>;
  /** A bug: it is written down, and the next tick comes all the same. */
  readonly broken: (error: unknown) => void;
  /** State or next change are others now. */
  readonly changed: () => void;
  /** Done at each look while the rotation is on, whatever holds its changes back. */
  readonly always: () => Promise<void>;
}): Driver {
  const { memory, conditions, clock } = parts;
  const stopping = new AbortController();
  let started = false;
  let cancelTimer = (): void => undefined;
  let working: Promise<void> | null = null;
  let again = false;
  let wanted: ChangeReason | null = null;
  let failures = 0;
  /** After a failure. */
  let pause = noWait;
  let lastMode: RotationMode | null = null;

  const mode = async (): Promise<RotationMode> => {
    const config = memory.config();
    const { safe, paused } = memory.state();
    if (safe) return 'safe';
    if (!config.on) return 'off';
    if (paused !== null) {
      if (paused.until === null || paused.until > clock.now()) return 'paused';
      memory.update({ paused: null });
    }
    if (config.pauseOnBattery && (await conditions.onBattery())) return 'battery';
    if (config.pauseOnFullScreen && (await conditions.fullScreen())) return 'full-screen';
    return 'running';
  };

  const scheduleState = (config: RotationConfig) => {
    const { lastChange, playlist } = memory.state();
    return due(config, { lastChangeAt: lastChange?.at ?? 0, playlist }, clock.now());
  };

  async function tick(): Promise<void> {
    let now: RotationMode = 'running';
    try {
      now = await mode();
      await act(now);
    } finally {
      arm(now);
    }
  }

  async function act(now: RotationMode): Promise<void> {
    if (now !== lastMode) {
      lastMode = now;
      parts.changed();
    }
    const { lastChange } = memory.state();
    // A clock that was set back: counting starts anew, rather than standing still until it has caught up.
    if (lastChange !== null && lastChange.at > clock.now())
      memory.update({ lastChange: { ...lastChange, at: clock.now() } });
    if (now === 'running' && leftOf(pause, clock.now()) === 0) {
      const reason = wanted ?? scheduleState(memory.config()).now;
      wanted = null;
      if (reason !== null) {
        const error = await parts.change(reason, stopping.signal);
        failures = error === null ? 0 : failures + 1;
        // A pool that has nothing, a service that is away: later, and later each time.
        const from = clock.now();
        pause =
          error === null ? noWait : { from, until: from + Math.min(longestPause, firstPause * 2 ** (failures - 1)) };
      }
    } else if (now !== 'running') wanted = null;
    if (now !== 'off' && now !== 'safe') await parts.always();
  }

  function arm(now: RotationMode): void {
    cancelTimer();
    if (!started || stopping.signal.aborted || now === 'off') return;
    const next = now === 'running' ? (nextAt() ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
    cancelTimer = clock.after(Math.max(0, Math.min(tickEvery, next - clock.now())), look);
  }

  function look(): void {
    if (!started || stopping.signal.aborted) return;
    cancelTimer();
    if (working !== null) {
      // What the tick under way goes by may be out of date.
      again = true;
      return;
    }
    working = tick()
      .catch(parts.broken)
      .finally(() => {
        working = null;
        if (again) {
          again = false;
          look();
        }
      });
  }

  function nextAt(): number | null {
    const config = memory.config();
    if (!config.on || memory.state().safe) return null;
    const { at } = scheduleState(config);
    return at === null ? null : Math.max(at, clock.now() + leftOf(pause, clock.now()));
  }

  return {
    start() {
      if (started) return;
      started = true;
      look();
    },
    look() {
      failures = 0;
      pause = noWait;
      look();
    },
    happened(reason) {
      wanted = reason;
      look();
    },
    mode,
    nextAt,
    async stop() {
      stopping.abort();
      cancelTimer();
      await working;
    },
  };
}
