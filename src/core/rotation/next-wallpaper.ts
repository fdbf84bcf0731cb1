import { appError, cancelled } from '../../shared/errors.ts';
import {
  filter as filterSchema,
  type AppliedWallpaper,
  type Filter,
  type Fit,
  type Image,
  type Page,
  type Settings,
} from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Store } from '../store/store.ts';
import type { Wallpaper } from '../wallpaper/wallpaper.ts';

/** Chooses a picture at random and puts it on every display. */
export type NextWallpaper = (
  options: { readonly fit: Fit },
  onProgress: (done: number, total: number | null) => void,
  signal?: AbortSignal,
) => Promise<Result<AppliedWallpaper>>;

export interface NextWallpaperParts {
  readonly store: Pick<Store, 'wallpapers' | 'images' | 'settings'>;
  readonly settings: () => Pick<Settings, 'nextFrom' | 'adultContent'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  /** The catalog's browse: from the service, or from the disk while it is away. */
  readonly browse: (
    request: { readonly filter: Filter; readonly cursor: string | null; readonly limit: number },
    signal?: AbortSignal,
  ) => Promise<Result<Page>>;
  readonly wallpaper: Pick<Wallpaper, 'set'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Where the handlers remember the last filter of Browse. */
export const lastFilterKey = 'browse.filter';
/** So many of the last pictures do not come again, as long as there are others. */
const recentCount = 50;
const pageSize = 30;
/** How often another picture is drawn to get one that does not move. */
const stillTries = 20;
/** Pictures of a service that turn out to be unusable (gone, broken) before it is given up. */
const pictureTries = 3;

export function createNextWallpaper(parts: NextWallpaperParts): NextWallpaper {
  const { store, settings, gate, browse, wallpaper, random } = parts;

  return async ({ fit }, onProgress, signal) => {
    const tried: string[] = [];
    for (;;) {
      const image = await choose(tried, signal);
      if (!image.ok) return image;
      const done = await wallpaper.set({ image: image.value, displays: null, fit }, onProgress, signal);
      // A single picture may be broken at the service; the next one is as good.
      if (done.ok || !unusable.has(done.error.code) || tried.length + 1 >= pictureTries) return done;
      tried.push(image.value.id);
    }
  };

  async function choose(broken: readonly string[], signal?: AbortSignal): Promise<Result<Image>> {
    const { nextFrom, adultContent } = settings();
    const shown = store.wallpapers.current().map(({ image }) => image.id);
    const recent = store.wallpapers.recent(recentCount);
    // Each step forgives more repeats; broken ones never come back.
    const avoid = [[...broken, ...shown, ...recent], [...broken, ...shown], [...broken]];
    const rating = adultContent ? 'any' : 'safe';
    if (nextFrom === 'favorites') {
      const image = pickFrom('favorites', rating, avoid);
      return image ? ok(image) : fail(appError('no_candidate', noFavorites(adultContent)));
    }
    if (nextFrom === 'browse') {
      const found = await fromBrowse(adultContent, avoid, signal);
      if (found !== null) return found;
    }
    const image = pickFrom('library', rating, avoid);
    if (image) return ok(image);
    return fail(appError('no_candidate', nextFrom === 'library' ? emptyLibrary : nothingFound));
  }

  /** Null when there is nothing to be had and the disk should be looked at. */
  async function fromBrowse(
    adultContent: boolean,
    avoid: readonly (readonly string[])[],
    signal?: AbortSignal,
  ): Promise<Result<Image> | null> {
    const last = filterSchema.safeParse(store.settings.recall(lastFilterKey));
    const base: Filter = last.success ? last.data : filterSchema.parse({ provider: 'waifu-im' });
    const filter: Filter = { ...base, order: 'random', rating: adultContent ? base.rating : 'safe' };
    // Pictures that move come only where the person asked for nothing else, or there is nothing else.
    const kinds: readonly Filter['animated'][] = filter.animated === 'any' ? ['no', 'any'] : [filter.animated];
    for (const animated of kinds) {
      const page = await browse({ filter: { ...filter, animated }, cursor: null, limit: pageSize }, signal);
      if (signal?.aborted) return fail(cancelled);
      // Offline, refused, limited: the disk has something.
      if (!page.ok) return null;
      const allowed = page.value.images.filter(gate.allows);
      for (const ids of avoid) {
        const image = oneOf(allowed.filter(({ id }) => !ids.includes(id)));
        if (image) return ok(image);
      }
    }
    return null;
  }

  function pickFrom(
    from: 'library' | 'favorites',
    rating: 'safe' | 'any',
    avoid: readonly (readonly string[])[],
  ): Image | null {
    for (const ids of avoid) {
      const exclude = [...ids];
      let second: Image | null = null;
      for (let tries = 0; tries < stillTries; tries += 1) {
        const image = store.images.pick({ from, rating, exclude, random });
        if (image === null) break;
        // One that is here and does not move is best; any other is kept for the case that there is none.
        if (!image.animated && image.cached) return image;
        if (second === null || (second.animated && !image.animated)) second = image;
        exclude.push(image.id);
      }
      if (second !== null) return second;
    }
    return null;
  }

  function oneOf(images: readonly Image[]): Image | null {
    return images[Math.floor(random() * images.length)] ?? null;
  }
}

/** Errors of one picture, which say nothing about another. */
const unusable: ReadonlySet<string> = new Set(['bad_picture', 'picture_too_large', 'not_found']);

const emptyLibrary =
  'There is no picture on this disk to choose from. Browse and download some first, or let "next" look elsewhere: kabegami settings set nextFrom browse';
const nothingFound =
  'Nothing was found: the last search of Browse has no picture (or its service is away), and there is none on this disk. Try another search in Browse.';

function noFavorites(adultContent: boolean): string {
  return adultContent
    ? 'There is no favorite to choose from. Like some pictures first, or let "next" look elsewhere: kabegami settings set nextFrom browse'
    : 'There is no favorite to choose from that is safe for work. Like some pictures first, or let "next" look elsewhere: kabegami settings set nextFrom browse';
}
