import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { display } from '../testing/displays.ts';
import { createFakeCompose } from '../testing/fake-compose.ts';
import { createFakeRunner, fakeDesktop, fakeProcess } from '../testing/fake-runner.ts';
import { createHyprpaperBackend } from './hyprpaper.ts';
import { createKdeBackend, fillModesScript, getScript } from './kde.ts';
import { createMacosBackend, createWindowsBackend } from './native.ts';
import { createSwayBackend } from './sway.ts';
import { createSwaybgBackend } from './swaybg.ts';
import { createSwwwBackend } from './swww.ts';

// What another program has put on the desktop is copied, so that there is a way back to it when its file is gone: from where the desktop says it lies.

const one = display('DP-1');
const two = display('DP-2', { x: 1920, width: 1280, height: 1024 });
const both = [one, two];

let folder: string;
let fake: ReturnType<typeof createFakeCompose>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabegami-capture-'));
  fake = createFakeCompose();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('KDE Plasma: a file or a package, by the place of its screen, as it is placed there', async () => {
  const file = join(folder, 'a b.png');
  writeFileSync(file, '');
  const images = join(folder, 'Next', 'contents', 'images');
  mkdirSync(images, { recursive: true });
  for (const name of ['5120x2880.png', '1280x1024.jpg', '1024x768.png', 'readme.txt'])
    writeFileSync(join(images, name), '');
  const plasma = { images: [`file://${folder}/a%20b.png`, join(folder, 'Next')], modes: ['1', ''] };
  const run = createFakeRunner({
    qdbus6: (args) =>
      `${JSON.stringify(args.at(-1) === getScript ? plasma.images : args.at(-1) === fillModesScript ? plasma.modes : [])}\n`,
  });
  const kde = createKdeBackend({ run, desktop: fakeDesktop('kde', 'wayland'), env: {}, compose: fake.compose });
  // Screens are told from left to right, however they are listed.
  const listed = [two, one];
  expect(await kde.capture?.(one, '/out.png', listed)).toBe(true);
  expect(await kde.capture?.(two, '/out.png', listed)).toBe(true);
  plasma.images = [join(folder, 'Next'), ''];
  expect(await kde.capture?.({ ...one, width: 9000 }, '/out.png', listed)).toBe(true);
  expect(fake.asked).toEqual([
    [file, 'fit', 'DP-1'],
    [join(images, '1280x1024.jpg'), 'fill', 'DP-2'],
    [join(images, '5120x2880.png'), 'fit', 'DP-1'],
  ]);
  // Another kind of wallpaper, a file that is gone, a way of placing that we do not have.
  expect(await kde.capture?.(two, '/out.png', listed)).toBe(false);
  plasma.images = [join(folder, 'gone.png'), ''];
  expect(await kde.capture?.(one, '/out.png', listed)).toBe(false);
  plasma.images = [file, ''];
  plasma.modes = ['4', ''];
  expect(await kde.capture?.(one, '/out.png', listed)).toBe(false);
  expect(fake.asked).toHaveLength(3);
});

it.each(['sway', 'swaybg'])('%s: what the newest swaybg draws on the output', async (id) => {
  const make = id === 'sway' ? createSwayBackend : createSwaybgBackend;
  const processes = [
    fakeProcess(5, 'swaybg', '-o', '*', '-i', '/old.png', '-m', 'fill'),
    fakeProcess(9, 'swaybg', '-o', 'DP-1', '-i', '/a b.png', '-m', 'fit', '-o', 'DP-3', '-c', '#000000'),
  ];
  const backend = make({
    run: createFakeRunner({}),
    desktop: fakeDesktop('sway', 'wayland'),
    processes: () => Promise.resolve(processes),
    compose: fake.compose,
  });
  expect(await backend.capture?.(one, '/out.png', both)).toBe(true);
  expect(await backend.capture?.(two, '/out.png', both)).toBe(true);
  expect(await backend.capture?.(display('DP-3'), '/out.png', both)).toBe(false);
  expect(fake.asked).toEqual([
    ['/a b.png', 'fit', 'DP-1'],
    ['/old.png', 'fill', 'DP-2'],
  ]);
});

it('swww and hyprpaper: what they display', async () => {
  const run = createFakeRunner({
    swww: () =>
      'DP-1: 1920x1080, scale: 1, currently displaying: image: /a b.png\nDP-2: 1x1, scale: 1, currently displaying: color: 000000\n',
    hyprctl: () => 'DP-1 = /c.png\n',
  });
  const desktop = fakeDesktop('hyprland', 'wayland');
  const { compose, asked } = fake;
  const swww = createSwwwBackend('swww', { run, desktop, compose });
  const hyprpaper = createHyprpaperBackend({ run, desktop, compose, processes: () => Promise.resolve([]) });
  for (const backend of [swww, hyprpaper]) {
    expect(await backend.capture?.(one, '/out.png', both)).toBe(true);
    expect(await backend.capture?.(two, '/out.png', both)).toBe(false);
  }
  expect(asked).toEqual([
    ['/a b.png', 'fill', 'DP-1'],
    ['/c.png', 'fill', 'DP-1'],
  ]);
});

it('macOS: what the system names for the screen', async () => {
  const backend = createMacosBackend({
    desktop: fakeDesktop('macos', 'native'),
    compose: fake.compose,
    load: () =>
      Promise.resolve({
        setWallpaper: () => Promise.resolve(),
        screens: () => Promise.resolve(['DP-2', 'DP-1']),
        getWallpaper: (options) =>
          options?.screen === 1 ? Promise.resolve('/Pictures/a.jpg') : Promise.reject(new Error('no such screen')),
      }),
  });
  expect(await backend.capture?.(one, '/out.png', both)).toBe(true);
  expect(await backend.capture?.(two, '/out.png', both)).toBe(false);
  expect(fake.asked).toEqual([['/Pictures/a.jpg', 'fill', 'DP-1']]);
});

it('Windows: what the system names, as the registry says that it is placed', async () => {
  const registry: Record<string, string> = { WallpaperStyle: '6', TileWallpaper: '0' };
  const run = createFakeRunner({
    'reg.exe': (args) =>
      `\r\nHKEY_CURRENT_USER\\Control Panel\\Desktop\r\n    ${args[3]}    REG_SZ    ${registry[args[3] ?? '']}\r\n\r\n`,
  });
  const backend = createWindowsBackend({
    desktop: fakeDesktop('windows', 'native'),
    run,
    compose: fake.compose,
    load: () =>
      Promise.resolve({
        setWallpaper: () => Promise.resolve(),
        getWallpaper: () => Promise.resolve('/Users/Me/a.jpg'),
      }),
  });
  for (const [style, tile] of [
    ['6', '0'],
    ['0', '1'],
    ['22', '0'],
  ]) {
    Object.assign(registry, { WallpaperStyle: style, TileWallpaper: tile });
    expect(await backend.capture?.(one, '/out.png', both)).toBe(true);
  }
  expect(run.calls[0]).toEqual(['reg.exe', 'query', 'HKCU\\Control Panel\\Desktop', '/v', 'WallpaperStyle']);
  registry['WallpaperStyle'] = '99';
  expect(await backend.capture?.(one, '/out.png', both)).toBe(false);
  expect(fake.asked.map(([, fit]) => fit)).toEqual(['fit', 'tile', 'span']);
});
