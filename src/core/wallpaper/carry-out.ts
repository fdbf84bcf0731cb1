import type { Display, Image } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { ChangeReason } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Clock, Log } from '../ports.ts';
import type { ShownEntry, Store } from '../store/store.ts';
import type { Deed, PendingChange, PendingNote } from './pending-change.ts';
import type { PlacedPicture, Scene, Stage } from './scene.ts';

/** Where the name of the last change that the history knows is kept: written with it, in one transaction. */
const recordedKey = 'wallpaper.recorded';

/** A picture that a pool has given to a display. */
export interface PoolDraw {
  readonly pool: string;
  readonly image: Image['id'];
}

/** Changes the desktop and the history as one: whatever happens between the two, the history says what is on the displays. */
export interface CarryOut {
  /** Shows and, once the desktop has it, records; then judges anew, as it may have become forbidden meanwhile. */
  show(
    scene: Scene,
    deed: Deed,
    displays: readonly Display[] | null,
    onProgress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<readonly ShownEntry[]>>;
  /** A change that the desktop has, and that nobody lived to record, is recorded now. An error: the desktop cannot be asked; the next time, then. */
  mend(displays: readonly Display[], signal?: AbortSignal): Promise<Result<void>>;
  /** There is none of that kind. */
  isMended(): Promise<boolean>;
  /** The picture as it is known now; null where it is none of ours. */
  nowOf(picture: PlacedPicture): Image | null;
}

export interface CarryOutParts {
  readonly stage: Pick<Stage, 'show' | 'settle'>;
  readonly store: Pick<Store, 'wallpapers' | 'images' | 'settings' | 'transaction'>;
  readonly pending: PendingNote;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** What is on displays is another now. */
  readonly changed: (displays: readonly Display[]) => void;
  /** What has just been shown is not allowed any more: the content setting or the blocks have changed meanwhile. */
  readonly notAllowed: () => void;
  /** Pools gave these pictures. Called inside the transaction that records them. */
  readonly drawn: (draws: readonly PoolDraw[], reason: ChangeReason) => void;
}

export function createCarryOut(parts: CarryOutParts): CarryOut {
  const { stage, store, pending, gate, clock, log } = parts;
  const history = store.wallpapers;
  let mended = false;

  const nowOf: CarryOut['nowOf'] = (picture) =>
    picture.kind === 'image' ? (store.images.get(picture.image.id) ?? picture.image) : null;
  const mayShow = (picture: PlacedPicture): boolean => {
    const image = nowOf(picture);
    return image === null || gate.allows(image);
  };

  /** What the history is to say where of the `planned` displays only these `entries` have changed. */
  function write(deed: Deed, at: number, entries: readonly ShownEntry[], planned: readonly ShownEntry[]): void {
    const has = (key: string): boolean => entries.some(({ display }) => display === key);
    if (deed.kind === 'record') {
      history.record({ reason: deed.reason, at, entries });
      const draws = deed.draws.filter(({ display }) => entries.some(({ name }) => name === display));
      if (draws.length > 0) parts.drawn(draws, deed.reason);
    } else if (deed.kind === 'move') {
      history.move({ reason: deed.reason, at, moves: deed.moves.filter(({ display }) => has(display)) });
    } else if (deed.kind === 'undo') {
      const stands = new Map(history.shown().map(({ display, key }) => [display, key]));
      const stay = planned.flatMap(({ display }) => {
        const to = stands.get(display);
        return has(display) || to === undefined ? [] : [{ display, to }];
      });
      history.undo(deed.change, [...stay, ...deed.instead]);
    }
  }

  function record(change: Omit<PendingChange, 'id'>, id: string | null, shown: readonly ShownEntry[]): void {
    // A display has one place in a change: a note that names it twice would never get into the history, and be tried for ever.
    const entries = [...new Map(shown.map((entry) => [entry.display, entry])).values()];
    try {
      store.transaction(() => {
        write(change.deed, change.at, entries, change.entries);
        if (id !== null) store.settings.remember(recordedKey, id);
      });
    } catch (error) {
      // The note is still there.
      mended = false;
      throw error;
    }
  }

  async function unrecorded(): Promise<PendingChange | null> {
    const found = await pending.read();
    return found === null || found.id === store.settings.recall(recordedKey) ? null : found;
  }

  return {
    nowOf,
    async show(scene, deed, displays, onProgress, signal) {
      let noted: PendingChange | null = null;
      const done = await stage.show(scene, onProgress, signal, displays ?? undefined, async (planned) => {
        noted = await pending.write({ at: clock.now(), deed, ...planned });
        mended = true;
        if (noted === null) log.warn('The change could not be written down before it was made');
      });
      if (!done.ok) {
        if (noted !== null) await pending.remove();
        return done;
      }
      const { entries } = done.value;
      const id = (noted as PendingChange | null)?.id ?? null;
      record({ at: clock.now(), deed, entries, shown: { pieces: {}, whole: null } }, id, entries);
      parts.changed(displays ?? []);
      if (scene.placements.some(({ picture }) => !mayShow(picture))) parts.notAllowed();
      return ok(entries);
    },
    async mend(displays, signal) {
      if (mended) return ok(undefined);
      const cut = await unrecorded();
      if (cut === null) {
        mended = true;
        return ok(undefined);
      }
      const settled = await stage.settle(cut, signal, displays);
      if (!settled.ok) return settled;
      const { entries } = settled.value;
      if (entries.length > 0) {
        record(cut, cut.id, entries);
        log.info('A change that was cut short is in the history now', { displays: entries.map(({ name }) => name) });
        parts.changed(displays);
      } else await pending.remove();
      mended = true;
      return ok(undefined);
    },
    async isMended() {
      return mended || (mended = (await unrecorded()) === null);
    },
  };
}
