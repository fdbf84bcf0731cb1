import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWindowState, placeWindow, saveWindowState } from './window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const second = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('placeWindow', () => {
  it('centers the first window on the primary display', () => {
    expect(placeWindow(null, [screen, second])).toEqual({
      bounds: { x: 320, y: 140, width: 1280, height: 800 },
      maximized: false,
    });
  });

  it('puts it where it was', () => {
    const saved = { bounds: { x: 2000, y: 50, width: 900, height: 700 }, maximized: true };
    expect(placeWindow(saved, [screen, second])).toEqual(saved);
  });

  it('brings it back from a display that is gone, and makes it fit a smaller one', () => {
    const saved = { bounds: { x: 2000, y: 50, width: 1200, height: 1000 }, maximized: false };
    expect(placeWindow(saved, [{ x: 0, y: 0, width: 800, height: 600 }]).bounds).toEqual({
      x: 0,
      y: 0,
      width: 800,
      height: 600,
    });
  });

  it('keeps the minimum on a display that is smaller still', () => {
    expect(placeWindow(null, [{ x: 0, y: 0, width: 320, height: 240 }]).bounds).toMatchObject({
      width: 480,
      height: 400,
    });
  });

  it('always leaves the title bar within reach', () => {
    const number = fc.integer({ min: -5000, max: 9000 });
    fc.assert(
      fc.property(number, number, fc.nat(6000), fc.nat(6000), (x, y, width, height) => {
        const { bounds } = placeWindow({ bounds: { x, y, width, height }, maximized: false }, [screen, second]);
        const home = [screen, second].find(
          (area) =>
            bounds.x >= area.x &&
            bounds.y >= area.y &&
            bounds.x + bounds.width <= area.x + area.width &&
            bounds.y + bounds.height <= area.y + area.height,
        );
        expect(home).toBeDefined();
        expect(bounds.width).toBeGreaterThanOrEqual(480);
        expect(bounds.height).toBeGreaterThanOrEqual(400);
      }),
    );
  });
});

describe('the saved state', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kabegami-window-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read back, and missing or broken counts as none', () => {
    const file = path.join(folder, 'window.json');
    expect(loadWindowState(file)).toBeNull();
    const state = { bounds: { x: 1, y: 2, width: 600, height: 500 }, maximized: true };
    saveWindowState(file, state);
    expect(loadWindowState(file)).toEqual(state);
    writeFileSync(file, '{"bounds":{"x":"1"}}');
    expect(loadWindowState(file)).toBeNull();
    writeFileSync(file, '{');
    expect(loadWindowState(file)).toBeNull();
    expect(() => saveWindowState(path.join(folder, 'no', 'such', 'folder'), state)).not.toThrow();
  });
});
