import { fail, ok, type Result } from '../../../shared/result.ts';
import { appError } from '../../../shared/errors.ts';
import type { Display, Fit } from '../../../shared/model.ts';
import type { Backend, Target } from '../backend.ts';
import type { DesktopId, DetectDesktop } from '../desktop.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { Runner } from '../run.ts';
import { fileUri, pathOf } from './file-uri.ts';
import { parseGVariantString, quoteGVariant } from './gvariant.ts';

/** A desktop whose wallpaper is a few keys of dconf. */
export interface GsettingsFamily {
  readonly id: string;
  readonly desktops: readonly DesktopId[];
  readonly schema: string;
  /** The picture, for the light and where there is one for the dark style. */
  readonly keys: readonly string[];
  readonly value: 'uri' | 'path';
}

export const gsettingsFamilies: readonly GsettingsFamily[] = [
  {
    id: 'gnome',
    desktops: ['gnome', 'unity', 'budgie', 'pantheon'],
    schema: 'org.gnome.desktop.background',
    keys: ['picture-uri', 'picture-uri-dark'],
    value: 'uri',
  },
  {
    id: 'cinnamon',
    desktops: ['cinnamon'],
    schema: 'org.cinnamon.desktop.background',
    keys: ['picture-uri'],
    value: 'uri',
  },
  {
    id: 'mate',
    desktops: ['mate'],
    schema: 'org.mate.background',
    keys: ['picture-filename'],
    value: 'path',
  },
];

/** How these desktops call the ways of placing a picture, for reading what is there now. */
const fitOfOption: Readonly<Record<string, Fit>> = {
  zoom: 'fill',
  scaled: 'fit',
  stretched: 'stretch',
  centered: 'center',
  wallpaper: 'tile',
  spanned: 'span',
};

/**
 * GNOME and its relatives take one picture for the whole desktop. With several displays it is composed over all of them and `spanned`;
 * one display is `zoom`, which a picture of exactly its size fits.
 */
export function createGsettingsBackend(
  family: GsettingsFamily,
  {
    run,
    desktop,
    compose,
  }: {
    readonly run: Runner;
    readonly desktop: DetectDesktop;
    readonly compose: ComposeForeign;
  },
): Backend {
  const { schema } = family;
  const gsettings = (args: readonly string[], signal?: AbortSignal) => run.run('gsettings', args, { signal });
  const optionFor = (displays: readonly Display[]): string => (displays.length > 1 ? 'spanned' : 'zoom');

  async function pictureKeys(): Promise<Result<readonly string[]>> {
    const list = await gsettings(['list-keys', schema]);
    if (!list.ok) return list;
    const there = new Set(list.value.stdout.split('\n').map((line) => line.trim()));
    const keys = family.keys.filter((key) => there.has(key));
    return keys.length > 0
      ? ok(keys)
      : fail(appError('wallpaper_failed', `The settings schema ${schema} has no key for a picture.`));
  }

  async function read(key: string): Promise<string | null> {
    const answer = await gsettings(['get', schema, key]);
    return answer.ok ? parseGVariantString(answer.value.stdout) : null;
  }

  return {
    id: family.id,
    cure: `Check that "gsettings get ${schema} ${family.keys[0]}" answers in a terminal and that dconf is installed.`,
    takes: 'desktop',
    async detect() {
      const running = await desktop();
      if (!family.desktops.includes(running.id))
        return { available: false, suits: false, reason: `This is ${running.name}.` };
      if ((await run.which('gsettings')) === null)
        return {
          available: false,
          suits: true,
          reason: 'It needs the program gsettings. Install libglib2.0-bin (Debian) or glib2.',
        };
      const keys = await pictureKeys();
      return keys.ok
        ? {
            available: true,
            suits: true,
            reason: `${running.name} runs, and its settings have ${keys.value.join(' and ')}.`,
          }
        : {
            available: false,
            suits: true,
            reason: `The settings of ${running.name} (${schema}) cannot be read: ${keys.error.message}`,
          };
    },
    async apply({ targets, displays }, signal) {
      const keys = await pictureKeys();
      if (!keys.ok) return keys;
      for (const { file } of targets.slice(0, 1)) {
        const option = await gsettings(['set', schema, 'picture-options', quoteGVariant(optionFor(displays))], signal);
        if (!option.ok) return option;
        const value = family.value === 'uri' ? fileUri(file) : file;
        for (const key of keys.value) {
          const done = await gsettings(['set', schema, key, quoteGVariant(value)], signal);
          if (!done.ok) return done;
        }
      }
      return ok(undefined);
    },
    async verify({ targets, displays }) {
      const keys = await pictureKeys();
      if (!keys.ok) return keys;
      const wrong = await findWrong(targets[0], keys.value, optionFor(displays));
      return ok(
        new Map(
          targets.map(({ display }) => [
            display.id,
            wrong === null
              ? { shows: 'target' as const, detail: `${schema} names it` }
              : { shows: 'other' as const, detail: wrong },
          ]),
        ),
      );
    },
    async capture(display, file, displays) {
      const keys = await pictureKeys();
      const [source, option] = await Promise.all([
        keys.ok && keys.value[0] !== undefined ? read(keys.value[0]) : null,
        read('picture-options'),
      ]);
      const fit = fitOfOption[option ?? ''];
      return source !== null && fit !== undefined && (await compose(source, fit, display, displays, file));
    },
  };

  async function findWrong(
    target: Target | undefined,
    keys: readonly string[],
    wanted: string,
  ): Promise<string | null> {
    if (!target) return null;
    for (const key of keys) {
      const value = await read(key);
      if (value === null || pathOf(value) !== target.file) return `${schema} ${key} is ${value ?? 'unreadable'}`;
    }
    const option = await read('picture-options');
    return option === wanted ? null : `${schema} picture-options is ${option ?? 'unreadable'}`;
  }
}
