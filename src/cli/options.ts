import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { fits, providerIds } from '../shared/names.ts';

/** A whole number of at least `min`. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
      throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
    }
    return value;
  };
}

/** Bytes as people write them: `500MB`, `1.5 GB`, `800kb`, `1000`. */
export function byteSize(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*(k|m|g|t)?(?:b|bytes?)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(amount) * 1000 ** ('kmgt'.indexOf(unit.toLowerCase() || ' ') + 1);
  if (amount === undefined || !Number.isSafeInteger(Math.round(bytes)))
    throw new InvalidArgumentError('It must be a size such as 500MB or 2GB.');
  return Math.round(bytes);
}

/** Milliseconds of `30d`, `12h`, `4w`. */
export function timeSpan(text: string): number {
  const [, amount, unit = ''] = /^(\d+)\s*(h|d|w)$/i.exec(text.trim()) ?? [];
  const hours = { h: 1, d: 24, w: 168 }[unit.toLowerCase()];
  const span = Number(amount) * (hours ?? Number.NaN) * 3_600_000;
  if (!Number.isSafeInteger(span)) throw new InvalidArgumentError('It must be a time such as 12h, 30d or 4w.');
  return span;
}

/** The whole of a path: the program that carries a verb out may run elsewhere. An empty one (of a variable that is not set) is not this folder. */
export function wholePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return path.resolve(text);
}

export function wholePaths(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), wholePath(text)];
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

export const providerOption = (): Option => new Option('--provider <id>', 'the image service').choices(providerIds);
export const fitOption = (): Option => new Option('--fit <fit>', 'how the picture sits on the display').choices(fits);

/** What `browse` and `favorites list` filter by. */
export interface FilterOptions {
  readonly provider?: 'waifu-im' | 'yiff-rest';
  readonly tag?: readonly string[];
  readonly excludeTag?: readonly string[];
  readonly orientation?: 'landscape' | 'portrait' | 'square';
  readonly minWidth?: number;
  readonly minHeight?: number;
  readonly maxBytes?: number;
  readonly rating?: 'safe' | 'adult' | 'any';
  readonly animated?: 'yes' | 'no';
  readonly limit?: number;
}

export function addFilterOptions(command: Command): Command {
  return command
    .addOption(providerOption())
    .option('--tag <tag>', 'only with this tag (may be repeated: all of them)', collect)
    .option('--exclude-tag <tag>', 'without this tag (may be repeated)', collect)
    .addOption(new Option('--orientation <which>').choices(['landscape', 'portrait', 'square']))
    .option('--min-width <pixels>', 'at least this wide', wholeNumber(0))
    .option('--min-height <pixels>', 'at least this high', wholeNumber(0))
    .option('--max-bytes <bytes>', 'no larger file than this', wholeNumber(1))
    .addOption(
      new Option('--rating <which>', 'adult and any need the setting adultContent').choices(['safe', 'adult', 'any']),
    )
    .addOption(new Option('--animated <which>').choices(['yes', 'no']))
    .option('--limit <n>', 'at most this many', wholeNumber(1));
}

/** The part of a filter that both calls share, with nothing that was not asked for. */
export function filterInput(options: FilterOptions) {
  const { tag, excludeTag, orientation, minWidth, minHeight, maxBytes, rating, animated } = options;
  return {
    ...(tag === undefined ? {} : { tags: [...tag] }),
    ...(excludeTag === undefined ? {} : { excludedTags: [...excludeTag] }),
    ...(orientation === undefined ? {} : { orientation }),
    ...(minWidth === undefined ? {} : { minWidth }),
    ...(minHeight === undefined ? {} : { minHeight }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(rating === undefined ? {} : { rating }),
    ...(animated === undefined ? {} : { animated }),
  };
}
