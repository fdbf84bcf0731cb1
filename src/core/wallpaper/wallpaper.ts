import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type { AppliedWallpaper, BackendInfo, CurrentWallpaper, Display, Fit, Image } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Clock, Log } from '../ports.ts';
import type { FileRepository, Store } from '../store/store.ts';
import type { ApplyRequest, Backend, Verdicts } from './backend.ts';
import type { ComposedFolder, Piece, Shown } from './composed.ts';
import type { Desktop, DetectDesktop } from './desktop.ts';
import type { ListDisplays } from './displays/displays.ts';
import { createPaint } from './paint.ts';
import { createChangeQueue } from './queue.ts';

/** Puts pictures on the desktop, and says so only after the desktop was asked. */
export interface Wallpaper {
  /**
   * Shows `image` on the displays (null is all). Calls run one after another; one that waits is `cancelled` when a newer one covers its
   * displays. Until the desktop is touched it can be aborted; after that it is carried through. The content gate is the caller's.
   *
   * @param onProgress Bytes of the download, where there is one.
   */
  set(
    request: SetRequest,
    onProgress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>>;
  /** The newest picture of each display, from the history. */
  current(): readonly CurrentWallpaper[];
  backends(
    signal?: AbortSignal,
  ): Promise<Result<{ readonly desktop: string; readonly backends: readonly BackendInfo[] }>>;
  displays(signal?: AbortSignal): Promise<Result<readonly Display[]>>;
}

export interface SetRequest {
  readonly image: Image;
  readonly displays: readonly string[] | null;
  readonly fit: Fit;
}

/** The part of the store that is needed: the history, and the true size of a picture file. */
export type WallpaperStore = Pick<Store, 'wallpapers' | 'transaction'> & { readonly files: Pick<FileRepository, 'of'> };

export interface WallpaperParts {
  readonly pictures: Pick<Pictures, 'open'>;
  readonly store: WallpaperStore;
  readonly composed: ComposedFolder;
  /** In order of preference. */
  readonly backends: readonly Backend[];
  readonly desktop: DetectDesktop;
  readonly displays: ListDisplays;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChanged: (wallpapers: readonly CurrentWallpaper[], displays: readonly Display[]) => void;
}

/** Desktops change their wallpaper some moments after they were told: the read-back is tried this often, this far apart (ms). */
const readBackTries = 25;
const readBackPause = 120;

export function createWallpaperService(parts: WallpaperParts): Wallpaper {
  const { pictures, store, composed, backends, clock, log } = parts;
  const queue = createChangeQueue();
  const paint = createPaint(composed);

  async function set({ image, displays: ids, fit }: SetRequest, onProgress: Progress, signal?: AbortSignal) {
    const desktop = await parts.desktop();
    const backend = await findBackend(backends, desktop);
    if (!backend.ok) return backend;
    const listed = await parts.displays(desktop, signal);
    if (!listed.ok) return listed;
    const displays = listed.value;
    const chosen = choose(displays, ids);
    if (!chosen.ok) return chosen;
    const file = await pictures.open(image, 'full', { onProgress, ...(signal ? { signal } : {}) });
    if (!file.ok) return file;
    // The provider's word on the size is not the file's.
    const { width, height } = store.files.of(image.id) ?? image;
    const picture = {
      source: file.value.path,
      hash: file.value.hash,
      contentType: file.value.contentType,
      width,
      height,
    };

    const before = await composed.shown();
    const takes = backend.value.takes;
    const merges = takes === 'desktop' && displays.length > 1;
    const pieces = await paint.pieces(picture, chosen.value, fit, { lossless: merges }, signal);
    if (!pieces.ok) return pieces;
    if (takes !== 'display') {
      const others = displays.filter(({ id }) => !(id in pieces.value));
      const kept = await keepOthers(backend.value, desktop, others, displays, before);
      if (!kept.ok) return kept;
      Object.assign(pieces.value, kept.value);
    }
    const whole =
      takes === 'desktop' ? await paint.whole(pieces.value, displays, picture.contentType, signal) : ok(null);
    if (!whole.ok) return whole;
    if (signal?.aborted) return fail(cancelled);

    // From here on the desktop changes: no more aborting, and a failure puts back what was there.
    const request = requestFor(pieces.value, whole.value, displays);
    const shows = await applyAndReadBack(backend.value, request);
    if (!shows.ok) {
      await putBack(backend.value, before, displays);
      return fail(explain(desktop, backend.value, shows.error));
    }
    const verified = (id: string): boolean => shows.value.get(takes === 'desktop' ? wholeId : id)?.shows === 'target';
    for (const [display, { shows: what, detail }] of shows.value) {
      if (what === 'unknown') log.warn('The wallpaper was set but could not be read back', { display, detail });
    }

    const at = clock.now();
    store.transaction(() => {
      for (const { id } of chosen.value) {
        store.wallpapers.record({
          display: id,
          id: image.id,
          fit,
          backend: backend.value.id,
          verified: verified(id),
          at,
        });
      }
    });
    await remember({ pieces: { ...before.pieces, ...pieces.value }, whole: whole.value });
    parts.onChanged(store.wallpapers.current(), displays);
    const applied = chosen.value.map(({ id }) => ({ display: id, backend: backend.value.id, verified: verified(id) }));
    return ok({ applied, images: [image.id] });
  }

  /** What is on the displays that are not to change, for desktops that take all at once. */
  async function keepOthers(
    backend: Backend,
    desktop: Desktop,
    others: readonly Display[],
    displays: readonly Display[],
    before: Shown,
  ): Promise<Result<Record<string, Piece>>> {
    const kept: Record<string, Piece> = {};
    if (others.length === 0) return ok(kept);
    const ours = await stillShown(backend, before, displays);
    for (const display of others) {
      const { id, width, height } = display;
      const piece = before.pieces[id];
      if (piece && piece.width === width && piece.height === height && ours.has(id)) {
        kept[id] = piece;
        continue;
      }
      const captured = await composed.adopt(
        async (path) => (await backend.capture?.(display, path, displays)) ?? false,
      );
      if (captured === null)
        return fail(
          appError(
            'wallpaper_failed',
            `${desktop.name} can only set all displays at once (${backend.id}), and what "${id}" shows now cannot be read. Choose all displays.`,
          ),
        );
      kept[id] = { file: captured, width, height, fit: 'fill' };
    }
    return ok(kept);
  }

  /** The displays that still show what was put there; somebody may have changed the wallpaper since. */
  async function stillShown(
    backend: Backend,
    before: Shown,
    displays: readonly Display[],
  ): Promise<ReadonlySet<string>> {
    const known = displays.filter(({ id }) => before.pieces[id]);
    if (known.length === 0 || (backend.takes === 'desktop' && before.whole === null)) return new Set();
    const verdicts = await backend.verify(
      requestFor(before.pieces, backend.takes === 'desktop' ? before.whole : null, displays),
    );
    if (!verdicts.ok) return new Set();
    const shows = (id: string): boolean =>
      (verdicts.value.get(backend.takes === 'desktop' ? wholeId : id)?.shows ?? 'other') !== 'other';
    return new Set(known.map(({ id }) => id).filter(shows));
  }

  async function applyAndReadBack(backend: Backend, request: ApplyRequest): Promise<Result<Verdicts>> {
    const applied = await backend.apply(request);
    if (!applied.ok) return applied;
    for (let tries = 1; ; tries += 1) {
      const verdicts = await backend.verify(request);
      if (!verdicts.ok) return verdicts;
      const wrong = request.targets
        .map(({ display }) => ({ id: display.id, verdict: verdicts.value.get(display.id) }))
        .filter(({ verdict }) => verdict?.shows === 'other');
      if (wrong.length === 0) return verdicts;
      if (tries === readBackTries) {
        const details = wrong.map(({ id, verdict }) =>
          id === wholeId ? verdict?.detail : `on "${id}" ${verdict?.detail}`,
        );
        return fail(appError('wallpaper_failed', `it was told to, but shows something else: ${details.join('; ')}`));
      }
      await clock.sleep(readBackPause);
    }
  }

  async function putBack(backend: Backend, before: Shown, displays: readonly Display[]): Promise<void> {
    const request = requestFor(before.pieces, backend.takes === 'desktop' ? before.whole : null, displays);
    const complete = backend.takes !== 'all' || request.targets.length === displays.length;
    if (request.targets.length === 0 || !complete || (backend.takes === 'desktop' && before.whole === null)) return;
    const done = await backend.apply(request);
    if (!done.ok) log.warn('The wallpaper before could not be put back', { error: done.error.message });
  }

  async function remember(shown: Shown): Promise<void> {
    try {
      await composed.remember(shown);
    } catch (error) {
      // The wallpaper is set: what is lost is only how to keep it when another display is changed.
      log.warn('What is shown now could not be written down', { error: String(error) });
    }
  }

  return {
    set: (request, onProgress, signal) => queue.run(request.displays, () => set(request, onProgress, signal), signal),
    current: () => store.wallpapers.current(),
    async backends() {
      const [desktop, found] = await Promise.all([
        parts.desktop(),
        Promise.all(backends.map(async (backend) => ({ id: backend.id, ...(await backend.detect()) }))),
      ]);
      return ok({
        desktop: desktop.name,
        backends: found.map(({ id, available, reason }) => ({ id, available, reason })),
      });
    },
    displays: async (signal) => parts.displays(await parts.desktop(), signal),
  };
}

type Progress = (done: number, total: number | null) => void;

/** The name of the one target of desktops that take a single picture. */
export const wholeId = '(desktop)';

function requestFor(
  pieces: Readonly<Record<string, Piece>>,
  whole: string | null,
  displays: readonly Display[],
): ApplyRequest {
  const first = displays.find(({ primary }) => primary) ?? displays[0];
  if (whole !== null && first) {
    const right = Math.max(...displays.map(({ x, width }) => x + width));
    const bottom = Math.max(...displays.map(({ y, height }) => y + height));
    const x = Math.min(...displays.map((display) => display.x));
    const y = Math.min(...displays.map((display) => display.y));
    const display = { ...first, id: wholeId, x, y, width: right - x, height: bottom - y };
    return { displays, targets: [{ display, file: whole, fit: 'span' }] };
  }
  const targets = displays.flatMap((display) => {
    const piece = pieces[display.id];
    return piece ? [{ display, file: piece.file, fit: piece.fit }] : [];
  });
  return { displays, targets };
}

function choose(displays: readonly Display[], ids: readonly string[] | null): Result<readonly Display[]> {
  if (ids === null) return ok(displays);
  const missing = ids.filter((id) => !displays.some((display) => display.id === id));
  if (missing.length > 0) {
    const names = (list: readonly string[]): string => list.map((id) => `"${id}"`).join(', ');
    return fail(
      appError(
        'no_display',
        `There is no display called ${names(missing)}. There ${displays.length === 1 ? 'is' : 'are'}: ${names(displays.map(({ id }) => id))}.`,
      ),
    );
  }
  return ok(displays.filter(({ id }) => ids.includes(id)));
}

async function findBackend(backends: readonly Backend[], desktop: Desktop): Promise<Result<Backend>> {
  const reasons: string[] = [];
  for (const backend of backends) {
    const found = await backend.detect();
    if (found.available) return ok(backend);
    if (found.suits) reasons.push(`${backend.id}: ${found.reason}`);
  }
  const why =
    reasons.length > 0
      ? reasons.join(' ')
      : desktop.session === 'none'
        ? 'Run Kabegami inside the desktop session (DISPLAY or WAYLAND_DISPLAY must be set).'
        : 'No way of setting the wallpaper of this desktop is known.';
  const what =
    desktop.session === 'none'
      ? 'There is no desktop session here.'
      : `The wallpaper of ${desktop.name} cannot be set.`;
  return fail(appError('no_backend', `${what} ${why}`));
}

/** Desktop, backend, cause and cure in one message. */
function explain(desktop: Desktop, backend: Backend, error: AppError): AppError {
  if (error.code === 'cancelled') return error;
  const cause = error.message.replace(/\.$/, '');
  return appError(
    error.code === 'timeout' ? 'timeout' : 'wallpaper_failed',
    `${desktop.name} did not take the wallpaper (backend "${backend.id}"): ${cause}. ${backend.cure}`,
  );
}
