import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edidBytes, xrandrProps } from '../testing/edid.ts';
import { display } from '../testing/displays.ts';
import { createFakeRunner, noMonitors, type FakeProgram } from '../testing/fake-runner.ts';
import { readDrmIdentities } from './drm.ts';
import { createListDisplays } from './displays.ts';
import { identityKey, parseEdid, parseEdidHex, pnpLetters } from './edid.ts';
import { withKeys } from './identity.ts';
import { parseOutputIdentities } from './x11.ts';

const dell = { make: 'DEL', model: 'DELL U2720Q', serial: '8XK3T13' };
const desktop = (
  id: 'x11' | 'sway' | 'gnome' | 'kde' | 'macos' | 'windows',
  session: 'x11' | 'wayland' | 'native',
) => ({
  id,
  name: id,
  session,
  evidence: '',
});

describe('EDID', () => {
  it('tells maker, model and serial number', () => {
    expect(parseEdid(edidBytes(dell))).toEqual(dell);
    expect(identityKey(dell)).toBe('edid:del-dellu2720q-8xk3t13');
  });

  it('has numbers where texts are missing', () => {
    expect(parseEdid(edidBytes({ make: 'SAM', model: '', serial: '', number: 0x30563246 }))).toEqual({
      make: 'SAM',
      model: '0x40a9',
      serial: '0x30563246',
    });
    // A text that says nothing gives way to the number.
    expect(parseEdid(edidBytes({ ...dell, serial: '0000000000000', number: 77 }))?.serial).toBe('0x0000004d');
  });

  it('is not believed when its serial number is none', () => {
    for (const serial of [
      '',
      ' ',
      '0',
      '1',
      '0x00000000',
      '0x00000001',
      '0x01010101',
      '16843009',
      '0xffffffff',
      'Unknown',
      '123456789',
      '...',
      '名',
    ])
      expect(identityKey({ ...dell, serial }), serial).toBeNull();
    expect(identityKey({ ...dell, serial: 'A1' })).not.toBeNull();
  });

  it('stays a short plain name, whatever a monitor claims', () => {
    const claim = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(claim, claim, claim, (make, model, serial) => {
        expect(identityKey({ make, model, serial }) ?? 'edid:--x').toMatch(
          /^edid:[a-z0-9]{0,24}-[a-z0-9]{0,32}-[a-z0-9]{1,48}$/,
        );
      }),
    );
  });

  it('survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void identityKey(parseEdid(bytes))));
    expect(parseEdid(edidBytes(dell).subarray(0, 100))).toBeNull();
    expect(parseEdidHex('00ff0')).toBeNull();
    expect(pnpLetters(0x0610)).toBe('APP');
  });
});

describe('what xrandr says of outputs', () => {
  it('is read by output, with what lies between left out', () => {
    const other = { make: 'GSM', model: 'LG HDR 4K', serial: '004NTAB1X' };
    const text = `Screen 0: minimum 320 x 200\n${xrandrProps('DP-1', edidBytes(dell))}${xrandrProps('HDMI-1', null)}DP-2 disconnected (normal)\n\tBACKLIGHT: 7\n\t\trange: (0, 255)\n${xrandrProps('HDMI-2', edidBytes(other))}`;
    expect([...parseOutputIdentities(text)]).toEqual([
      ['DP-1', dell],
      ['HDMI-2', other],
    ]);
  });

  it('survives nonsense', () => {
    const line = fc.constantFrom('DP-1 connected', '\tEDID: ', '\t\t00ffffffffffff0010ac', '\t\tzz', '', 'x');
    fc.assert(fc.property(fc.array(line), (lines) => void parseOutputIdentities(lines.join('\n'))));
  });
});

describe('the keys of displays', () => {
  /** Monitors in a drawer: most tell who they are, some do not, two have one number. */
  const monitors = [
    dell,
    { make: 'DEL', model: 'DELL U2720Q', serial: '9YL4U24' },
    { make: 'GSM', model: 'LG HDR 4K', serial: '004NTAB1X' },
    { make: 'AUO', model: '0x106d', serial: '0x00000000' },
    { make: 'BOE', model: '', serial: '' },
    { make: 'SAM', model: 'U32J59x', serial: 'HNMR500123' },
    { make: 'SAM', model: 'U32J59x', serial: 'HNMR500123' },
  ];
  const ports = ['eDP-1', 'DP-1', 'DP-2', 'DP-3', 'HDMI-A-1', 'HDMI-A-2', 'DVI-D-1'];
  const plugged = fc
    .tuple(fc.shuffledSubarray(monitors.map((_monitor, index) => index)), fc.shuffledSubarray(ports, { minLength: 7 }))
    .map(([chosen, order]) => chosen.map((monitor, index) => ({ monitor, port: order[index] ?? '' })));
  const twins = new Set([5, 6]);

  it('stay with their monitors, whatever the order and the ports, and are never shared', () => {
    fc.assert(
      fc.property(fc.array(plugged, { minLength: 1, maxLength: 6 }), (moments) => {
        const shared = new Set<string>();
        const known = new Map<number, string>();
        let twinsMet = false;
        for (const moment of moments) {
          const found = moment.map(({ monitor, port }) => {
            const { key: _key, ...rest } = display(port);
            return { ...rest, identity: monitors[monitor] ?? null };
          });
          const keys = withKeys(found, shared).map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          twinsMet ||= moment.filter(({ monitor }) => twins.has(monitor)).length === 2;
          for (const [index, { monitor, port }] of moment.entries()) {
            const key = keys[index] ?? '';
            if (twins.has(monitor)) expect(key).toBe(twinsMet ? port : 'edid:sam-u32j59x-hnmr500123');
            else if (monitor === 3 || monitor === 4) expect(key).toBe(port);
            else {
              expect(key).toMatch(/^edid:/);
              expect(known.get(monitor) ?? key).toBe(key);
              known.set(monitor, key);
            }
          }
        }
        expect(new Set(known.values()).size).toBe(known.size);
      }),
    );
  });

  it('are unlike even when a monitor is named as another’s key', () => {
    const { key: _key, ...named } = display('edid:del-dellu2720q-8xk3t13');
    const { key: _other, ...other } = display('DP-1');
    const keys = withKeys([named, { ...other, identity: dell }]).map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('createListDisplays', () => {
  let drm: string;
  beforeEach(() => (drm = mkdtempSync(join(tmpdir(), 'kabegami-drm-'))));
  afterEach(() => rmSync(drm, { recursive: true, force: true }));
  const plug = (entry: string, edid: Uint8Array | null): void => {
    mkdirSync(join(drm, entry));
    writeFileSync(join(drm, entry, 'edid'), edid ?? '');
  };
  const keysOf = async (
    programs: Readonly<Record<string, FakeProgram>>,
    running: ReturnType<typeof desktop>,
    host: Parameters<typeof createListDisplays>[0]['host'] = null,
  ): Promise<readonly string[]> => {
    const list = createListDisplays({
      run: createFakeRunner(programs),
      env: { DISPLAY: ':0' },
      monitors: noMonitors,
      host,
      drm,
    });
    const listed = await list(running);
    return listed.ok ? listed.value.map(({ id, key }) => `${id} ${key}`) : [];
  };

  it('on X11 asks the outputs of each monitor, and does not make screens flicker', async () => {
    const calls: string[] = [];
    const xrandr: FakeProgram = (args) => {
      calls.push(args.join(' '));
      return args.includes('--listmonitors')
        ? ' 0: +*HDMI-1 1920/527x1080/296+0+0  HDMI-1\n 1: +LEFT 1280/400x1440/450+1920+0  DP-1\n 2: +RIGHT 1280/400x1440/450+3200+0  none\n'
        : xrandrProps('DP-1', edidBytes(dell)) + xrandrProps('HDMI-1', null);
    };
    expect(await keysOf({ xrandr }, desktop('x11', 'x11'))).toEqual([
      'HDMI-1 HDMI-1',
      'LEFT edid:del-dellu2720q-8xk3t13',
      'RIGHT RIGHT',
    ]);
    expect(calls).toEqual(['--listmonitors', '--current --props']);
  });

  const sway = JSON.stringify(
    [
      { name: 'DP-1', make: 'Dell Inc.', model: 'DELL U2720Q', serial: '8XK3T13' },
      { name: 'HDMI-A-1', make: 'Goldstar Company Ltd', model: 'LG HDR 4K', serial: '004NTAB1X' },
      { name: 'eDP-1', make: 'AU Optronics', model: '0x106D', serial: 'Unknown' },
    ].map((output) => ({ ...output, current_mode: { width: 10, height: 10 }, rect: { x: 0, y: 0 } })),
  );

  it('on Wayland prefers what the kernel has read, so that a monitor has one key in every desktop', async () => {
    plug('card1-DP-1', edidBytes(dell));
    plug('card1-DP-2', null);
    plug('card1-eDP-1', edidBytes({ make: 'AUO', model: '', serial: '' }));
    expect(await keysOf({ swaymsg: () => sway }, desktop('sway', 'wayland'))).toEqual([
      'DP-1 edid:del-dellu2720q-8xk3t13',
      'HDMI-A-1 edid:goldstarcompanyltd-lghdr4k-004ntab1x',
      'eDP-1 eDP-1',
    ]);
  });

  it('does not choose between two cards', async () => {
    plug('card0-DP-1', edidBytes({ ...dell, serial: 'OTHER77' }));
    plug('card1-DP-1', edidBytes(dell));
    expect((await readDrmIdentities(drm)).size).toBe(0);
    expect((await readDrmIdentities(join(drm, 'none'))).size).toBe(0);
  });

  it('in KDE, which tells nothing of monitors, takes the kernel’s word', async () => {
    plug('card1-DP-3', edidBytes(dell));
    const outputs = [
      { name: 'DP-3', currentModeId: '1', modes: [{ id: '1', size: { width: 9, height: 9 } }], priority: 1 },
    ];
    const kscreen = { 'kscreen-doctor': () => JSON.stringify({ outputs }) };
    expect(await keysOf(kscreen, desktop('kde', 'wayland'))).toEqual(['DP-3 edid:del-dellu2720q-8xk3t13']);
  });

  it('in GNOME has the same key by Mutter alone', async () => {
    const spec = ['DP-1', 'DEL', 'DELL U2720Q', '8XK3T13'];
    const mode = ['a', 9, 9, 60, 1, [1], { 'is-current': { type: 'b', data: true } }];
    const data = [1, [[spec, [mode], {}]], [[0, 0, 1, 0, true, [spec], {}]], {}];
    expect(await keysOf({ busctl: () => JSON.stringify({ data }) }, desktop('gnome', 'wayland'))).toEqual([
      'DP-1 edid:del-dellu2720q-8xk3t13',
    ]);
  });

  const profile = (serials: readonly string[]) => () =>
    JSON.stringify({
      SPDisplaysDataType: [
        {
          spdisplays_ndrvs: serials.map((serial) => ({
            _name: 'DELL U2720Q',
            _spdisplays_pixels: '3840 x 2160',
            '_spdisplays_display-vendor-id': '10ac',
            '_spdisplays_display-product-id': '40a9',
            '_spdisplays_display-serial-number': serial,
          })),
        },
      ],
    });

  it('on macOS gives the host’s displays the keys of the system, by name, and asks once for the same displays', async () => {
    let asked = 0;
    const system_profiler: FakeProgram = () => {
      asked += 1;
      return profile(['4c584d4c'])();
    };
    const host = () => Promise.resolve([display('DELL U2720Q')]);
    const list = createListDisplays({
      run: createFakeRunner({ system_profiler }),
      env: {},
      monitors: noMonitors,
      host,
      drm,
    });
    for (let n = 0; n < 2; n += 1)
      expect(await list(desktop('macos', 'native'))).toMatchObject({
        value: [{ id: 'DELL U2720Q', key: 'edid:del-40a9-4c584d4c' }],
      });
    expect(asked).toBe(1);
    // Two of one name cannot be told apart.
    const both = () => Promise.resolve([display('DELL U2720Q'), display('DELL U2720Q (2)')]);
    const keys = await keysOf({ system_profiler: profile(['4c584d4c', '5a1b']) }, desktop('macos', 'native'), both);
    expect(keys).toEqual(['DELL U2720Q DELL U2720Q', 'DELL U2720Q (2) DELL U2720Q (2)']);
  });

  it('on Windows gives the host’s displays the keys of the registry, by place', async () => {
    const screens = [
      {
        name: '\\\\.\\DISPLAY1',
        primary: true,
        x: 0,
        y: 0,
        width: 1920,
        height: 1080,
        edid: Buffer.from(edidBytes(dell)).toString('hex'),
      },
      { name: '\\\\.\\DISPLAY2', primary: false, x: 1920, y: 0, width: 1280, height: 1080, edid: '' },
    ];
    const programs = { 'powershell.exe': () => JSON.stringify(screens) };
    const host = () => Promise.resolve([display('Generic', { x: 1920, width: 1280 }), display('Dell')]);
    expect(await keysOf(programs, desktop('windows', 'native'), host)).toEqual([
      'Generic Generic',
      'Dell edid:del-dellu2720q-8xk3t13',
    ]);
    expect(await keysOf(programs, desktop('windows', 'native'))).toEqual([
      'DISPLAY1 edid:del-dellu2720q-8xk3t13',
      'DISPLAY2 DISPLAY2',
    ]);
  });
});
