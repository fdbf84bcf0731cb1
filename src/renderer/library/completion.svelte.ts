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
  readonly #client: Pick<Client, 'call'>;

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client;
  }

  /**
   * Asks what may stand at the caret. Only the last question counts. An item that the arrows have reached stays reached
   * where the new list has it too.
   */
  async ask(text: string, caret: number): Promise<void> {
    this.#asking?.abort();
    const controller = new AbortController();
    this.#asking = controller;
    const answer = await this.#client.call('library.complete', { text, caret }, { signal: controller.signal });
    if (controller.signal.aborted || !answer.ok) return;
    const { from, to, items } = answer.value;
    const reached = this.items[this.active]?.text;
    this.#around = { before: text.slice(0, from), behind: text.slice(to) };
    this.items = items;
    this.open = items.length > 0;
    this.active = items.findIndex((item) => item.text === reached);
  }

  close(): void {
    this.#asking?.abort();
    this.open = false;
    this.active = -1;
  }

  /** To the next or the previous item, around the ends; between them is none. */
  move(step: -1 | 1): void {
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
