import type { Completions } from '../../shared/library.ts';
import type { Client } from '../../shared/rpc.ts';

export type Completed = Completions['items'][number];

/** What may be meant by what is being written. */
export class Completion {
  items = $state.raw<readonly Completed[]>([]);
  open = $state(false);
  /** The item that the arrows have reached; -1 for none. */
  active = $state(-1);
  /** What stood before and behind the words the items are for, when they were asked for. */
  #around: { readonly before: string; readonly behind: string } = { before: '', behind: '' };
  #asking: AbortController | null = null;
  #answer: Promise<void> = Promise.resolve();
  /** Whether the arrows moved since the last question was asked. */
  #moved = false;
  readonly #client: Pick<Client, 'call'>;

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client;
  }

  /**
   * Asks what may stand at the caret. Only the last question counts. An item that the arrows have reached stays reached
   * where the new list has it too. Where it has not, an arrow that was pressed after the question was meant for the
   * list that comes: the same place is reached in that one.
   */
  ask(text: string, caret: number): Promise<void> {
    this.#asking?.abort();
    const controller = new AbortController();
    this.#asking = controller;
    this.#moved = false;
    this.#answer = this.#take(text, caret, controller.signal);
    return this.#answer;
  }

  async #take(text: string, caret: number, signal: AbortSignal): Promise<void> {
    const answer = await this.#client.call('library.complete', { text, caret }, { signal });
    if (signal.aborted || !answer.ok) return;
    const { from, to, items } = answer.value;
    const reached = this.items[this.active]?.text;
    const kept = items.findIndex((item) => item.text === reached);
    this.#around = { before: text.slice(0, from), behind: text.slice(to) };
    this.items = items;
    this.open = items.length > 0;
    this.active = kept === -1 && this.#moved ? Math.min(this.active, items.length - 1) : kept;
  }

  /** The item that the arrows have reached, in the list of the last question: waits for its answer. */
  async reached(): Promise<Completed | undefined> {
    await this.#answer;
    return this.open ? this.items[this.active] : undefined;
  }

  close(): void {
    this.#asking?.abort();
    this.open = false;
    this.active = -1;
  }

  /** To the next or the previous item, around the ends; between them is none. */
  move(step: -1 | 1): void {
    this.#moved = true;
    const count = this.items.length + 1;
    this.active = ((this.active + 1 + step + count) % count) - 1;
  }

  /**
   * The text with an item in the place of what was written, and where the caret is then. More may have been written
   * since the items were asked for: it goes with the rest of the word. Null where the text is another one by now.
   */
  accept(text: string, item: Completed): { readonly text: string; readonly caret: number } | null {
    const { before, behind } = this.#around;
    this.close();
    if (!text.startsWith(before) || !text.slice(before.length).endsWith(behind)) return null;
    return { text: before + item.text + behind, caret: before.length + item.text.length };
  }
}
