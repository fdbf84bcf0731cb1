import { z } from 'zod';
import type { Identity } from './edid.ts';
import { asTheyAre, inPixels, type Output } from './geometry.ts';
import type { FoundDisplay } from './identity.ts';

const told = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const identityFields = { make: told, model: told, serial: told };

function identityOf({ make, model, serial }: Identity): Identity {
  return { make, model, serial };
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
  ...identityFields,
});

/** `swaymsg -t get_outputs --raw` */
export function parseSwayOutputs(text: string): FoundDisplay[] {
  return parseEach(text, swayOutput, (output) =>
    output.active
      ? {
          id: output.name,
          mode: output.current_mode,
          position: output.rect,
          scaleFactor: output.scale,
          turned: /(90|270)$/.test(output.transform),
          primary: output.focused,
          identity: identityOf(output),
        }
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
  ...identityFields,
});

/** `wlr-randr --json` */
export function parseWlrRandr(text: string): FoundDisplay[] {
  return parseEach(text, wlrOutput, (output) => {
    const mode = output.modes.find((each) => each.current);
    if (!output.enabled || !mode) return null;
    return {
      id: output.name,
      mode,
      position: output.position,
      scaleFactor: output.scale,
      turned: /(90|270)$/.test(output.transform),
      primary: false,
      identity: identityOf(output),
    };
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
  ...identityFields,
});

/** `hyprctl monitors -j` */
export function parseHyprlandMonitors(text: string): FoundDisplay[] {
  return parseEach(text, hyprlandMonitor, (monitor) =>
    monitor.disabled
      ? null
      : {
          id: monitor.name,
          mode: monitor,
          position: monitor,
          scaleFactor: monitor.scale,
          turned: monitor.transform % 2 === 1,
          primary: monitor.focused,
          identity: identityOf(monitor),
        },
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

/** `kscreen-doctor -j`. Rotation is 1, 2, 4, 8 for normal, left, inverted, right. It tells nothing of the monitors themselves: the kernel does. */
export function parseKscreen(text: string): FoundDisplay[] {
  const parsed = kscreen.safeParse(json(text));
  if (!parsed.success) return [];
  const outputs = parsed.data.outputs.flatMap((output): Output[] => {
    const mode = output.modes.find((each) => each.id === output.currentModeId);
    if (!output.enabled || !output.connected || !mode) return [];
    return [
      {
        id: output.name,
        mode: mode.size,
        position: output.pos,
        scaleFactor: output.scale,
        turned: output.rotation === 2 || output.rotation === 8,
        primary: output.priority === 1,
        identity: null,
      },
    ];
  });
  return inPixels(outputs);
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
    z.looseObject({ 'layout-mode': z.object({ data: z.number() }).optional().catch(undefined) }),
  ]),
});
const physicalLayout = 2;

/**
 * Mutter's `DisplayConfig.GetCurrentState` as `busctl --json=short` prints it: physical monitors, then logical ones that place them, in logical or
 * (without fractional scaling) in physical pixels.
 */
export function parseMutterState(text: string): FoundDisplay[] {
  const parsed = mutterState.safeParse(json(text));
  if (!parsed.success) return [];
  const [, monitors, logical, { 'layout-mode': layout }] = parsed.data.data;
  const outputs = logical.flatMap(([x, y, scale, transform, primary, [first]]): Output[] => {
    if (first === undefined) return [];
    const [id, make, model, serial] = first;
    const found = monitors.find(([spec]) => spec[0] === id)?.[1].find((each) => each[6]);
    if (!found) return [];
    const mode = { width: found[1], height: found[2] };
    const identity = { make, model, serial };
    return [{ id, mode, position: { x, y }, scaleFactor: scale, turned: transform % 2 === 1, primary, identity }];
  });
  return layout?.data === physicalLayout ? asTheyAre(outputs) : inPixels(outputs);
}

function parseEach<S extends z.ZodType>(
  text: string,
  schema: S,
  toOutput: (item: z.output<S>) => Output | null,
): FoundDisplay[] {
  const list = z.array(z.unknown()).safeParse(json(text));
  if (!list.success) return [];
  const outputs = list.data.flatMap((item) => {
    // An output that is switched off has no mode: it does not fit the schema, and is no display.
    const parsed = schema.safeParse(item);
    const output = parsed.success ? toOutput(parsed.data) : null;
    return output ? [output] : [];
  });
  return inPixels(outputs);
}

/** Unparsable text is null: the caller then finds no display. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
