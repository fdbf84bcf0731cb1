import type { Fit } from '../../../shared/model.ts';
import type { ComposeForeign } from '../foreign-picture.ts';

/** Draws nothing, and keeps what it was asked for: the picture, its fit, and the display. */
export function createFakeCompose(): {
  readonly compose: ComposeForeign;
  readonly asked: (readonly [source: string, fit: Fit, display: string])[];
} {
  const asked: (readonly [string, Fit, string])[] = [];
  return { asked, compose: (source, fit, { id }) => Promise.resolve(asked.push([source, fit, id]) > 0) };
}
