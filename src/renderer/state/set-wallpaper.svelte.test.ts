import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { startTestApp } from '../testing/test-app.ts';

describe('setting a wallpaper', () => {
  it('goes to all displays unless some are left out, and tells what was checked', async () => {
    const { app, client } = await startTestApp();
    const dialog = app.setWallpaper;
    await dialog.open('waifu-im:7000');
    expect(dialog.chosen.size).toBe(3);
    dialog.toggle('DP-2');
    dialog.fit = 'blur';
    await dialog.set();
    expect(client.calls.find((call) => call.name === 'wallpaper.set')?.input).toEqual({
      id: 'waifu-im:7000',
      displays: ['DP-1', 'HDMI-1'],
      fit: 'blur',
    });
    expect([dialog.phase, dialog.applied.length, dialog.applied.every((entry) => entry.verified)]).toEqual([
      'done',
      2,
      true,
    ]);
    expect(app.wallpapers.current.length).toBe(2);
  });

  it('keeps the error until it is tried again, and refuses to set nothing', async () => {
    const { app, client } = await startTestApp();
    const dialog = app.setWallpaper;
    client.fail('wallpaper.set', appError('no_backend', 'Install feh.'));
    await dialog.open('waifu-im:7000');
    await dialog.set();
    expect([dialog.phase, dialog.error?.message]).toEqual(['failed', 'Install feh.']);
    for (const display of ['DP-1', 'HDMI-1', 'DP-2']) dialog.toggle(display);
    client.calls.length = 0;
    await dialog.set();
    expect(client.calls).toEqual([]);
  });
});
