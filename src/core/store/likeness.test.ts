import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLikeness } from './likeness.ts';
import { openTestStore, testImage } from './testing.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => void (test = openTestStore()));
afterEach(() => test.close());

describe('what looks alike', () => {
  it('is read in parts, and told whole to whoever asks before all was read', () => {
    const ids = [1, 2, 3, 4, 5].map((n) => `waifu-im:${n}`);
    test.store.images.upsert(ids.map((id) => testImage({ id, hash: '00000000000000ff' })));
    const likeness = createLikeness(test.store.database, 2);
    expect([likeness.loadSome(), likeness.loadSome()]).toEqual([false, false]);
    // One that was read already has changed meanwhile.
    likeness.note({ key: 1, provider: 'waifu-im', hash: 'ffffffff00000000', own_hash: null });
    expect(likeness.of('waifu-im:5', 4)).toEqual(['waifu-im:2', 'waifu-im:3', 'waifu-im:4']);
    expect(likeness.loadSome()).toBe(true);
    likeness.forget();
    expect([likeness.loadSome(), likeness.loadSome(), likeness.loadSome()]).toEqual([false, false, true]);
    expect(likeness.of('waifu-im:5', 4)).toHaveLength(4);
  });
});
