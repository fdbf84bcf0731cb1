import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Desktop } from '../desktop.ts';
import { createFakeRunner, noMonitors, type FakeProgram } from '../testing/fake-runner.ts';
import { display } from '../testing/displays.ts';
import { createListDisplays } from './displays.ts';
import { parsePowershellScreens, parseSystemProfiler } from './native.ts';
import { parseHyprlandMonitors, parseKscreen, parseMutterState, parseSwayOutputs, parseWlrRandr } from './wayland.ts';
import { parseListMonitors, parseXdpyinfo, parseXrandr } from './x11.ts';

const place = (each: { id: string; x: number; y: number; width: number; height: number }): string =>
  `${each.id} ${each.width}x${each.height}+${each.x}+${each.y}`;

describe('what X11 tools print', () => {
  it('xrandr --listmonitors: monitors with their pixels, in its order', () => {
    const text =
      'Monitors: 3\n 0: +LEFT 1920/500x1080/300+0+0  screen\n 1: +*RIGHT 1280/340x1080/270+1920+0 \n 2: HDMI-A-0 1080/300x1920/500+3200-40  HDMI-A-0\n';
    const displays = parseListMonitors(text);
    expect(displays.map(place)).toEqual([
      'LEFT 1920x1080+0+0',
      'RIGHT 1280x1080+1920+0',
      'HDMI-A-0 1080x1920+3200+-40',
    ]);
    expect(displays.map(({ primary }) => primary)).toEqual([false, true, false]);
  });

  it('xrandr of old: connected outputs that are on', () => {
    const text = `Screen 0: minimum 8 x 8, current 3200 x 1080, maximum 32767 x 32767
eDP-1 connected primary 1920x1080+0+0 (normal left inverted right x axis y axis) 309mm x 174mm
   1920x1080     60.00*+
HDMI-1 connected (normal left inverted right x axis y axis)
DP-1 connected 1080x1920+1920+0 left (normal left) 300mm x 500mm
DP-2 disconnected (normal left inverted right x axis y axis)`;
    expect(parseXrandr(text).map(place)).toEqual(['eDP-1 1920x1080+0+0', 'DP-1 1080x1920+1920+0']);
  });

  it('xdpyinfo: one display', () => {
    expect(parseXdpyinfo('screen #0:\n  dimensions:    1280x720 pixels (339x191 millimeters)\n').map(place)).toEqual([
      'screen 1280x720+0+0',
    ]);
    expect(parseXdpyinfo('unable to open display')).toEqual([]);
  });
});

describe('what Wayland compositors print', () => {
  it('sway: physical pixels, turned outputs on their side, switched-off ones left out', () => {
    const outputs = [
      {
        name: 'eDP-1',
        active: true,
        focused: true,
        scale: 2,
        transform: 'normal',
        rect: { x: 0, y: 0, width: 1440, height: 900 },
        current_mode: { width: 2880, height: 1800, refresh: 60000 },
      },
      {
        name: 'DP-1',
        active: true,
        scale: 1,
        transform: '90',
        rect: { x: 1440, y: 0, width: 1080, height: 1920 },
        current_mode: { width: 1920, height: 1080 },
      },
      { name: 'HDMI-A-1', active: false, current_mode: null },
    ];
    const displays = parseSwayOutputs(JSON.stringify(outputs));
    expect(displays.map(place)).toEqual(['eDP-1 2880x1800+0+0', 'DP-1 1080x1920+2880+0']);
    expect(displays.map(({ primary, scaleFactor }) => [primary, scaleFactor])).toEqual([
      [true, 2],
      [false, 1],
    ]);
    // At the side of the first: half its scale, so twice the room.
    expect(displays.map(({ area }) => area)).toEqual([undefined, { width: 2160, height: 3840 }]);
  });

  it('wlr-randr', () => {
    const outputs = [
      {
        name: 'WL-1',
        enabled: true,
        modes: [
          { width: 800, height: 600, current: false },
          { width: 1280, height: 720, current: true },
        ],
        position: { x: 0, y: 0 },
        transform: 'flipped-270',
        scale: 1,
      },
      { name: 'WL-2', enabled: false, modes: [] },
    ];
    expect(parseWlrRandr(JSON.stringify(outputs)).map(place)).toEqual(['WL-1 720x1280+0+0']);
  });

  it('hyprctl monitors -j', () => {
    const monitors = [
      { id: 0, name: 'DP-1', width: 2560, height: 1440, x: 0, y: 0, scale: 1.25, transform: 0, focused: false },
      { id: 1, name: 'DP-2', width: 1920, height: 1080, x: 2048, y: 0, scale: 1, transform: 3, focused: true },
      {
        id: 2,
        name: 'OFF',
        width: 1920,
        height: 1080,
        x: 0,
        y: 0,
        scale: 1,
        transform: 0,
        focused: false,
        disabled: true,
      },
    ];
    expect(parseHyprlandMonitors(JSON.stringify(monitors)).map(place)).toEqual([
      'DP-1 2560x1440+0+0',
      'DP-2 1080x1920+2560+0',
    ]);
  });

  it('kscreen-doctor -j', () => {
    const outputs = [
      {
        name: 'eDP-1',
        enabled: true,
        connected: true,
        currentModeId: '7',
        modes: [{ id: '7', size: { width: 1920, height: 1200 } }],
        pos: { x: 0, y: 0 },
        scale: 1,
        rotation: 1,
        priority: 2,
      },
      {
        name: 'DP-3',
        enabled: true,
        connected: true,
        currentModeId: 2,
        modes: [{ id: 2, size: { width: 1920, height: 1080 } }],
        pos: { x: 1920, y: 0 },
        scale: 1,
        rotation: 8,
        priority: 1,
      },
      { name: 'DP-4', enabled: false, connected: true },
    ];
    const displays = parseKscreen(JSON.stringify({ outputs }));
    expect(displays.map(place)).toEqual(['eDP-1 1920x1200+0+0', 'DP-3 1080x1920+1920+0']);
    expect(displays.find(({ primary }) => primary)?.id).toBe('DP-3');
  });

  it("Mutter's state over D-Bus", () => {
    const mode = (id: string, width: number, height: number, current: boolean) => [
      id,
      width,
      height,
      60,
      1,
      [1, 2],
      current ? { 'is-current': { type: 'b', data: true } } : {},
    ];
    const state = {
      type: 'ua((ssss)a(siiddada{sv})a{sv})a(iiduba(ssss)a{sv})a{sv}',
      data: [
        3,
        [
          [['eDP-1', 'A', 'B', 'C'], [mode('a', 800, 600, false), mode('b', 2560, 1600, true)], {}],
          [['DP-1', 'A', 'B', 'D'], [mode('c', 1920, 1080, true)], {}],
        ],
        [
          [0, 0, 2, 0, true, [['eDP-1', 'A', 'B', 'C']], {}],
          [1280, 0, 1, 1, false, [['DP-1', 'A', 'B', 'D']], {}],
        ],
        {},
      ],
    };
    const logical = parseMutterState(JSON.stringify(state));
    expect(logical.map(place)).toEqual(['eDP-1 2560x1600+0+0', 'DP-1 1080x1920+2560+0']);
    expect(logical[1]?.area).toEqual({ width: 2160, height: 3840 });
    // Without fractional scaling it counts in physical pixels.
    const [serial, monitors, , properties] = state.data;
    const [one, other] = [
      [0, 0, 2, 0, true, [['eDP-1', 'A', 'B', 'C']], {}],
      [2560, 0, 1, 1, false, [['DP-1', 'A', 'B', 'D']], {}],
    ];
    const data = [serial, monitors, [one, other], { ...(properties as object), 'layout-mode': { type: 'u', data: 2 } }];
    const physical = parseMutterState(JSON.stringify({ data }));
    expect(physical.map(place)).toEqual(['eDP-1 2560x1600+0+0', 'DP-1 1080x1920+2560+0']);
    expect(physical.map(({ scaleFactor, area }) => [scaleFactor, area])).toEqual([
      [2, undefined],
      [1, undefined],
    ]);
  });
});

describe('what macOS and Windows print', () => {
  it('system_profiler: pixels and scale, side by side, two of one model told apart', () => {
    const screen = (more: object) => ({
      _name: 'LG HDR',
      _spdisplays_pixels: '3840 x 2160',
      _spdisplays_resolution: '1920 x 1080 @ 60.00Hz',
      ...more,
    });
    const text = JSON.stringify({
      SPDisplaysDataType: [
        {
          _name: 'Apple M1',
          spdisplays_ndrvs: [
            {
              _name: 'Color LCD',
              _spdisplays_pixels: '3024 x 1964',
              _spdisplays_resolution: '1512 x 982 @ 120.00Hz',
              spdisplays_main: 'spdisplays_yes',
            },
            screen({}),
          ],
        },
        { _name: 'no displays' },
        { spdisplays_ndrvs: [screen({}), { _name: 'asleep' }] },
      ],
    });
    const displays = parseSystemProfiler(text);
    expect(displays.map(place)).toEqual([
      'Color LCD 3024x1964+0+0',
      'LG HDR 3840x2160+3024+0',
      'LG HDR (2) 3840x2160+6864+0',
    ]);
    expect(displays.map(({ primary, scaleFactor }) => [primary, scaleFactor])).toEqual([
      [true, 2],
      [false, 2],
      [false, 2],
    ]);
  });

  it('PowerShell: one screen or several', () => {
    const one = { name: '\\\\.\\DISPLAY1', primary: true, x: 0, y: 0, width: 2560, height: 1440 };
    const other = { name: '\\\\.\\DISPLAY2', primary: false, x: -1920, y: 0, width: 1920, height: 1080 };
    expect(parsePowershellScreens(`${JSON.stringify([one, other])}\r\n`).map(place)).toEqual([
      'DISPLAY1 2560x1440+0+0',
      'DISPLAY2 1920x1080+-1920+0',
    ]);
    expect(parsePowershellScreens(JSON.stringify(one)).map(place)).toEqual(['DISPLAY1 2560x1440+0+0']);
  });
});

it('nonsense is no display, and exactly one display is primary', () => {
  const parsers = [
    parseListMonitors,
    parseXrandr,
    parseXdpyinfo,
    parseSwayOutputs,
    parseWlrRandr,
    parseHyprlandMonitors,
    parseKscreen,
    parseMutterState,
    parseSystemProfiler,
    parsePowershellScreens,
  ];
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom(...parsers), (text, parse) => {
      const displays = parse(text);
      expect(displays.filter(({ primary }) => primary)).toHaveLength(displays.length > 0 ? 1 : 0);
    }),
  );
});

describe('createListDisplays', () => {
  const desktop = (id: Desktop['id'], session: Desktop['session']): Desktop => ({
    id,
    name: id,
    session,
    evidence: '',
  });
  const list = (
    programs: Record<string, FakeProgram>,
    host: Parameters<typeof createListDisplays>[0]['host'] = null,
    env = { DISPLAY: ':0' },
  ) => createListDisplays({ run: createFakeRunner(programs), env, monitors: noMonitors, host });
  const monitors = ' 0: +*A 100/1x50/1+0+0  A\n';

  it('asks the running desktop before the host on Linux', async () => {
    const host = () => Promise.resolve([display('host')]);
    expect(await list({ xrandr: () => monitors }, host)(desktop('x11', 'x11'))).toMatchObject({
      ok: true,
      value: [{ id: 'A' }],
    });
    expect(await list({ xrandr: () => new Error('cannot open display') }, host)(desktop('x11', 'x11'))).toMatchObject({
      ok: true,
      value: [{ id: 'host' }],
    });
  });

  it('asks the host first on macOS and Windows: it knows positions', async () => {
    const host = () => Promise.resolve([display('host')]);
    expect(await list({}, host)(desktop('macos', 'native'))).toMatchObject({ ok: true, value: [{ id: 'host' }] });
    const powershell = () => JSON.stringify([{ name: 'D', primary: true, x: 0, y: 0, width: 5, height: 5 }]);
    expect(await list({ 'powershell.exe': powershell })(desktop('windows', 'native'))).toMatchObject({
      ok: true,
      value: [{ id: 'D' }],
    });
    const broken = () => Promise.reject(new Error('no screen module'));
    expect(await list({ 'powershell.exe': powershell }, broken)(desktop('windows', 'native'))).toMatchObject({
      ok: true,
      value: [{ id: 'D' }],
    });
  });

  it('falls back to plain xrandr and to xdpyinfo', async () => {
    const old: FakeProgram = ([flag]) =>
      flag === '--query' ? 'VGA-1 connected 640x480+0+0 (normal)' : new Error('unrecognized option');
    expect(await list({ xrandr: old })(desktop('xfce', 'x11'))).toMatchObject({ ok: true, value: [{ id: 'VGA-1' }] });
    expect(await list({ xdpyinfo: () => 'dimensions:    10x10 pixels' })(desktop('x11', 'x11'))).toMatchObject({
      ok: true,
      value: [{ id: 'screen' }],
    });
  });

  it('asks each Wayland desktop its own tool', async () => {
    const output = JSON.stringify([{ name: 'S', current_mode: { width: 1, height: 1 }, rect: { x: 0, y: 0 } }]);
    const monitor = JSON.stringify([{ name: 'H', width: 1, height: 1, x: 0, y: 0 }]);
    const programs = { swaymsg: () => output, hyprctl: () => monitor };
    expect(await list(programs)(desktop('sway', 'wayland'))).toMatchObject({ ok: true, value: [{ id: 'S' }] });
    expect(await list(programs)(desktop('hyprland', 'wayland'))).toMatchObject({ ok: true, value: [{ id: 'H' }] });
  });

  it('says what was tried and what to do when there is none', async () => {
    const none = await list({}, null, { DISPLAY: '' })(desktop('none', 'none'));
    expect(none).toMatchObject({
      ok: false,
      error: { code: 'no_display', message: expect.stringContaining('DISPLAY') as string },
    });
    const x11 = await list({})(desktop('x11', 'x11'));
    expect(!x11.ok && x11.error.message).toMatch(/xrandr is not installed.*Install xrandr/);
  });
});
