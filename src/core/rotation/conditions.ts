import type { Machine } from '../ports.ts';
import type { Env, Runner } from '../wallpaper/run.ts';
import { linuxOnBattery } from './battery.ts';

/** What may hold the rotation back. What cannot be known holds nothing back. */
export interface Conditions {
  onBattery(): Promise<boolean>;
  /** A program fills a screen: a game, a film, a presentation. */
  fullScreen(): Promise<boolean>;
}

const powerFolder = '/sys/class/power_supply';

export function createConditions(parts: {
  readonly machine: Machine | null;
  readonly platform: NodeJS.Platform;
  readonly env: Env;
  readonly run: Runner;
  readonly powerFolder?: string;
}): Conditions {
  const { machine, platform, env, run } = parts;
  const folder = parts.powerFolder ?? powerFolder;

  return {
    onBattery() {
      const told = machine?.onBattery() ?? (platform === 'linux' ? linuxOnBattery(folder) : null);
      return Promise.resolve(told ?? false);
    },
    async fullScreen() {
      if (platform !== 'linux') return false;
      if (env['SWAYSOCK'] && (await run.which('swaymsg')) !== null) {
        const answer = await run.run('swaymsg', ['-t', 'get_tree', '--raw']);
        return answer.ok && /"fullscreen_mode"\s*:\s*[12]/.test(answer.value.stdout);
      }
      if (env['HYPRLAND_INSTANCE_SIGNATURE'] && (await run.which('hyprctl')) !== null) {
        const answer = await run.run('hyprctl', ['activewindow', '-j']);
        return answer.ok && /"fullscreen"\s*:\s*(true|[1-9])/.test(answer.value.stdout);
      }
      if (env['DISPLAY'] && (await run.which('xprop')) !== null) {
        const active = await run.run('xprop', ['-root', '_NET_ACTIVE_WINDOW']);
        const window = active.ok ? /(0x[0-9a-f]+)/i.exec(active.value.stdout)?.[1] : undefined;
        if (window === undefined || Number.parseInt(window, 16) === 0) return false;
        const state = await run.run('xprop', ['-id', window, '_NET_WM_STATE']);
        return state.ok && state.value.stdout.includes('_NET_WM_STATE_FULLSCREEN');
      }
      return false;
    },
  };
}
