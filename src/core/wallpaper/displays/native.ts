import { z } from 'zod';
import type { Display } from '../../../shared/model.ts';
import { json } from './wayland.ts';
import { withOnePrimary } from './x11.ts';

const ndrv = z.object({
  _name: z.string(),
  _spdisplays_pixels: z.string(),
  _spdisplays_resolution: z.string().default(''),
  spdisplays_main: z.string().default(''),
});
const profile = z.object({
  SPDisplaysDataType: z.array(z.object({ spdisplays_ndrvs: z.array(z.unknown()).default([]) })),
});

/**
 * `system_profiler SPDisplaysDataType -json` on macOS. It knows sizes but no positions: displays stand side by side, the main one first
 * in the place it is listed.
 */
export function parseSystemProfiler(text: string): Display[] {
  const parsed = profile.safeParse(json(text));
  if (!parsed.success) return [];
  const displays: Display[] = [];
  let x = 0;
  for (const item of parsed.data.SPDisplaysDataType.flatMap((card) => card.spdisplays_ndrvs)) {
    const found = ndrv.safeParse(item);
    const pixels = found.success ? /(\d+)\s*x\s*(\d+)/.exec(found.data._spdisplays_pixels) : null;
    if (!found.success || !pixels) continue;
    const [width, height] = [Number(pixels[1]), Number(pixels[2])];
    const points = /(\d+)\s*x\s*(\d+)/.exec(found.data._spdisplays_resolution);
    const scaleFactor = points ? Math.round((width / Number(points[1])) * 100) / 100 : 1;
    const primary = found.data.spdisplays_main === 'spdisplays_yes';
    const id = unique(found.data._name, displays);
    displays.push({ id, key: id, x, y: 0, width, height, scaleFactor, primary });
    x += width;
  }
  return withOnePrimary(displays);
}

/** Two screens of one model carry one name. */
function unique(name: string, taken: readonly Display[]): string {
  const used = (id: string): boolean => taken.some((display) => display.id === id);
  let id = name;
  for (let n = 2; used(id); n += 1) id = `${name} (${n})`;
  return id;
}

/**
 * Asks Windows for every screen in physical pixels. Without the DPI call PowerShell would be told scaled ones.
 */
export const powershellScreens = [
  'Add-Type -Name Dpi -Namespace Kabegami -MemberDefinition \'[DllImport("user32.dll")] public static extern bool SetProcessDPIAware();\'',
  '[void][Kabegami.Dpi]::SetProcessDPIAware()',
  'Add-Type -AssemblyName System.Windows.Forms',
  'ConvertTo-Json -Compress @([System.Windows.Forms.Screen]::AllScreens | ForEach-Object { @{ name = $_.DeviceName; primary = $_.Primary; x = $_.Bounds.X; y = $_.Bounds.Y; width = $_.Bounds.Width; height = $_.Bounds.Height } })',
].join('; ');

const screen = z.object({
  name: z.string(),
  primary: z.boolean(),
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});

/** The answer of `powershellScreens`. `\\.\DISPLAY1` is called `DISPLAY1`. One screen may come without its array. */
export function parsePowershellScreens(text: string): Display[] {
  const answer = json(text);
  const displays = (Array.isArray(answer) ? answer : [answer]).flatMap((item: unknown) => {
    const parsed = screen.safeParse(item);
    if (!parsed.success) return [];
    const { name, ...rest } = parsed.data;
    const id = name.replace(/^\\\\\.\\/, '');
    return [{ ...rest, id, key: id, scaleFactor: 1 }];
  });
  return withOnePrimary(displays);
}
