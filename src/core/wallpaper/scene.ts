import type { Display, Fit, Image } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { ShownEntry } from '../store/store.ts';
import type { PackedShown } from './composed.ts';

/** What is to be on some displays, in one change; the other displays stay as they are. */
export interface Scene {
  readonly placements: readonly Placement[];
}

/** Placements of one picture that share the fit `span` form one picture across their displays. */
export interface Placement {
  /** `Display.id` */
  readonly display: string;
  readonly picture: PlacedPicture;
  readonly fit: Fit;
  /** The pool it was drawn from, which counts it as shown. */
  readonly pool?: string;
}

/** One of our images, or the kept copy of a picture that somebody else had put there (its file name in the folder of outside pictures). */
export type PlacedPicture =
  { readonly kind: 'image'; readonly image: Image } | { readonly kind: 'outside'; readonly file: string };

/** A scene that was applied and read back. */
export interface ShownScene {
  readonly entries: readonly ShownEntry[];
}

/** What will be on the displays, a moment before the desktop is told. */
export interface PlannedScene {
  readonly shown: PackedShown;
  /** None is verified yet. */
  readonly entries: readonly ShownEntry[];
}

/** What the desktop shows on a display now. */
export interface Look {
  readonly display: Display;
  /**
   * `ours`: what was last shown there through Kabegami. `other`: somebody else's. `lost`: not ours, and nothing that anybody would have put there, on a
   * desktop that forgets its wallpaper with its session. `unknown`: it cannot be read.
   */
  readonly shows: 'ours' | 'other' | 'lost' | 'unknown';
  /** Of `other`: file name of the copy that was kept of it (content-addressed, in the folder of outside pictures); null where none can be had. */
  readonly outside: string | null;
  /** The desktop forgets its wallpaper with its session: what is there at its start was put there by the session, not by a person. */
  readonly forgets: boolean;
}

/** The desktop as it is: shows scenes and reads back. Knows no history and no content gate: those are `changes`. */
export interface Stage {
  /**
   * Shows a scene; done only after the desktop was asked. Calls run one after another; one that waits is `cancelled` when a newer one covers its
   * displays. Until the desktop is touched it can be aborted; after that it is carried through, and a failure puts back what was there.
   *
   * @param onProgress Bytes of the downloads, where there are any.
   * @param known The very list that `displays` answered for this change: the desktop is not asked for it once more. The same below.
   * @param onPlanned Called, and waited for, before the desktop is touched.
   */
  show(
    scene: Scene,
    onProgress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
    known?: readonly Display[],
    onPlanned?: (planned: PlannedScene) => Promise<void>,
  ): Promise<Result<ShownScene>>;
  /**
   * Nobody lived to see how a planned change went: asks the desktop. Answers the entries of the displays that show it (unverified where that cannot be
   * read) and takes it for what was shown there last; none where it was not carried out, or somebody has changed the desktop since.
   */
  settle(planned: PlannedScene, signal?: AbortSignal, known?: readonly Display[]): Promise<Result<ShownScene>>;
  /** Fetches and composes a scene ahead, so that `show` needs neither network nor wait. Changes nothing on the desktop. */
  prepare(scene: Scene, signal?: AbortSignal, known?: readonly Display[]): Promise<Result<void>>;
  /** Asks the desktop what it shows on each display; keeps copies of what is not ours. */
  looks(signal?: AbortSignal, known?: readonly Display[]): Promise<Result<readonly Look[]>>;
  displays(signal?: AbortSignal): Promise<Result<readonly Display[]>>;
}
