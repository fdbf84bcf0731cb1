import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratingFrom, settings } from '../../shared/model.ts';
import { createContentGate } from './gate.ts';

describe('the content gate', () => {
  it('is closed by default', () => {
    const gate = createContentGate(() => settings.parse({}));
    expect(gate.allows({ rating: 'safe' })).toBe(true);
    expect(gate.allows({ rating: 'adult' })).toBe(false);
    expect(gate.allows({ rating: 'unknown' })).toBe(false);
    expect(gate.checkFilter({ rating: 'safe' }).ok).toBe(true);
    expect(gate.checkFilter({ rating: 'any' })).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
  });

  it('follows the setting at once, both ways', () => {
    let adultContent = true;
    const gate = createContentGate(() => ({ adultContent }));
    expect(gate.allows({ rating: 'adult' })).toBe(true);
    adultContent = false;
    expect(gate.allows({ rating: 'adult' })).toBe(false);
  });

  it('counts what it hides', () => {
    const gate = createContentGate(() => ({ adultContent: false }));
    fc.assert(
      fc.property(fc.array(fc.record({ rating: fc.constantFrom('safe', 'adult', 'unknown') })), (items) => {
        const { seen, hidden } = gate.split(items);
        expect(seen.every((item) => item.rating === 'safe')).toBe(true);
        expect(seen.length + hidden).toBe(items.length);
      }),
    );
  });

  it('takes whatever is not certainly safe for adult', () => {
    fc.assert(
      fc.property(fc.constantFrom(true, false, null, undefined), (flag) => {
        expect(ratingFrom(flag)).toBe(flag === false ? 'safe' : 'adult');
      }),
    );
  });
});
