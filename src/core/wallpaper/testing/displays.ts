import type { Display } from '../../../shared/model.ts';
import type { ApplyRequest, Target } from '../backend.ts';

/** A display for tests; everything but the name has a default. */
export function display(id: string, more: Partial<Display> = {}): Display {
  return { id, key: id, x: 0, y: 0, width: 1920, height: 1080, scaleFactor: 1, primary: id === 'LEFT', ...more };
}

export const left = display('LEFT');
export const right = display('RIGHT', { x: 1920, width: 1280 });

/** A request that shows `files[i]` on the i-th display; a display without a file is left as it is. */
export function request(displays: readonly Display[], files: readonly (string | undefined)[]): ApplyRequest {
  const targets = displays.flatMap((each, index): Target[] => {
    const file = files[index];
    return file === undefined ? [] : [{ display: each, file, fit: 'fill' }];
  });
  return { displays, targets };
}

/** Names from a hostile or merely unlucky world: they must reach the program as one argument, unchanged. */
export const hostilePaths = [
  '/home/a b/$(touch pwned)/`id`/x.png',
  '/home/"quoted" \'single\'/x.png',
  '/home/--help/-rf/*/x;y|z&.png',
  '/home/名前/ü%20#?/x.png',
  '/home/back\\slash/x.png',
];
