import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { createFakeClient } from '../testing/fake-client.ts';
import { fakeImages } from '../testing/fake-data.ts';
import { ImageStore } from './images.svelte.ts';
import { Notices } from './notices.svelte.ts';

describe('images', () => {
  it('tell whoever looked at one first, and again after they were given up and lent anew', () => {
    const [image, lent] = fakeImages(2);
    if (image === undefined || lent === undefined) throw new Error('There are two.');
    const store = new ImageStore(createFakeClient(), new Notices(() => () => undefined));
    store.lend([{ ...image, cached: false }]);
    const seen: (boolean | undefined)[] = [];
    const stop = $effect.root(() => {
      const shown = $derived(store.get(image.id));
      $effect(() => void seen.push(shown?.cached));
    });
    flushSync();
    store.put([{ ...image, cached: true }]);
    flushSync();
    expect(seen).toEqual([false, true]);
    store.lend([image]);
    stop();

    store.lend([{ ...lent, cached: false }]);
    const then: (boolean | undefined)[] = [];
    const end = $effect.root(() => {
      const shown = $derived(store.get(lent.id));
      $effect(() => void then.push(shown?.cached));
    });
    flushSync();
    store.giveUp([lent.id]);
    flushSync();
    store.lend([{ ...lent, cached: true }]);
    flushSync();
    expect(then).toEqual([false, undefined, true]);
    end();
  });
});
