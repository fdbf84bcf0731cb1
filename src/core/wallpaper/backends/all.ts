import type { Backend } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ListProcesses } from '../processes.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { Env, Runner } from '../run.ts';
import type { RootReader } from '../x11/root.ts';
import { createGsettingsBackend, gsettingsFamilies } from './gsettings.ts';
import { createHyprpaperBackend } from './hyprpaper.ts';
import { createKdeBackend } from './kde.ts';
import { createMacosBackend, createWindowsBackend, type LoadWallpaperPackage } from './native.ts';
import { createSwayBackend } from './sway.ts';
import { createSwaybgBackend } from './swaybg.ts';
import { createSwwwBackend } from './swww.ts';
import { createX11RootBackend } from './x11-root.ts';
import { createXfceBackend } from './xfce.ts';

/** Every way of setting the wallpaper, the more special before the more general. */
export function allBackends(parts: {
  readonly run: Runner;
  readonly desktop: DetectDesktop;
  readonly processes: ListProcesses;
  readonly env: Env;
  readonly root: RootReader;
  readonly compose: ComposeForeign;
  readonly load: LoadWallpaperPackage;
}): readonly Backend[] {
  return [
    createMacosBackend(parts),
    createWindowsBackend(parts),
    ...gsettingsFamilies.map((family) => createGsettingsBackend(family, parts)),
    createXfceBackend(parts),
    createKdeBackend(parts),
    createSwayBackend(parts),
    createHyprpaperBackend(parts),
    createSwwwBackend('awww', parts),
    createSwwwBackend('swww', parts),
    createSwaybgBackend(parts),
    createX11RootBackend(parts),
  ];
}
