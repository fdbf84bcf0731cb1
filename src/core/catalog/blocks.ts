import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImageId } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Block, BlockTarget } from '../../shared/rotation.ts';
import type { EventBus } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { ContentGate } from './gate.ts';

/** A tag may cover thousands of images: clients hear of them in parts. */
const toldAtOnce = 200;

/** Never again: what its owner does not want to see, at once everywhere. */
export interface Blocks {
  list(): readonly Block[];
  /** Answers the block and the displays whose picture was replaced because of it. */
  add(target: BlockTarget): Promise<Result<{ readonly block: Block; readonly replaced: readonly string[] }>>;
  remove(target: BlockTarget): Promise<Result<{ readonly removed: boolean }>>;
}

export function createBlocks(parts: {
  readonly store: Pick<Store, 'blocks' | 'images'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Puts something else on the displays that show what is blocked now. */
  readonly recheck: () => Promise<readonly string[]>;
}): Blocks {
  const { store, gate, events, clock, recheck } = parts;

  /** Clients drop from their lists what is blocked, and put back what no longer is: they are told the images themselves, with the mark. */
  const tell = async (images: readonly ImageId[]): Promise<void> => {
    events.emit('blocks.changed', { blocks: store.blocks.list() });
    for (let start = 0; start < images.length; start += toldAtOnce) {
      if (start > 0) await nextTurn();
      // Adult pictures are told only to those who may see them.
      const known = store.images
        .getMany(images.slice(start, start + toldAtOnce))
        .filter(({ rating }) => gate.allows({ rating }));
      if (known.length > 0) events.emit('images.changed', { images: known });
    }
  };

  return {
    list: () => store.blocks.list(),
    async add(target) {
      const { block, images } = store.blocks.add(target, clock.now());
      await tell(images);
      return ok({ block, replaced: await recheck() });
    },
    async remove(target) {
      const { removed, images } = store.blocks.remove(target);
      if (removed) await tell(images);
      return ok({ removed });
    },
  };
}
