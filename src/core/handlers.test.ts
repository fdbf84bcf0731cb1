import { expect, it } from 'vitest';
import { settings } from '../shared/model.ts';
import { ok } from '../shared/result.ts';
import { createHandlers, type Services } from './handlers.ts';
import { createSafeGuard } from './rotation/safe-guard.ts';
import { testDisplay } from './rotation/testing.ts';
import { testImage } from './store/testing.ts';

it('drops a picture that was to be set when safe is asked for while it is fetched', async () => {
  const image = testImage({ id: 'waifu-im:1' });
  const guard = createSafeGuard(() => false);
  const shown: string[] = [];
  const handlers = createHandlers({
    ports: { dataFolder: '/data', clock: { now: () => 0 } },
    store: {},
    library: {},
    pictures: {},
    settings: { get: () => settings.parse({}) },
    images: {
      get() {
        guard.close();
        return Promise.resolve(ok(image));
      },
    },
    rotation: guard,
    wallpaper: {
      stage: { displays: () => Promise.resolve(ok([testDisplay('A')])) },
      changes: {
        show(_scene: unknown, reason: string, _onProgress: unknown, signal?: AbortSignal) {
          shown.push(signal?.aborted === true ? 'cancelled' : reason);
          return Promise.resolve(ok({ applied: [], images: [] }));
        },
      },
    },
  } as unknown as Services);
  const context = { signal: new AbortController().signal, progress: () => undefined };
  await handlers['wallpaper.set']({ id: image.id, displays: null, fit: null }, context as never);
  expect(shown).toEqual(['cancelled']);
});
