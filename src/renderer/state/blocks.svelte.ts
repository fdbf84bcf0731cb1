import type { AppError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import type { Block, BlockTarget } from '../../shared/rotation.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { Notices } from './notices.svelte.ts';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Whether a block surely covers an image. Near-duplicates only the core can tell. */
export function covers(target: BlockTarget, image: Image): boolean {
  switch (target.kind) {
    case 'image':
      return image.id === target.value;
    case 'artist':
      return image.artists.some(({ name }) => same(name.trim(), target.value));
    case 'tag':
      return image.tags.some((tag) => same(tag, target.value));
  }
}

/** Never again: what its owner has blocked. */
export class BlocksState {
  list = $state.raw<readonly Block[]>([]);
  error = $state.raw<AppError | null>(null);
  loaded = $state(false);
  readonly #client: Client;
  readonly #notices: Notices;
  readonly #hide: (target: BlockTarget) => () => void;

  constructor(options: {
    readonly client: Client;
    readonly notices: Notices;
    /** Takes what a block covers off the page; what it answers puts it back. */
    readonly hide: (target: BlockTarget) => () => void;
  }) {
    this.#client = options.client;
    this.#notices = options.notices;
    this.#hide = options.hide;
    this.#client.on('blocks.changed', ({ blocks }) => this.#take(blocks));
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('blocks.list', {});
    if (answer.ok) this.#take(answer.value.blocks);
    else this.error = answer.error;
  }

  /** Off the page at once, before the owner has answered; back when that fails. */
  async add(target: BlockTarget): Promise<void> {
    const back = this.#hide(target);
    const answer = await this.#client.call('blocks.add', target);
    if (!answer.ok) {
      back();
      this.#notices.error(answer.error);
      return;
    }
    const { block, replaced } = answer.value;
    if (this.loaded)
      this.#take([block, ...this.list.filter((each) => each.kind !== block.kind || each.value !== block.value)]);
    const words = t.blocks.added;
    const said = target.kind === 'image' ? words.image : words[target.kind](block.label);
    this.#notices.undoable(replaced.length > 0 ? `${said} ${t.blocks.replaced(replaced)}` : said, () => {
      void this.#allow(block).then((done) => done && back());
    });
  }

  async remove(block: Block): Promise<void> {
    if (await this.#allow(block)) this.#notices.info(t.blocks.allowed(block.label));
  }

  async #allow({ kind, value }: Block): Promise<boolean> {
    const answer = await this.#client.call('blocks.remove', { kind, value });
    if (answer.ok) this.list = this.list.filter((each) => each.kind !== kind || each.value !== value);
    else this.#notices.error(answer.error);
    return answer.ok;
  }

  #take(blocks: readonly Block[]): void {
    this.list = blocks;
    this.loaded = true;
    this.error = null;
  }
}
