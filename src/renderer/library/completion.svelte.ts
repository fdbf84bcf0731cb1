import type { Completions } from '../../shared/library.ts';
import type { Client } from '../../shared/rpc.ts';

export type Completed = Completions['items'][number];

/** What may be meant by what is being written. */
export class Completion {
  items = $state.raw<readonly Completed[]>([]);
  open = $state(false);
  /** The item that the arrows have reached; -1 for none. */
  active = $state(-1);
  #span: { readonly from: number; readonly to: number } = { from: 0, to: 0 };
  #asking: AbortController | null = null;
  readonly #client: Pick<Client, 'call'>;

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client;
  }

  /** Asks what may stand at the caret. Only the last question counts. */
  async ask(text: string, caret: number): Promise<void> {
    this.#asking?.abort();
    const controller = new AbortController();
    this.#asking = controller;
    const answer = await this.#client.call('library.complete', { text, caret }, { signal: controller.signal });
    if (controller.signal.aborted || !answer.ok) return;
    const { from, to, items } = answer.value;
    this.#span = { from, to };
    this.items = items;
    this.open = items.length > 0;
    this.active = -1;
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

  /** The text with an item in the place of what was written, and where the caret is then. */
  accept(text: string, item: Completed): { readonly text: string; readonly caret: number } {
    const { from, to } = this.#span;
    this.close();
    return { text: text.slice(0, from) + item.text + text.slice(to), caret: from + item.text.length };
  }
}
