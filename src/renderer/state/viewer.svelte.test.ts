import { describe, expect, it } from 'vitest';
import { startTestApp } from '../testing/test-app.ts';

describe('the viewer', () => {
  it('walks along the list, asks for more near its end, and stops at the ends', async () => {
    const { app } = await startTestApp();
    let asked = 0;
    const ids = app.browse.list.ids();
    app.viewer.open(ids[0] ?? '', app.browse.list, () => (asked += 1));
    app.viewer.go(-1);
    expect(app.viewer.id).toBe(ids[0]);
    app.viewer.go(1);
    expect([app.viewer.id, app.browse.list.focused, asked]).toEqual([ids[1], ids[1], 0]);
    app.viewer.open(ids[58] ?? '', app.browse.list, () => (asked += 1));
    app.viewer.go(1);
    expect([app.viewer.nextId, asked]).toEqual([null, 2]);
  });

  it('goes on from its place when its picture leaves the list', async () => {
    const { app } = await startTestApp();
    const ids = [...app.browse.list.ids()];
    app.viewer.open(ids[5] ?? '', app.browse.list);
    app.browse.list.remove((id) => id === ids[5]);
    expect([app.viewer.previousId, app.viewer.nextId]).toEqual([ids[4], ids[6]]);
  });

  it('gives its picture’s hue to the accent', async () => {
    const { app } = await startTestApp();
    const before = app.accent.hue;
    app.viewer.open('waifu-im:7001', app.browse.list);
    expect(app.accent.hue).not.toBe(before);
  });
});
