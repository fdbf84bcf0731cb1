import type { AppError } from '../../shared/errors.ts';
import { t } from '../messages/index.ts';

export interface Notice {
  readonly key: number;
  readonly level: 'info' | 'error';
  readonly message: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** How long a notice stays, in milliseconds: long enough to read, longer where something can be done about it. */
const stay = { info: 4000, error: 9000, action: 10_000 } as const;

/** More are a wall in front of the pictures. */
const most = 3;

/** "Wait another 54 s." and "Wait another 3 min." are the same trouble at two times. */
const troubleOf = (message: string): string =>
  message.replace(/\d[\d.,:]*(\s*(ms|s|min|h|seconds?|minutes?|hours?)\b)?/g, '#');

const isSame = (one: Notice, other: Notice): boolean =>
  one.message === other.message ||
  (one.level === 'error' && other.level === 'error' && troubleOf(one.message) === troubleOf(other.message));

/** Short messages that come and go. Neither the same words nor the same trouble are shown twice at a time. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #next = 1;
  #undo: Notice | null = null;
  readonly #later: (ms: number, action: () => void) => () => void;
  readonly #timers = new Map<number, () => void>();

  constructor(later: (ms: number, action: () => void) => () => void) {
    this.#later = later;
  }

  /** Answers what takes it away again. */
  info(message: string, action: Notice['action'] = null): () => void {
    const { key } = this.#add('info', message, action);
    return () => this.dismiss(key);
  }

  /** An error in its own words. Cancelled calls are nobody's error. */
  error(error: Pick<AppError, 'code' | 'message'>, action: Notice['action'] = null): void {
    if (error.code !== 'cancelled') this.#add('error', error.message, action);
  }

  /** Something was done that can be undone, from the notice or with Ctrl+Z while it is shown. Answers what takes the notice away. */
  undoable(message: string, undo: () => void): () => void {
    const notice = this.#add('info', message, { label: t.common.undo, run: undo });
    this.#undo = notice;
    return () => this.dismiss(notice.key);
  }

  /** Undoes the last undoable thing still shown. Answers whether there was one. */
  undoLast(): boolean {
    const notice = this.#undo;
    if (!notice || !this.list.some(({ key }) => key === notice.key)) return false;
    this.run(notice);
    return true;
  }

  run(notice: Notice): void {
    this.dismiss(notice.key);
    notice.action?.run();
  }

  dismiss(key: number): void {
    this.hold(key);
    this.list = this.list.filter((notice) => notice.key !== key);
    if (this.#undo?.key === key) this.#undo = null;
  }

  /** The pointer or the focus is on it: it does not go away. */
  hold(key: number): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  release(key: number): void {
    const notice = this.list.find((entry) => entry.key === key);
    if (notice && !this.#timers.has(key)) this.#start(notice);
  }

  #add(level: Notice['level'], message: string, action: Notice['action']): Notice {
    const notice: Notice = { key: this.#next, level, message, action };
    this.#next += 1;
    for (const other of this.list) if (isSame(other, notice)) this.dismiss(other.key);
    // What somebody is just reading does not go away for it.
    const others = this.list.filter(({ key }) => this.#timers.has(key));
    for (const { key } of others.slice(0, Math.max(0, this.list.length - most + 1))) this.dismiss(key);
    this.list = [...this.list, notice];
    this.#start(notice);
    return notice;
  }

  #start(notice: Notice): void {
    const ms = notice.action ? stay.action : stay[notice.level];
    this.#timers.set(
      notice.key,
      this.#later(ms, () => this.dismiss(notice.key)),
    );
  }
}
