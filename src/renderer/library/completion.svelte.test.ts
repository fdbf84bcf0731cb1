import { describe, expect, it } from 'vitest';
import { Completion, type Completed } from './completion.svelte.ts';

type Ask = ConstructorParameters<typeof Completion>[0]['call'];

const tag = (text: string): Completed => ({ text: `tag:${text}`, label: text, kind: 'tag', count: 1 });

/** Answers when it is told to. */
function world() {
  const waiting: ((items: readonly Completed[]) => void)[] = [];
  const call = ((_name: string, { text, caret }: { text: string; caret: number }) =>
    new Promise((resolve) => {
      const from = text.lastIndexOf(' ', caret - 1) + 1;
      waiting.push((items) => resolve({ ok: true, value: { from, to: caret, items } }));
    })) as unknown as Ask;
  return {
    completion: new Completion({ call }),
    answer: (...items: string[]): void => waiting.shift()?.(items.map(tag)),
  };
}

describe('what may be meant', () => {
  it('keeps what the arrows have reached when the list of one more letter comes', async () => {
    const { completion, answer } = world();
    const first = completion.ask('la', 2);
    answer('lake', 'landscape');
    await first;
    const second = completion.ask('lan', 3);
    completion.move(1);
    completion.move(1);
    answer('landscape', 'lantern');
    await second;
    expect(completion.active).toBe(0);
    const third = completion.ask('lant', 4);
    answer('lantern');
    await third;
    expect(completion.active).toBe(-1);
  });

  it('reaches the same place of the list that comes where an arrow was pressed before it came', async () => {
    const { completion, answer } = world();
    const first = completion.ask('l', 1);
    answer('likes', 'landscape');
    await first;
    const second = completion.ask('la', 2);
    completion.move(1);
    const entered = completion.reached();
    answer('landscape', 'lake');
    await second;
    expect(completion.active).toBe(0);
    expect((await entered)?.label).toBe('landscape');
    // Written on without an arrow: what is not there any more is not meant any more.
    const third = completion.ask('lak', 3);
    answer('lake');
    await third;
    expect(completion.active).toBe(-1);
    expect(await completion.reached()).toBeUndefined();
  });

  it('takes the place of the whole word, written on since the list was asked for', async () => {
    const { completion, answer } = world();
    const asked = completion.ask('sky lan -night', 7);
    answer('landscape');
    await asked;
    expect(completion.accept('sky landsc -night', tag('landscape'))).toEqual({
      text: 'sky tag:landscape -night',
      caret: 17,
    });
  });

  it('leaves another text alone', async () => {
    const { completion, answer } = world();
    const asked = completion.ask('sky lan -night', 7);
    answer('landscape');
    await asked;
    expect(completion.accept('night', tag('landscape'))).toBeNull();
    expect(completion.open).toBe(false);
  });
});
