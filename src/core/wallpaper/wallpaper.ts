import { appError, cancelled } from '../../shared/errors.ts';
import type { BackendInfo, Display } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Clock, Log } from '../ports.ts';
import type { FileRepository, ShownEntry } from '../store/store.ts';
import type { ApplyRequest, Backend, Verdicts } from './backend.ts';
import type { ComposedFolder, Piece, Shown } from './composed.ts';
import type { Desktop, DetectDesktop } from './desktop.ts';
import type { ListDisplays } from './displays/displays.ts';
import { explain, findBackend } from './find-backend.ts';
import type { OutsideFolder } from './outside.ts';
import { createPaint } from './paint.ts';
import { createPictureSource } from './picture-source.ts';
import { createChangeQueue } from './queue.ts';
import { checkDisplays, entriesOf, groupsOf, requestFor, shownOn, wholeId } from './scene-request.ts';
import type { Look, PlannedScene, Scene, ShownScene, Stage } from './scene.ts';

/** The desktop, and what of it can be used here. */
export interface Wallpaper extends Stage {
  backends(
    signal?: AbortSignal,
  ): Promise<Result<{ readonly desktop: string; readonly backends: readonly BackendInfo[] }>>;
}

export interface WallpaperParts {
  readonly pictures: Pick<Pictures, 'open'>;
  /** The true size of a picture file. */
  readonly files: Pick<FileRepository, 'of'>;
  readonly composed: ComposedFolder;
  readonly outside: OutsideFolder;
  /** In order of preference. */
  readonly backends: readonly Backend[];
  readonly desktop: DetectDesktop;
  readonly displays: ListDisplays;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}

/** Desktops change their wallpaper some moments after they were told: the read-back is tried this often, this far apart (ms). */
const readBackTries = 25;
const readBackPause = 120;

export function createWallpaperService(parts: WallpaperParts): Wallpaper {
  const { composed, outside, backends, clock, log } = parts;
  const queue = createChangeQueue();
  const paint = createPaint(composed);
  const pictureOf = createPictureSource(parts);

  /** Which desktop answered a list of displays, and, once that was asked, how it is changed: a change asks for both several times. */
  const moments = new WeakMap<
    readonly Display[],
    { readonly desktop: Desktop; backend: Promise<Result<Backend>> | null }
  >();

  async function listDisplays(signal?: AbortSignal): Promise<Result<readonly Display[]>> {
    const desktop = await parts.desktop();
    const listed = await parts.displays(desktop, signal);
    if (!listed.ok) return listed;
    // A list of its own: whoever hands it back means this moment.
    const displays = [...listed.value];
    moments.set(displays, { desktop, backend: null });
    return ok(displays);
  }

  /** The desktop as it is now (or as it was when it answered `known`), and how it is changed. */
  async function here(signal?: AbortSignal, known?: readonly Display[]) {
    const then = known === undefined ? undefined : moments.get(known);
    if (known !== undefined && then !== undefined) {
      const backend = await (then.backend ??= findBackend(backends, then.desktop));
      return backend.ok ? ok({ desktop: then.desktop, backend: backend.value, displays: known }) : backend;
    }
    const desktop = await parts.desktop();
    const backend = await findBackend(backends, desktop);
    if (!backend.ok) return backend;
    const listed = await parts.displays(desktop, signal);
    return listed.ok ? ok({ desktop, backend: backend.value, displays: listed.value }) : listed;
  }

  /** Composes every placement: one file a display, and how the files may be joined. */
  async function compose(
    scene: Scene,
    displays: readonly Display[],
    options: { readonly lossless: boolean },
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly pieces: Record<string, Piece>; readonly contentType: string }>> {
    const pieces: Record<string, Piece> = {};
    const types: string[] = [];
    for (const group of groupsOf(scene, displays)) {
      const picture = await pictureOf(group.picture, onProgress, signal);
      if (!picture.ok) return picture;
      types.push(picture.value.contentType);
      const made = await paint.pieces(picture.value, group.displays, group.fit, options, signal);
      if (!made.ok) return made;
      Object.assign(pieces, made.value);
    }
    // One picture without losses among them, and the whole is kept without.
    const contentType = types.find((type) => type !== 'image/jpeg' && type !== 'image/webp') ?? types[0] ?? 'image/png';
    return ok({ pieces, contentType });
  }

  async function show(
    scene: Scene,
    onProgress: Progress,
    signal?: AbortSignal,
    asked?: readonly Display[],
    onPlanned?: (planned: PlannedScene) => Promise<void>,
  ): Promise<Result<ShownScene>> {
    const now = await here(signal, asked);
    if (!now.ok) return now;
    const { desktop, backend, displays } = now.value;
    const known = checkDisplays(displays, scene);
    if (!known.ok) return known;
    const before = await composed.shown();
    const { takes } = backend;
    const lossless = takes === 'desktop' && displays.length > 1;
    const made = await compose(scene, displays, { lossless }, onProgress, signal);
    if (!made.ok) return made;
    const { pieces, contentType } = made.value;
    if (takes !== 'display') {
      const others = displays.filter(({ id }) => !(id in pieces));
      const kept = await keepOthers(backend, desktop, others, displays, before);
      if (!kept.ok) return kept;
      Object.assign(pieces, kept.value);
    }
    const whole = takes === 'desktop' ? await paint.whole(pieces, displays, contentType, signal) : ok(null);
    if (!whole.ok) return whole;
    const shown = { pieces: { ...before.pieces, ...pieces }, whole: whole.value };
    const planned = entriesOf(scene, displays, backend);
    await onPlanned?.({ shown: composed.pack(shown), entries: planned });
    if (signal?.aborted) return fail(cancelled);

    // From here on the desktop changes: no more aborting, and a failure puts back what was there.
    const request = requestFor(pieces, whole.value, displays);
    const shows = await applyAndReadBack(backend, request);
    if (!shows.ok) {
      await putBack(backend, before, displays);
      return fail(explain(desktop, backend, shows.error));
    }
    for (const [display, { shows: what, detail }] of shows.value) {
      if (what === 'unknown') log.warn('The wallpaper was set but could not be read back', { display, detail });
    }
    await remember(shown);
    return ok({
      entries: planned.map((entry) => ({ ...entry, verified: shownOn(shows.value, backend, entry.name) === 'target' })),
    });
  }

  async function settle(
    planned: PlannedScene,
    signal?: AbortSignal,
    asked?: readonly Display[],
  ): Promise<Result<ShownScene>> {
    const now = await here(signal, asked);
    if (!now.ok) return now;
    const { backend, displays } = now.value;
    const shown = await composed.unpack(planned.shown);
    const verdicts = await verdictsOf(backend, shown, displays);
    if (verdicts === null) return ok({ entries: [] });
    const entries = planned.entries.flatMap((entry): ShownEntry[] => {
      const display = displays.find(({ key }) => key === entry.display);
      if (display === undefined || shown.pieces[display.id] === undefined) return [];
      const shows = shownOn(verdicts, backend, display.id);
      return shows === 'other' ? [] : [{ ...entry, verified: shows === 'target' }];
    });
    if (entries.length > 0) await remember(shown);
    return ok({ entries });
  }

  async function prepare(scene: Scene, signal?: AbortSignal, asked?: readonly Display[]): Promise<Result<void>> {
    const now = await here(signal, asked);
    if (!now.ok) return now;
    const { backend, displays } = now.value;
    const known = checkDisplays(displays, scene);
    if (!known.ok) return known;
    const lossless = backend.takes === 'desktop' && displays.length > 1;
    const made = await compose(scene, displays, { lossless }, () => undefined, signal);
    if (!made.ok) return made;
    composed.reserve(Object.values(made.value.pieces).map(({ file }) => file));
    await backend.expect?.(requestFor(made.value.pieces, null, displays).targets);
    return ok(undefined);
  }

  async function looks(signal?: AbortSignal, asked?: readonly Display[]): Promise<Result<readonly Look[]>> {
    const now = await here(signal, asked);
    if (!now.ok) return now;
    const { backend, displays } = now.value;
    const before = await composed.shown();
    const verdicts = await verdictsOf(backend, before, displays);
    const found: Look[] = [];
    const forgets = backend.forgets === true;
    for (const display of displays) {
      const verdict = verdicts?.get(backend.takes === 'desktop' ? wholeId : display.id);
      // What was never ours is somebody else's, as far as anything can be seen of it.
      const ours = before.pieces[display.id] !== undefined && (verdict?.shows ?? 'unknown') !== 'other';
      if (ours) {
        found.push({ display, shows: verdict?.shows === 'target' ? 'ours' : 'unknown', outside: null, forgets });
        continue;
      }
      const copy = await outside.adopt(async (path) => (await backend.capture?.(display, path, displays)) ?? false);
      const seen = copy !== null || verdict?.shows === 'other';
      const lost = copy === null && forgets;
      found.push({ display, shows: lost ? 'lost' : seen ? 'other' : 'unknown', outside: copy, forgets });
    }
    return ok(found);
  }

  async function verdictsOf(backend: Backend, before: Shown, displays: readonly Display[]): Promise<Verdicts | null> {
    const whole = backend.takes === 'desktop' ? before.whole : null;
    const request = requestFor(before.pieces, whole, displays);
    if (request.targets.length === 0 || (backend.takes === 'desktop' && whole === null)) return null;
    const verdicts = await backend.verify(request);
    return verdicts.ok ? verdicts.value : null;
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
    const verdicts = await verdictsOf(backend, before, displays);
    if (verdicts === null) return new Set();
    const shows = (id: string): boolean =>
      (verdicts.get(backend.takes === 'desktop' ? wholeId : id)?.shows ?? 'other') !== 'other';
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
    show: (scene, onProgress, signal, known, onPlanned) =>
      queue.run(
        scene.placements.map(({ display }) => display),
        () => show(scene, onProgress, signal, known, onPlanned),
        signal,
      ),
    settle,
    prepare,
    looks,
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
    displays: listDisplays,
  };
}

type Progress = (done: number, total: number | null) => void;
