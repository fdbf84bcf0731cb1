import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { t } from './index.ts';

describe('format', () => {
  const format = createFormat('en');
  it('gives bytes a unit that fits', () => {
    expect([0, 999, 1000, 1_440_000, 2_000_000_000, 9e15].map(format.bytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '1 kB',
      '1.44 MB',
      '2 GB',
      '9,000 TB',
    ]);
  });
  it('tells how long ago something was', () => {
    const now = Date.parse('2026-03-10T12:00:00Z');
    expect(format.relative('2026-03-10T11:59:50Z', now)).toBe('just now');
    expect(format.relative('2026-03-10T11:55:00Z', now)).toBe('5 minutes ago');
    expect(format.relative('2026-03-09T11:00:00Z', now)).toBe('yesterday');
    expect([format.relative('nonsense', now), format.date('nonsense'), format.dateTime('')]).toEqual(['', '', '']);
  });
});

describe('the English catalog', () => {
  it('counts in words', () => {
    expect([t.common.pictures(1), t.common.pictures(1200)]).toEqual(['1 picture', '1,200 pictures']);
    expect([t.sync.waiting(1), t.sync.waiting(3)]).toEqual(['1 change waits', '3 changes wait']);
    expect(t.favorites.available(3, 5)).toBe('3 of 5 available offline');
  });
  it('describes a picture for those who do not see it', () => {
    expect(
      t.image.describe({ subject: 'hills sky', artist: 'Aki', size: '1920 × 1080', favorite: true, animated: false }),
    ).toBe('hills sky, by Aki, 1920 × 1080, favorite');
  });
  it('has no empty text', () => {
    const walk = (node: object): unknown[] =>
      Object.values(node).flatMap((value: unknown) => (typeof value === 'object' && value ? walk(value) : [value]));
    for (const text of walk(t)) if (typeof text === 'string') expect(text.trim()).not.toBe('');
  });
});
