import { resolve } from 'node:path';
import { appError } from '../../../shared/errors.ts';
import type { Display, Fit } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Backend, Verdict } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { Runner } from '../run.ts';

/** The part of the npm package `wallpaper` that is used, on the two systems where it does what it says. */
export interface WallpaperPackage {
  setWallpaper(
    path: string,
    options?: { readonly screen?: 'all' | 'main' | number; readonly scale?: 'auto' | 'fill' | 'span' },
  ): Promise<void>;
  getWallpaper(options?: { readonly screen?: 'all' | 'main' | number }): Promise<string>;
  screens?(): Promise<string[]>;
}

/** Loaded only where it is used: it brings programs for both systems. */
export type LoadWallpaperPackage = () => Promise<WallpaperPackage>;

interface Parts {
  readonly desktop: DetectDesktop;
  readonly load: LoadWallpaperPackage;
  readonly compose: ComposeForeign;
}

/** macOS: each screen by its index in the package's list, which names screens as the displays are named. */
export function createMacosBackend({ desktop, load, compose }: Parts): Backend {
  async function indexOf(wallpaper: WallpaperPackage, display: Display, displays: readonly Display[]): Promise<number> {
    const screens = (await wallpaper.screens?.()) ?? [];
    const named = screens.flatMap((name, index) => (name === display.id ? [index] : []));
    return named.length === 1 && named[0] !== undefined ? named[0] : displays.findIndex(({ id }) => id === display.id);
  }

  return {
    id: 'macos',
    cure: 'Allow Kabegami to control the desktop in System Settings, Privacy & Security, and try again.',
    takes: 'display',
    detect: () => detectFor('macos', desktop),
    apply: ({ targets, displays }) =>
      guarded(async () => {
        const wallpaper = await load();
        for (const { display, file } of targets)
          await wallpaper.setWallpaper(file, { screen: await indexOf(wallpaper, display, displays), scale: 'fill' });
      }),
    verify: ({ targets, displays }) =>
      guarded(async () => {
        const wallpaper = await load();
        const verdicts = new Map<string, Verdict>();
        for (const { display, file } of targets) {
          const now = await wallpaper.getWallpaper({ screen: await indexOf(wallpaper, display, displays) });
          verdicts.set(
            display.id,
            compare(now, file, (path) => path),
          );
        }
        return verdicts;
      }),
    async capture(display, file, displays) {
      const now = await guarded(async () => {
        const wallpaper = await load();
        return wallpaper.getWallpaper({ screen: await indexOf(wallpaper, display, displays) });
      });
      // How it was placed the system does not tell: as it does unless told otherwise.
      return now.ok && compose(now.value, 'fill', display, displays, file);
    },
  };
}

/** How Windows calls the ways of placing a picture, in `WallpaperStyle` of the registry. `0` is also a tiled one. */
const fitOfStyle: Readonly<Record<string, Fit>> = {
  '0': 'center',
  '2': 'stretch',
  '6': 'fit',
  '10': 'fill',
  '22': 'span',
};
const registryKey = 'HKCU\\Control Panel\\Desktop';

/** Windows: one picture over the whole desktop, spanned. */
export function createWindowsBackend({ desktop, load, compose, run }: Parts & { readonly run: Runner }): Backend {
  async function registryValue(name: string): Promise<string | null> {
    const answer = await run.run('reg.exe', ['query', registryKey, '/v', name]);
    return answer.ok ? (/REG_SZ\s+(\S+)/.exec(answer.value.stdout)?.[1] ?? null) : null;
  }

  return {
    id: 'windows',
    cure: 'Check in Settings, Personalization that an administrator has not locked the background.',
    takes: 'desktop',
    detect: () => detectFor('windows', desktop),
    apply: ({ targets }) =>
      guarded(async () => {
        const wallpaper = await load();
        for (const { file } of targets.slice(0, 1)) await wallpaper.setWallpaper(file, { scale: 'span' });
      }),
    verify: ({ targets }) =>
      guarded(async () => {
        const now = await (await load()).getWallpaper();
        // Paths there are the same in any case and with either slash.
        const plain = (path: string): string => path.replaceAll('/', '\\').toLowerCase();
        return new Map(targets.map(({ display, file }) => [display.id, compare(now, file, plain)]));
      }),
    async capture(display, file, displays) {
      const now = await guarded(async () => (await load()).getWallpaper());
      const [style, tiled] = await Promise.all([registryValue('WallpaperStyle'), registryValue('TileWallpaper')]);
      const fit = tiled === '1' ? 'tile' : fitOfStyle[style ?? ''];
      return now.ok && fit !== undefined && (await compose(now.value, fit, display, displays, file));
    },
  };
}

function compare(now: string, file: string, plain: (path: string) => string): Verdict {
  return plain(resolve(now)) === plain(resolve(file))
    ? { shows: 'target', detail: 'the system names it' }
    : { shows: 'other', detail: `the system names ${now === '' ? 'no picture' : now}` };
}

async function detectFor(id: 'macos' | 'windows', desktop: DetectDesktop) {
  const running = await desktop();
  return running.id === id
    ? { available: true, suits: true, reason: `This is ${running.name}.` }
    : { available: false, suits: false, reason: `This is ${running.name}.` };
}

async function guarded<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return fail(appError('wallpaper_failed', `The system's wallpaper program failed: ${said.split('\n')[0]}`));
  }
}
