import { z } from 'zod';
import type { Display } from '../../../shared/model.ts';
import { withOnePrimary } from './x11.ts';

/**
 * Wayland compositors give positions in logical pixels and modes in physical ones. Positions are scaled by the display's own factor, which
 * is exact for one factor everywhere and close for mixed ones. Width and height are exact always.
 */
function fromLogical(
  id: string,
  mode: { readonly width: number; readonly height: number },
  position: { readonly x: number; readonly y: number },
  scaleFactor: number,
  turned: boolean,
  primary: boolean,
): Display {
  return {
    id,
    key: id,
    x: Math.round(position.x * scaleFactor),
    y: Math.round(position.y * scaleFactor),
    width: turned ? mode.height : mode.width,
    height: turned ? mode.width : mode.height,
    scaleFactor,
    primary,
  };
}

const size = z.object({ width: z.number().int().positive(), height: z.number().int().positive() });
const position = z.object({ x: z.number(), y: z.number() });

const swayOutput = z.object({
  name: z.string(),
  active: z.boolean().default(true),
  current_mode: size,
  rect: position,
  scale: z.number().positive().default(1),
  transform: z.string().default('normal'),
  focused: z.boolean().default(false),
});

/** `swaymsg -t get_outputs --raw` */
export function parseSwayOutputs(text: string): Display[] {
  return parseEach(text, swayOutput, (output) =>
    output.active
      ? fromLogical(
          output.name,
          output.current_mode,
          output.rect,
          output.scale,
          /(90|270)$/.test(output.transform),
          output.focused,
        )
      : null,
  );
}

const wlrOutput = z.object({
  name: z.string(),
  enabled: z.boolean().default(true),
  modes: z.array(size.extend({ current: z.boolean().default(false) })),
  position: position.default({ x: 0, y: 0 }),
  scale: z.number().positive().default(1),
  transform: z.string().default('normal'),
});

/** `wlr-randr --json` */
export function parseWlrRandr(text: string): Display[] {
  return parseEach(text, wlrOutput, (output) => {
    const mode = output.modes.find((each) => each.current);
    if (!output.enabled || !mode) return null;
    return fromLogical(output.name, mode, output.position, output.scale, /(90|270)$/.test(output.transform), false);
  });
}

const hyprlandMonitor = size.extend({
  name: z.string(),
  x: z.number(),
  y: z.number(),
  scale: z.number().positive().default(1),
  transform: z.number().int().default(0),
  focused: z.boolean().default(false),
  disabled: z.boolean().default(false),
});

/** `hyprctl monitors -j` */
export function parseHyprlandMonitors(text: string): Display[] {
  return parseEach(text, hyprlandMonitor, (monitor) =>
    monitor.disabled
      ? null
      : fromLogical(monitor.name, monitor, monitor, monitor.scale, monitor.transform % 2 === 1, monitor.focused),
  );
}

const kscreen = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      enabled: z.boolean().default(true),
      connected: z.boolean().default(true),
      currentModeId: z.coerce.string().default(''),
      modes: z.array(z.object({ id: z.coerce.string(), size })).default([]),
      pos: position.default({ x: 0, y: 0 }),
      scale: z.number().positive().default(1),
      rotation: z.number().default(1),
      priority: z.number().default(0),
    }),
  ),
});

/** `kscreen-doctor -j`. Rotation is 1, 2, 4, 8 for normal, left, inverted, right. */
export function parseKscreen(text: string): Display[] {
  const parsed = kscreen.safeParse(json(text));
  if (!parsed.success) return [];
  const displays = parsed.data.outputs.flatMap((output) => {
    const mode = output.modes.find((each) => each.id === output.currentModeId);
    if (!output.enabled || !output.connected || !mode) return [];
    const turned = output.rotation === 2 || output.rotation === 8;
    return [fromLogical(output.name, mode.size, output.pos, output.scale, turned, output.priority === 1)];
  });
  return withOnePrimary(displays);
}

const mutterMode = z.looseObject({}).transform((properties) => 'is-current' in properties);
const mutterState = z.object({
  data: z.tuple([
    z.number(),
    z.array(
      z.tuple([
        z.tuple([z.string(), z.string(), z.string(), z.string()]),
        z.array(z.tuple([z.string(), z.number(), z.number(), z.number(), z.number(), z.array(z.number()), mutterMode])),
        z.unknown(),
      ]),
    ),
    z.array(
      z.tuple([
        z.number(),
        z.number(),
        z.number().positive(),
        z.number(),
        z.boolean(),
        z.array(z.tuple([z.string(), z.string(), z.string(), z.string()])),
        z.unknown(),
      ]),
    ),
    z.unknown(),
  ]),
});

/** Mutter's `DisplayConfig.GetCurrentState` as `busctl --json=short` prints it: physical monitors, then logical ones that place them. */
export function parseMutterState(text: string): Display[] {
  const parsed = mutterState.safeParse(json(text));
  if (!parsed.success) return [];
  const [, monitors, logical] = parsed.data.data;
  const displays = logical.flatMap(([x, y, scale, transform, primary, [first]]) => {
    const connector = first?.[0];
    const mode = monitors.find(([spec]) => spec[0] === connector)?.[1].find((each) => each[6]);
    if (connector === undefined || !mode) return [];
    const physical = { width: mode[1], height: mode[2] };
    return [fromLogical(connector, physical, { x, y }, scale, transform % 2 === 1, primary)];
  });
  return withOnePrimary(displays);
}

function parseEach<S extends z.ZodType>(
  text: string,
  schema: S,
  toDisplay: (item: z.output<S>) => Display | null,
): Display[] {
  const list = z.array(z.unknown()).safeParse(json(text));
  if (!list.success) return [];
  const displays = list.data.flatMap((item) => {
    // An output that is switched off has no mode: it does not fit the schema, and is no display.
    const parsed = schema.safeParse(item);
    const display = parsed.success ? toDisplay(parsed.data) : null;
    return display ? [display] : [];
  });
  return withOnePrimary(displays);
}

/** Unparsable text is null: the caller then finds no display. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
