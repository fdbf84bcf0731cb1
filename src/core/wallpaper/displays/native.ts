import { z } from 'zod';
import { parseEdidHex, pnpLetters, type Identity } from './edid.ts';
import { firstFree, withOnePrimary, type FoundDisplay } from './identity.ts';
import { json } from './wayland.ts';

const ndrv = z.object({
  _name: z.string(),
  _spdisplays_pixels: z.string(),
  _spdisplays_resolution: z.string().default(''),
  spdisplays_main: z.string().default(''),
  '_spdisplays_display-vendor-id': z.string().default(''),
  '_spdisplays_display-product-id': z.string().default(''),
  '_spdisplays_display-serial-number': z.string().default(''),
});
const profile = z.object({
  SPDisplaysDataType: z.array(z.object({ spdisplays_ndrvs: z.array(z.unknown()).default([]) })),
});

/**
 * `system_profiler SPDisplaysDataType -json` on macOS. It knows sizes but no positions: displays stand side by side, the main one first
 * in the place it is listed.
 */
export function parseSystemProfiler(text: string): FoundDisplay[] {
  const parsed = profile.safeParse(json(text));
  if (!parsed.success) return [];
  const displays: FoundDisplay[] = [];
  let x = 0;
  for (const item of parsed.data.SPDisplaysDataType.flatMap((card) => card.spdisplays_ndrvs)) {
    const found = ndrv.safeParse(item);
    const pixels = found.success ? /(\d+)\s*x\s*(\d+)/.exec(found.data._spdisplays_pixels) : null;
    if (!found.success || !pixels) continue;
    const [width, height] = [Number(pixels[1]), Number(pixels[2])];
    const points = /(\d+)\s*x\s*(\d+)/.exec(found.data._spdisplays_resolution);
    const scaleFactor = points ? Math.round((width / Number(points[1])) * 100) / 100 : 1;
    const primary = found.data.spdisplays_main === 'spdisplays_yes';
    const id = firstFree(found.data._name, new Set(displays.map((display) => display.id)));
    displays.push({ id, x, y: 0, width, height, scaleFactor, primary, identity: profiled(found.data) });
    x += width;
  }
  return withOnePrimary(displays);
}

/** Numbers of the EDID, in hexadecimal without `0x`. */
function profiled(screen: z.output<typeof ndrv>): Identity {
  const vendor = Number.parseInt(screen['_spdisplays_display-vendor-id'], 16);
  return {
    make: Number.isInteger(vendor) && vendor >= 0 && vendor <= 0xffff ? pnpLetters(vendor) : '',
    model: screen['_spdisplays_display-product-id'],
    serial: screen['_spdisplays_display-serial-number'],
  };
}

/**
 * Asks Windows for every screen in physical pixels; without the DPI call PowerShell would be told scaled ones. The EDID of the monitor on each stands in
 * the registry, under the name of its device interface. A monitor that cannot be asked has no EDID and is listed all the same.
 */
export const powershellScreens = [
  `Add-Type -Namespace Kabegami -Name Native -MemberDefinition '
[DllImport("user32.dll")] public static extern bool SetProcessDPIAware();
[StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)] public struct Device { public int Size;
[MarshalAs(UnmanagedType.ByValTStr, SizeConst = 32)] public string Name; [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 128)] public string Text;
public int Flags; [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 128)] public string Id; [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 128)] public string Key; }
[DllImport("user32.dll", CharSet = CharSet.Unicode)] public static extern bool EnumDisplayDevicesW(string name, int index, ref Device device, int flags);'`,
  '[void][Kabegami.Native]::SetProcessDPIAware()',
  'Add-Type -AssemblyName System.Windows.Forms',
  `function Edid($name) { try { $d = New-Object Kabegami.Native+Device; $d.Size = [Runtime.InteropServices.Marshal]::SizeOf($d)
if (-not [Kabegami.Native]::EnumDisplayDevicesW($name, 0, [ref]$d, 1)) { return '' }
$part = $d.Id.Split('#'); $path = 'HKLM:\\SYSTEM\\CurrentControlSet\\Enum\\DISPLAY\\' + $part[1] + '\\' + $part[2] + '\\Device Parameters'
return -join ((Get-ItemProperty -LiteralPath $path -ErrorAction Stop).EDID | ForEach-Object { $_.ToString('x2') }) } catch { return '' } }`,
  'ConvertTo-Json -Compress @([System.Windows.Forms.Screen]::AllScreens | ForEach-Object { @{ name = $_.DeviceName; primary = $_.Primary; x = $_.Bounds.X; y = $_.Bounds.Y; width = $_.Bounds.Width; height = $_.Bounds.Height; edid = [string](Edid $_.DeviceName) } })',
].join('\n');

const screen = z.object({
  name: z.string(),
  primary: z.boolean(),
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  edid: z.string().default('').catch(''),
});

/** The answer of `powershellScreens`. `\\.\DISPLAY1` is called `DISPLAY1`. One screen may come without its array. */
export function parsePowershellScreens(text: string): FoundDisplay[] {
  const answer = json(text);
  const displays = (Array.isArray(answer) ? answer : [answer]).flatMap((item: unknown) => {
    const parsed = screen.safeParse(item);
    if (!parsed.success) return [];
    const { name, edid, ...rest } = parsed.data;
    return [{ ...rest, id: name.replace(/^\\\\\.\\/, ''), scaleFactor: 1, identity: parseEdidHex(edid) }];
  });
  return withOnePrimary(displays);
}
