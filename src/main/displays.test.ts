import type { Display } from 'electron';
import { describe, expect, it } from 'vitest';
import { electronDisplays } from './displays.ts';

const display = (more: Partial<Display>) =>
  ({ id: 1, label: '', scaleFactor: 1, bounds: { x: 0, y: 0, width: 1920, height: 1080 }, ...more }) as Display;
const list = (all: readonly Display[]) =>
  electronDisplays({ getAllDisplays: () => [...all], getPrimaryDisplay: () => all[0] ?? display({}) });

describe('electronDisplays', () => {
  const small = display({ id: 7, label: 'DP-1' });
  const sharp = display({ id: 8, scaleFactor: 2, bounds: { x: 1920, y: 0, width: 1280, height: 720 } });

  it('answers physical pixels, placed so that neighbours of different scale touch', () => {
    expect(list([small, sharp])).toEqual([
      {
        ...{ id: 'DP-1', key: 'DP-1', x: 0, y: 0, width: 1920, height: 1080, scaleFactor: 1, primary: true },
        area: { width: 3840, height: 2160 },
      },
      { id: 'display-8', key: 'display-8', x: 3840, y: 0, width: 2560, height: 1440, scaleFactor: 2, primary: false },
    ]);
  });

  it('takes the physical places where Windows tells them', () => {
    const screen = {
      getAllDisplays: () => [small, sharp],
      getPrimaryDisplay: () => small,
      dipToScreenRect: (_window: null, { x, width }: Electron.Rectangle) =>
        x === 0 ? { x, y: 0, width, height: 1080 } : { x: 1920, y: -40, width: 2560, height: 1440 },
    };
    const [one, other] = electronDisplays(screen);
    expect(one).toMatchObject({ x: 0, width: 1920, height: 1080 });
    expect(other).toMatchObject({ x: 1920, y: -40, width: 2560, height: 1440, scaleFactor: 2 });
    expect(one).not.toHaveProperty('area');
  });

  it('tells two of one model apart, whatever their order', () => {
    const twins = [display({ id: 4, label: 'LG HDR' }), display({ id: 2, label: 'LG HDR' })];
    expect(list(twins).map(({ id }) => id)).toEqual(['LG HDR (2)', 'LG HDR']);
    expect(list(twins.toReversed()).map(({ id }) => id)).toEqual(['LG HDR', 'LG HDR (2)']);
  });
});
