import type { ImageId } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Block, BlockTarget } from '../../shared/rotation.ts';
import type { EventBus } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** Never again: what its owner does not want to see, at once everywhere. */
export interface Blocks {
  list(): readonly Block[];
  /** Answers the block and the displays whose picture was replaced because of it. */
  add(target: BlockTarget): Promise<Result<{ readonly block: Block; readonly replaced: readonly string[] }>>;
  remove(target: BlockTarget): Result<{ readonly removed: boolean }>;
}

export function createBlocks(parts: {
  readonly store: Pick<Store, 'blocks' | 'images'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Puts something else on the displays that show what is blocked now. */
  readonly recheck: () => Promise<readonly string[]>;
}): Blocks {
  const { store, events, clock, recheck } = parts;

  /** Clients drop from their lists what is blocked, and put back what no longer is: they are told the images themselves, with the mark. */
  const tell = (images: readonly ImageId[]): void => {
    events.emit('blocks.changed', { blocks: store.blocks.list() });
    // Adult pictures are told by nobody unasked.
    const known = store.images.getMany(images).filter(({ rating }) => rating === 'safe');
    if (known.length > 0) events.emit('images.changed', { images: known });
  };

  return {
    list: () => store.blocks.list(),
    async add(target) {
      const { block, images } = store.blocks.add(target, clock.now());
      tell(images);
      return ok({ block, replaced: await recheck() });
    },
    remove(target) {
      const { removed, images } = store.blocks.remove(target);
      if (removed) tell(images);
      return ok({ removed });
    },
  };
}
