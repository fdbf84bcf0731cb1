import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appError } from '../../../shared/errors.ts';
import type { Display } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ApplyRequest, Backend, Verdict } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import { json } from '../displays/wayland.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { Env, Runner } from '../run.ts';
import { parseAppletsrc } from './appletsrc.ts';
import { fileUri, pathOf } from './file-uri.ts';
import { parseGVariantString, quoteGVariant } from './gvariant.ts';
import { fitOfFillMode, plasmaPicture } from './plasma-picture.ts';

const service = 'org.kde.plasmashell';
const object = '/PlasmaShell';
const method = 'org.kde.PlasmaShell.evaluateScript';

/** Three programs that can carry a script to plasmashell, the one that needs no quoting first. Each with how to read its answer. */
const carriers: readonly {
  readonly program: string;
  readonly args: (script: string) => readonly string[];
  readonly parse: (stdout: string) => string | null;
}[] = [
  {
    program: 'busctl',
    args: (script) => [
      '--user',
      '--json=short',
      'call',
      service,
      object,
      'org.kde.PlasmaShell',
      'evaluateScript',
      's',
      script,
    ],
    parse: (stdout) => {
      const parsed = z.object({ data: z.tuple([z.string()]) }).safeParse(json(stdout));
      return parsed.success ? parsed.data.data[0] : null;
    },
  },
  {
    program: 'gdbus',
    args: (script) => [
      'call',
      '--session',
      '--dest',
      service,
      '--object-path',
      object,
      '--method',
      method,
      quoteGVariant(script),
    ],
    parse: (stdout) => parseGVariantString(stdout.trim().replace(/^\(/, '').replace(/,?\)$/, '')),
  },
  ...['qdbus6', 'qdbus', 'qdbus-qt5'].map((program) => ({
    program,
    args: (script: string) => [service, object, method, script],
    parse: (stdout: string) => stdout,
  })),
];

/** Screens in Plasma's scripting are numbered its own way; both sides are matched by place: left to right, then top to bottom. */
const screensOf = `var all = desktops().filter(function (d) { return d.screen >= 0; }).sort(function (a, b) {
  var p = screenGeometry(a.screen), q = screenGeometry(b.screen); return p.x - q.x || p.y - q.y; });`;

/** Sets each file on the screen at its place. Null leaves a screen as it is. Files go in as JSON, so that no name can become code. */
export function setScript(files: readonly (string | null)[]): string {
  return `${screensOf}
var files = ${scriptJson(files)};
all.forEach(function (d, place) {
  if (!files[place]) return;
  d.wallpaperPlugin = 'org.kde.image';
  d.currentConfigGroup = ['Wallpaper', 'org.kde.image', 'General'];
  d.writeConfig('FillMode', 2);
  d.writeConfig('Image', files[place]);
});`;
}

/** Prints what each screen shows, in the same order. */
export const getScript = `${screensOf}
print(JSON.stringify(all.map(function (d) {
  d.currentConfigGroup = ['Wallpaper', 'org.kde.image', 'General'];
  return d.wallpaperPlugin === 'org.kde.image' ? String(d.readConfig('Image')) : '';
})));`;

/** Prints how each screen places its picture, in the same order. */
export const fillModesScript = `${screensOf}
print(JSON.stringify(all.map(function (d) {
  d.currentConfigGroup = ['Wallpaper', 'org.kde.image', 'General'];
  return String(d.readConfig('FillMode'));
})));`;

/** JSON that is a JavaScript literal too. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, (char) => (char === '\u2028' ? '\\u2028' : '\\u2029'));
}

/**
 * KDE Plasma: each screen by a script over D-Bus; where plasmashell takes no scripts (locked widgets) and all displays get one picture,
 * `plasma-apply-wallpaperimage`. Read back by script, else from Plasma's own configuration file.
 */
export function createKdeBackend({
  run,
  desktop,
  env,
  compose,
}: {
  readonly run: Runner;
  readonly desktop: DetectDesktop;
  readonly env: Env;
  readonly compose: ComposeForeign;
}): Backend {
  async function evaluate(script: string, signal?: AbortSignal): Promise<Result<string>> {
    let last: Result<string> = fail(
      appError('wallpaper_failed', 'None of busctl, gdbus and qdbus is installed, so Plasma cannot be asked.'),
    );
    for (const { program, args, parse } of carriers) {
      if ((await run.which(program)) === null) continue;
      const answer = await run.run(program, args(script), { signal });
      if (answer.ok) return ok(parse(answer.value.stdout) ?? '');
      last = answer;
      if (answer.error.code === 'cancelled') break;
    }
    return last;
  }

  return {
    id: 'kde',
    cure: 'Check that plasmashell runs and that its widgets are not locked.',
    takes: 'display',
    async detect() {
      const running = await desktop();
      if (running.id !== 'kde')
        return { available: false, suits: false, reason: `This is ${running.name}, not KDE Plasma.` };
      const tools = [...carriers.map(({ program }) => program), 'plasma-apply-wallpaperimage'];
      const found = await Promise.all(tools.map((tool) => run.which(tool)));
      const tool = tools.find((_tool, index) => found[index] !== null);
      return tool === undefined
        ? {
            available: false,
            suits: true,
            reason: 'It needs one of busctl, gdbus, qdbus and plasma-apply-wallpaperimage. Install plasma-workspace.',
          }
        : { available: true, suits: true, reason: `KDE Plasma runs, and ${tool} is installed.` };
    },
    async apply(request, signal) {
      const scripted = await evaluate(setScript(filesByPlace(request)), signal);
      if (scripted.ok) return ok(undefined);
      const files = new Set(request.targets.map(({ file }) => file));
      const [file] = files;
      const one = files.size === 1 && request.targets.length === request.displays.length && file !== undefined;
      if (!one || (await run.which('plasma-apply-wallpaperimage')) === null) return scripted;
      const done = await run.run('plasma-apply-wallpaperimage', [file], { signal });
      return done.ok ? ok(undefined) : done;
    },
    async verify(request) {
      const shown = await images();
      const places = byPlace(request.displays);
      return ok(
        new Map(
          request.targets.map(({ display, file }) => {
            const now = shown?.[places.findIndex((each) => each.id === display.id)];
            const verdict: Verdict =
              now === undefined
                ? { shows: 'unknown', detail: 'Plasma does not say what this screen shows' }
                : pathOf(now) === file
                  ? { shows: 'target', detail: 'Plasma names it for this screen' }
                  : { shows: 'other', detail: `Plasma names ${now === '' ? 'no picture' : now} for this screen` };
            return [display.id, verdict];
          }),
        ),
      );
    },
    async capture(display, file, displays) {
      const place = byPlace(displays).findIndex(({ id }) => id === display.id);
      const image = (await images())?.[place] ?? '';
      const source = image === '' ? null : await plasmaPicture(image, display);
      const fit = fitOfFillMode((await printed(fillModesScript))?.[place] ?? '');
      return source !== null && fit !== null && (await compose(source, fit, display, displays, file));
    },
  };

  async function printed(script: string): Promise<readonly string[] | null> {
    const answer = await evaluate(script);
    const parsed = z.array(z.string()).safeParse(answer.ok ? json(answer.value.trim()) : null);
    return parsed.success ? parsed.data : null;
  }

  /** What each screen shows, by place. */
  async function images(): Promise<readonly string[] | null> {
    return (await printed(getScript)) ?? (await fromConfiguration());
  }

  /** Numbers of screens there are Plasma's; they follow places only with one display. */
  async function fromConfiguration(): Promise<readonly string[] | null> {
    const folder = env['XDG_CONFIG_HOME'] ?? (env['HOME'] ? join(env['HOME'], '.config') : null);
    if (folder === null) return null;
    try {
      const text = await readFile(join(folder, 'plasma-org.kde.plasma.desktop-appletsrc'), 'utf8');
      const screens = parseAppletsrc(text);
      return screens.length === 1 ? screens.map(({ image }) => image) : null;
    } catch {
      return null;
    }
  }
}

function byPlace(displays: readonly Display[]): readonly Display[] {
  return [...displays].sort((one, other) => one.x - other.x || one.y - other.y);
}

function filesByPlace({ targets, displays }: ApplyRequest): readonly (string | null)[] {
  return byPlace(displays).map(({ id }) => {
    const target = targets.find(({ display }) => display.id === id);
    return target ? fileUri(target.file) : null;
  });
}
