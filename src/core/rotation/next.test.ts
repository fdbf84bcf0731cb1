import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestRotation, ids, quietly } from './testing.ts';

let test: ReturnType<typeof createTestRotation>;
beforeEach(() => {
  test = createTestRotation();
});
afterEach(() => test.close());

describe('next', () => {
  const shownId = (): string | undefined => {
    const picture = test.shown.at(-1)?.placements[0]?.picture;
    return picture?.kind === 'image' ? picture.image.id : undefined;
  };
  const upcomingOf = async (rotation: ReturnType<typeof test.create>): Promise<string | undefined> => {
    const status = await rotation.status();
    return status.ok ? status.value.displays[0]?.upcoming?.id : undefined;
  };

  it('goes forward again after a step back, and says so before', async () => {
    test.add(ids(6));
    const rotation = test.create();
    rotation.start();
    await rotation.set({ pool: 'library' });
    const seen: (string | undefined)[] = [];
    for (let n = 0; n < 3; n += 1) {
      await rotation.next({ fit: null }, quietly);
      seen.push(shownId());
    }
    await test.changes.previous(null);
    expect(shownId()).toBe(seen[1]);
    expect(await upcomingOf(rotation)).toBe(seen[2]);
    await rotation.next({ fit: null }, quietly);
    expect(shownId()).toBe(seen[2]);

    // Whoever jumps to an earlier picture does not walk: what comes next is new.
    const [, , first] = test.changes.list({ display: null, before: null, limit: 3 }).entries;
    await test.changes.jump(first?.key ?? 0);
    expect(shownId()).toBe(seen[0]);
    const announced = await upcomingOf(rotation);
    expect(seen).not.toContain(announced);
    await rotation.next({ fit: null }, quietly);
    expect(seen).not.toContain(shownId());
    await rotation.stop();
  });

  it('never leads to the picture of "Safe now", forward or back', async () => {
    // Too small for the display, so that the pool never draws it.
    test.add([...ids(6), { id: 'waifu-im:20', width: 64, height: 40 }]);
    const rotation = test.create();
    rotation.start();
    await rotation.set({ pool: 'library', safeImage: 'waifu-im:20' });
    await rotation.next({ fit: null }, quietly);
    const first = shownId();
    await rotation.safe(true);
    expect(shownId()).toBe('waifu-im:20');
    await rotation.safe(false);
    expect(shownId()).toBe(first);
    await rotation.next({ fit: null }, quietly);
    expect([first, 'waifu-im:20']).not.toContain(shownId());
    await test.changes.previous(null);
    expect(shownId()).toBe(first);
    await rotation.stop();
  });
});
