import type { AppError } from '../../shared/errors.ts';
import type { ImageId } from '../../shared/model.ts';
import { t } from '../messages/index.ts';
import type { App } from '../state/app.svelte.ts';

/** Undone in one go up to so many: their ids are kept for it. */
const mostUndone = 10_000;

/** What is done with everything that is selected, a part at a time, with progress, until it is stopped. */
export class BulkWork {
  running = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  #controller: AbortController | null = null;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  stop(): void {
    this.#controller?.abort();
  }

  favorite(): Promise<void> {
    const { images, notices } = this.#app;
    const liked: ImageId[] = [];
    return this.#run(
      async (ids) => {
        const fresh = ids.filter((id) => !images.isFavorite(id));
        // It says itself what is wrong.
        if (fresh.length > 0 && !(await images.setFavorite(fresh, true))) this.stop();
        else liked.push(...fresh);
        return null;
      },
      () => {
        const said = t.library.bulk.liked(liked.length);
        if (liked.length > 0 && liked.length <= mostUndone)
          notices.undoable(said, () => void images.setFavorite(liked, false));
        else notices.info(said);
      },
    );
  }

  download(): Promise<void> {
    const { downloads, notices } = this.#app;
    const words = t.library.bulk;
    let done = 0;
    const errors: AppError[] = [];
    return this.#run(
      async (ids, before) => {
        for (const id of ids) {
          if (this.#controller?.signal.aborted !== false) break;
          const error = await downloads.start(id);
          if (error) errors.push(error);
          else done += 1;
          this.#tell(before - ids.length + done + errors.length);
        }
        return null;
      },
      () => {
        if (done > 0) notices.info(words.downloaded(done));
        const [first] = errors;
        if (first) notices.error({ ...first, message: words.downloadsFailed(errors.length, first.message) });
      },
    );
  }

  /** Never again, each of them. */
  block(): Promise<void> {
    const { client, notices } = this.#app;
    const blocked: ImageId[] = [];
    const allow = async (): Promise<void> => {
      for (const value of blocked) {
        const answer = await client.call('blocks.remove', { kind: 'image', value });
        if (!answer.ok) return notices.error(answer.error);
      }
    };
    return this.#run(
      async (ids, before) => {
        for (const value of ids) {
          if (this.#controller?.signal.aborted !== false) break;
          const answer = await client.call('blocks.add', { kind: 'image', value });
          if (!answer.ok) return answer.error;
          blocked.push(value);
          this.#tell(before - ids.length + blocked.length);
        }
        return null;
      },
      () => {
        const said = t.library.bulk.blocked(blocked.length);
        if (blocked.length > 0 && blocked.length <= mostUndone) notices.undoable(said, () => void allow());
        else notices.info(said);
      },
    );
  }

  /** Hands over the ids of all of them, for something that takes them at once. */
  async ids(): Promise<readonly ImageId[] | null> {
    const all: ImageId[] = [];
    let complete = false;
    await this.#run(
      (ids) => {
        all.push(...ids);
        return Promise.resolve(null);
      },
      () => (complete = true),
    );
    return complete ? all : null;
  }

  async #run(act: (ids: readonly ImageId[], done: number) => Promise<AppError | null>, end: () => void): Promise<void> {
    if (this.running !== null) return;
    const { library, notices } = this.#app;
    const controller = new AbortController();
    this.#controller = controller;
    this.running = { done: 0, total: library.selection.size };
    const error = await library.eachSelected(async (ids, done) => {
      const failed = await act(ids, done);
      this.#tell(done);
      return failed;
    }, controller.signal);
    this.running = null;
    this.#controller = null;
    if (error) notices.error(error);
    else end();
  }

  #tell(done: number): void {
    if (this.running !== null) this.running = { ...this.running, done };
  }
}
