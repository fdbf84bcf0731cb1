import type { AppError } from '../../shared/errors.ts';
import type { AppliedWallpaper, ImageId } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { RotationConfig, RotationDisplay, RotationPatch, RotationStatus } from '../../shared/rotation.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import { pauseUntil, type Pause } from '../../shared/pause.ts';
import type { Notices } from './notices.svelte.ts';

/** What may be done to the desktop, one at a time. */
export type Move = 'next' | 'previous' | 'undo';

/** Pictures that change by themselves: how it is set up, how it stands, and what moves it. */
export class RotationState {
  status = $state.raw<RotationStatus | null>(null);
  error = $state.raw<AppError | null>(null);
  /** A change that is under way. */
  moving = $state<Move | null>(null);
  /** "Safe now", or its release, is under way. */
  securing = $state(false);
  readonly config = $derived(this.status?.config ?? null);
  readonly safe = $derived(this.status?.safe === true);

  /** Takes away what was last said of the safe picture. */
  #unsay: () => void = () => undefined;
  readonly #client: Client;
  readonly #notices: Notices;
  readonly #now: () => Date;

  constructor(options: { readonly client: Client; readonly notices: Notices; readonly now: () => Date }) {
    this.#client = options.client;
    this.#notices = options.notices;
    this.#now = options.now;
    this.#client.on('rotation.changed', (status) => this.#take(status));
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('rotation.status', {});
    if (answer.ok) this.#take(answer.value);
    else this.error = answer.error;
  }

  /** A display by its key. */
  display(key: string): RotationDisplay | null {
    return this.status?.displays.find((display) => display.key === key) ?? null;
  }

  // --- The desktop ---

  next(): Promise<void> {
    return this.#move('next', () => this.#client.call('wallpaper.next', {}), t.rotation.moved);
  }

  /** Display ids; null is every display. */
  previous(displays: readonly string[] | null = null): Promise<void> {
    const ids = displays === null ? null : [...displays];
    return this.#move('previous', () => this.#client.call('wallpaper.previous', { displays: ids }), this.#back);
  }

  undo(): Promise<void> {
    return this.#move('undo', () => this.#client.call('wallpaper.undo', {}), this.#back);
  }

  /** Never waits for another change: that is what it is for. */
  async secure(on: boolean): Promise<void> {
    if (this.securing) return;
    this.securing = true;
    const done = await this.#ask(this.#client.call('wallpaper.safe', { on }));
    this.securing = false;
    if (!done) return;
    const { states, released, safeRelease } = t.rotation;
    // What was said before does not hold any more, nor does its button.
    this.#unsay();
    this.#unsay = on
      ? this.#notices.info(states.safe, { label: safeRelease, run: () => void this.secure(false) })
      : this.#notices.info(released);
  }

  // --- The schedule ---

  pause(pause: Pause): Promise<boolean> {
    return this.#ask(this.#client.call('rotation.pause', { until: pauseUntil(pause, this.#now()) }));
  }

  resume(): Promise<boolean> {
    return this.#ask(this.#client.call('rotation.resume', {}));
  }

  /** Changes a part of the configuration. What the owner answers is what is shown. */
  set(patch: RotationPatch): Promise<boolean> {
    return this.#ask(this.#client.call('rotation.set', { patch }));
  }

  /** The same, for a form that shows the error itself. */
  async trySet(patch: RotationPatch): Promise<AppError | null> {
    const answer = await this.#client.call('rotation.set', { patch });
    if (answer.ok) this.#take(answer.value);
    return answer.ok ? null : answer.error;
  }

  /** What differs on one display; null is as on all. */
  setDisplay(key: string, own: Partial<RotationConfig['displays'][string]>): Promise<boolean> {
    const { config } = this;
    if (config === null) return Promise.resolve(false);
    const { [key]: before, ...others } = config.displays;
    const now = { pool: null, fit: null, ...before, ...own };
    const displays = now.pool === null && now.fit === null ? others : { ...others, [key]: now };
    return this.set({ displays });
  }

  async pinSafe(id: ImageId | null): Promise<void> {
    const done = await this.set({ safeImage: id });
    if (done && id !== null) this.#notices.info(t.rotation.safePicture.pinned);
  }

  /** The content setting was turned off, or these were blocked: not told any more. */
  hide(unwanted: (image: NonNullable<RotationDisplay['upcoming']>) => boolean): void {
    const { status } = this;
    if (!status?.displays.some(({ upcoming }) => upcoming !== null && unwanted(upcoming))) return;
    this.status = {
      ...status,
      displays: status.displays.map((display) =>
        display.upcoming !== null && unwanted(display.upcoming) ? { ...display, upcoming: null } : display,
      ),
    };
  }

  readonly #back = (names: readonly string[]): string =>
    names.length === 1 ? t.rotation.back(names) : t.rotation.backMany(names);

  async #move(
    move: Move,
    call: () => Promise<Result<AppliedWallpaper>>,
    words: (displays: readonly string[], checked: boolean) => string,
  ): Promise<void> {
    if (this.moving !== null) return;
    this.moving = move;
    const answer = await call();
    this.moving = null;
    if (!answer.ok) {
      const again = (): void => void this.#move(move, call, words);
      this.#notices.error(answer.error, answer.error.retryable ? { label: t.common.retry, run: again } : null);
      return;
    }
    const { applied } = answer.value;
    this.#notices.info(
      applied.length === 0
        ? t.rotation.nothingChanged
        : words(
            applied.map(({ display }) => display),
            applied.every(({ verified }) => verified),
          ),
    );
  }

  async #ask(call: Promise<Result<RotationStatus>>): Promise<boolean> {
    const answer = await call;
    if (answer.ok) this.#take(answer.value);
    else this.#notices.error(answer.error);
    return answer.ok;
  }

  #take(status: RotationStatus): void {
    this.status = status;
    this.error = null;
  }
}
