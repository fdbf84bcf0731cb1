import type { Relaxation, RotationConfig } from '../../shared/rotation.ts';

/** The choices of the model, in the order they are shown. (The schemas themselves stay out of the page.) */
export const layouts = ['each', 'same', 'span'] as const satisfies readonly RotationConfig['layout'][];
/** Rules that give way, first to last. */
export const relaxations = ['still', 'orientation'] as const satisfies readonly Relaxation[];
/** Minutes between changes people pick; anything else can be typed. */
export const intervals = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440] as const;
export const upscales = [1, 1.25, 1.5, 2, 3, 4] as const;
/** Monday first; 0 is Sunday. */
export const week = [1, 2, 3, 4, 5, 6, 0] as const;

/** `options` with `value`, which somebody may have set elsewhere. */
export function including(options: readonly number[], value: number): readonly number[] {
  return options.includes(value) ? options : [...options, value].sort((a, b) => a - b);
}
