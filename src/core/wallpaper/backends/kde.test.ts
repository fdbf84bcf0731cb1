import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createFakeRunner, fakeDesktop, type FakeProgram } from '../testing/fake-runner.ts';
import { display, hostilePaths, request } from '../testing/displays.ts';
import { parseAppletsrc } from './appletsrc.ts';
import { fileUri } from './file-uri.ts';
import { createKdeBackend } from './kde.ts';
import { parseGVariantString, quoteGVariant } from './gvariant.ts';
import { createFakeCompose } from '../testing/fake-compose.ts';

const { compose } = createFakeCompose();

/** A plasmashell that runs scripts: screens are numbered against their places, and one containment has no screen. */
function fakePlasma(deaf = false) {
  const containment = (screen: number) => {
    const config = new Map<string, unknown>();
    return {
      screen,
      wallpaperPlugin: 'org.kde.color',
      currentConfigGroup: [] as string[],
      writeConfig: (key: string, value: unknown) => void (deaf || config.set(key, value)),
      readConfig: (key: string) => config.get(key) ?? '',
    };
  };
  const all = [containment(0), containment(-1), containment(1)];
  const geometry = [
    { x: 1920, y: 0 },
    { x: 0, y: 0 },
  ];
  return {
    /** The picture of each screen, by Plasma's number. */
    images: () => all.filter(({ screen }) => screen >= 0).map((each) => each.readConfig('Image')),
    evaluate(script: string): string {
      let printed = '';
      const globals = {
        desktops: () => [...all],
        screenGeometry: (screen: number) => geometry[screen],
        print: (text: string) => (printed += text),
        JSON,
      };
      runInNewContext(script, globals);
      return printed;
    },
  };
}
const screens = [display('HDMI-1', { x: 1920 }), display('eDP-1')];
const busctl =
  (plasma: ReturnType<typeof fakePlasma>): FakeProgram =>
  (args) =>
    `${JSON.stringify({ type: 's', data: [plasma.evaluate(args.at(-1) ?? '')] })}\n`;
const backend = (programs: Record<string, FakeProgram>, env = {}) => {
  const run = createFakeRunner(programs);
  return { run, kde: createKdeBackend({ run, desktop: fakeDesktop('kde', 'wayland'), env, compose }) };
};

describe('KDE Plasma', () => {
  it('sets each screen by its place, over D-Bus, and reads it back', async () => {
    const plasma = fakePlasma();
    const { run, kde } = backend({ busctl: busctl(plasma) });
    const wanted = request(screens, ['/right.png', '/left.png']);
    expect(await kde.apply(wanted)).toEqual({ ok: true, value: undefined });
    expect(plasma.images()).toEqual(['file:///right.png', 'file:///left.png']);
    expect(run.calls[0]?.slice(0, -1)).toEqual([
      'busctl',
      '--user',
      '--json=short',
      'call',
      'org.kde.plasmashell',
      '/PlasmaShell',
      'org.kde.PlasmaShell',
      'evaluateScript',
      's',
    ]);
    const verdicts = await kde.verify(wanted);
    expect(verdicts.ok && [...verdicts.value.values()].map(({ shows }) => shows)).toEqual(['target', 'target']);
    const other = await kde.verify(request(screens, ['/left.png']));
    expect(other.ok && other.value.get('HDMI-1')?.shows).toBe('other');
  });

  it('sets one screen and leaves the other', async () => {
    const plasma = fakePlasma();
    await backend({ busctl: busctl(plasma) }).kde.apply(request(screens, [undefined, '/left.png']));
    expect(plasma.images()).toEqual(['', 'file:///left.png']);
  });

  it('no name becomes code, over any of the carriers', async () => {
    const carriers: Record<string, (plasma: ReturnType<typeof fakePlasma>) => FakeProgram> = {
      busctl,
      gdbus: (plasma) => (args) =>
        `(${quoteGVariant(plasma.evaluate(parseGVariantString(args.at(-1) ?? '') ?? ''))},)\n`,
      qdbus6: (plasma) => (args) => `${plasma.evaluate(args.at(-1) ?? '')}\n`,
    };
    for (const [program, carrier] of Object.entries(carriers)) {
      for (const path of [...hostilePaths, "/a'); print('x.png", '/\u2028"x.png']) {
        const plasma = fakePlasma();
        const { kde } = backend({ [program]: carrier(plasma) });
        const wanted = request(screens, [path]);
        expect((await kde.apply(wanted)).ok).toBe(true);
        expect(plasma.images()[0]).toBe(fileUri(path));
        const verdicts = await kde.verify(wanted);
        expect(verdicts.ok && verdicts.value.get('HDMI-1')?.shows).toBe('target');
      }
    }
  });

  it('falls back to plasma-apply-wallpaperimage when scripts are refused, for one picture on all screens', async () => {
    const locked: FakeProgram = () => new Error('Widgets are locked');
    const { run, kde } = backend({ busctl: locked, 'plasma-apply-wallpaperimage': () => '' });
    expect((await kde.apply(request(screens, ['/a.png', '/a.png']))).ok).toBe(true);
    expect(run.calls.at(-1)).toEqual(['plasma-apply-wallpaperimage', '/a.png']);
    expect(await kde.apply(request(screens, ['/a.png', '/b.png']))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('Widgets are locked') as string },
    });
    expect((await backend({ busctl: locked }).kde.apply(request(screens, ['/a.png', '/a.png']))).ok).toBe(false);
  });

  it('reads its configuration file where plasmashell answers nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kabegami-kde-'));
    try {
      writeFileSync(
        join(folder, 'plasma-org.kde.plasma.desktop-appletsrc'),
        '[Containments][1]\nlastScreen=0\n[Containments][1][Wallpaper][org.kde.image][General]\nImage=file:///a.png\n',
      );
      const { kde } = backend({ 'plasma-apply-wallpaperimage': () => '' }, { XDG_CONFIG_HOME: folder });
      const one = [display('eDP-1')];
      const verdicts = await kde.verify(request(one, ['/a.png']));
      expect(verdicts.ok && verdicts.value.get('eDP-1')?.shows).toBe('target');
      const unknown = await backend({ 'plasma-apply-wallpaperimage': () => '' }).kde.verify(request(one, ['/a.png']));
      expect(unknown.ok && unknown.value.get('eDP-1')?.shows).toBe('unknown');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is not fooled by a shell that takes a script and changes nothing', async () => {
    const { kde } = backend({ busctl: busctl(fakePlasma(true)) });
    const wanted = request(screens, ['/a.png', '/a.png']);
    expect((await kde.apply(wanted)).ok).toBe(true);
    const verdicts = await kde.verify(wanted);
    expect(verdicts.ok && verdicts.value.get('eDP-1')?.shows).toBe('other');
  });

  it('says what is missing', async () => {
    expect(await backend({}).kde.detect()).toMatchObject({ available: false, suits: true });
    expect(await backend({ gdbus: () => '' }).kde.detect()).toMatchObject({ available: true });
    const run = createFakeRunner({ gdbus: () => '' });
    expect(await createKdeBackend({ compose, run, desktop: fakeDesktop('gnome'), env: {} }).detect()).toMatchObject({
      available: false,
      suits: false,
    });
  });
});

describe('parseAppletsrc', () => {
  it('finds the picture of each screen and nothing of panels', () => {
    const text = `[ActionPlugins][0]
RightButton;NoModifier=org.kde.contextmenu

[Containments][2]
lastScreen=1
wallpaperplugin=org.kde.image
[Containments][2][Wallpaper][org.kde.image][General]
Image=file:///two.png
[Containments][1]
lastScreen=0
[Containments][1][Applets][5]
Image=file:///no.png
[Containments][1][Wallpaper][org.kde.image][General]
Image=file:///one.png
FillMode=2
[Containments][3]
lastScreen=-1
[Containments][3][Wallpaper][org.kde.image][General]
Image=file:///gone.png
[Containments][4]
lastScreen=0
`;
    expect(parseAppletsrc(text)).toEqual([
      { screen: 0, image: 'file:///one.png' },
      { screen: 1, image: 'file:///two.png' },
    ]);
    expect(parseAppletsrc('')).toEqual([]);
  });
});
