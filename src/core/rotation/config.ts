import { z } from 'zod';
import { imageId } from '../../shared/model.ts';
import {
  changeReasons,
  rotationConfig,
  type ChangeReason,
  type RotationConfig,
  type RotationPatch,
} from '../../shared/rotation.ts';
import type { RotationStateRepository } from '../store/store.ts';

/** What the rotation remembers of itself from one run to the next. Times are milliseconds since the epoch. */
const stateShape = z.object({
  lastChange: z
    .object({ at: z.number(), reason: z.enum(changeReasons) })
    .nullable()
    .default(null),
  /** The playlist of the last change. */
  playlist: z.string().nullable().default(null),
  /** By hand: null is not paused, `until` null is until resumed. */
  paused: z.object({ until: z.number().nullable() }).nullable().default(null),
  safe: z.boolean().default(false),
  /** The newest entry of the history when safe was asked for. */
  safeFrom: z.number().default(0),
  /** The safe-only playlist whose rule was put through when it began. */
  safeHours: z.string().nullable().default(null),
  /** By the target's name: chosen ahead, and on this disk. `after`: the moment of the pool's bag then. */
  upcoming: z
    .record(z.string(), z.object({ pool: z.string(), image: imageId, after: z.number().default(0) }))
    .default({}),
});
export type RotationState = z.output<typeof stateShape>;
export type { ChangeReason };

/** Configuration and state, in memory and written through. */
export interface RotationMemory {
  config(): RotationConfig;
  configure(patch: RotationPatch): void;
  state(): RotationState;
  update(patch: Partial<RotationState>): void;
}

export function createRotationMemory(store: RotationStateRepository): RotationMemory {
  let config = readByKey(rotationConfig, store.get('config'));
  let state = readByKey(stateShape, store.get('state'));
  return {
    config: () => config,
    configure(patch) {
      const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      config = { ...config, ...defined };
      store.set('config', config);
    },
    state: () => state,
    update(patch) {
      state = { ...state, ...patch };
      store.set('state', state);
    },
  };
}

/** A value this version does not understand falls back to its default; the others stay. */
function readByKey<S extends z.ZodObject>(schema: S, stored: unknown): z.output<S> {
  const found = typeof stored === 'object' && stored !== null ? (stored as Readonly<Record<string, unknown>>) : {};
  const good = Object.entries(schema.shape).flatMap(([key, shape]) => {
    const parsed = z.safeParse(shape as z.ZodType, found[key]);
    return parsed.success ? [[key, parsed.data] as const] : [];
  });
  return schema.parse(Object.fromEntries(good));
}
