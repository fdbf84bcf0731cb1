import type { Component } from 'svelte';
import { describe, expect, it } from 'vitest';
import { partNames, Parts, type PartName } from './parts.svelte.ts';

const component: Component = () => ({});

describe('the parts of the page', () => {
  it('come one at a time, what is looked at first, each with a pause before it is shown', async () => {
    const log: string[] = [];
    const parts: Parts = new Parts({
      load(name) {
        log.push(name);
        return Promise.resolve({ default: component });
      },
      pause() {
        log.push(partNames.filter((name) => parts.of(name) !== null).length.toString());
        return Promise.resolve();
      },
    });
    await parts.loadAll('history');
    expect(log.slice(0, 6)).toEqual(['history', '0', '1', 'browse', '1', '2']);
    expect(partNames.every((name) => parts.of(name) === component)).toBe(true);
    expect(log.filter((entry) => entry === 'history')).toHaveLength(1);
  });

  it('that cannot be fetched are told of, do not keep the others away, and can be asked for again', async () => {
    let down: PartName | null = 'settings';
    const parts = new Parts({
      load: (name) => (name === down ? Promise.reject(new Error('gone')) : Promise.resolve({ default: component })),
      pause: () => Promise.resolve(),
    });
    await parts.loadAll();
    expect(partNames.filter((name) => parts.of(name) === null)).toEqual(['settings']);
    expect([parts.failed('settings'), parts.failed('browse')]).toEqual([true, false]);
    expect(await parts.load('settings')).toBe(false);
    down = null;
    expect(await parts.load('settings')).toBe(true);
    expect([parts.failed('settings'), parts.of('settings')]).toEqual([false, component]);
  });
});
