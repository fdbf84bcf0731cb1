import type { Edit, EditTurn } from '../../shared/edits.ts';
import type { Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { Notices } from './notices.svelte.ts';

/** The undo stack: what was changed in the library, and the way back. */
export class EditsState {
  /** Newest first. */
  list = $state.raw<readonly Edit[]>([]);
  loaded = $state(false);
  /** The panel that lists them is open. */
  open = $state(false);
  readonly #client: Client;
  readonly #notices: Notices;

  readonly newest: Edit | null = $derived(this.list.find(({ undone }) => !undone) ?? null);
  readonly oldestUndone: Edit | null = $derived(this.list.findLast(({ undone }) => undone) ?? null);

  constructor(client: Client, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
    client.on('edits.changed', () => {
      if (this.loaded) void this.load();
    });
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('edits.list', {});
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    this.list = answer.value.edits;
    this.loaded = true;
  }

  /** Says what was done, with a way back. */
  tell(edit: Edit): void {
    this.#notices.undoable(edit.label, () => void this.takeBack(edit.key));
  }

  /**
   * Takes back this one alone, or all from `first` up to it: only while nothing was changed since, which would be taken
   * back with it.
   */
  async takeBack(key: number, first: number = key): Promise<void> {
    await this.load();
    if (this.newest?.key === key) await this.undo(first === key ? null : first);
    else {
      this.#notices.info(t.edits.changedSince);
      this.open = true;
    }
  }

  /** The newest; or all down to this one. */
  async undo(to: number | null = null): Promise<void> {
    this.#turned(await this.#client.call('edits.undo', { to }), 'undo');
  }

  async redo(to: number | null = null): Promise<void> {
    this.#turned(await this.#client.call('edits.redo', { to }), 'redo');
  }

  #turned(answer: Result<EditTurn>, direction: 'undo' | 'redo'): void {
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    const { edit, count, missed } = answer.value;
    if (edit === null) this.#notices.info(t.edits.nothing[direction]);
    else {
      const said = count === 1 ? t.edits.turned[direction](edit.label) : t.edits.turnedMany[direction](count);
      const back = direction === 'undo' ? () => this.redo(edit.key) : () => this.undo(edit.key);
      // More than one: only the panel leads back to where this began.
      this.#notices.info(said, count === 1 ? { label: t.edits.back[direction], run: () => void back() } : null);
    }
    for (const sentence of missed) this.#notices.error({ code: 'not_found', message: sentence });
  }
}
