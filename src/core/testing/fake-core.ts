import { contract } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import { settings } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import type { Core } from '../core.ts';
import { createDispatch, type Handlers } from '../dispatch.ts';
import { createEventBus } from '../events.ts';
import type { Log } from '../ports.ts';

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A core for tests of hosts and transports: the real dispatch and events, and the handlers given; every other call answers `not_found`. */
export function createFakeCore(
  handlers: Partial<Handlers> = {},
  more: Partial<Pick<Core, 'openMedia' | 'settings' | 'close'>> = {},
): Core {
  const missing = Object.fromEntries(
    Object.keys(contract).map((name) => [name, () => fail(appError('not_found', `The fake has no "${name}".`))]),
  ) as unknown as Handlers;
  const events = createEventBus();
  return {
    events,
    dispatch: createDispatch(
      { ...missing, ...handlers },
      { emitProgress: (progress) => events.emit('progress', progress), log: silentLog },
    ),
    openMedia: () => Promise.resolve(fail(appError('not_found', 'The fake has no media.'))),
    settings: () => settings.parse({}),
    close: () => Promise.resolve(),
    ...more,
  };
}

/** The `settings.get` handler of a fake that answers. */
export const fakeSettings = () => ok(settings.parse({}));
