import type { Settings } from '../shared/model.ts';
import type { Client } from '../shared/rpc.ts';
import type { AppError } from '../shared/errors.ts';
import type { Autostart } from './autostart.ts';

/** Keeps the system in step with the setting `openAtLogin`, and the setting with the system where that does not follow. Answers how to stop. */
export function followAutostart(parts: {
  readonly client: Pick<Client, 'call' | 'on'>;
  readonly settings: () => Pick<Settings, 'openAtLogin'>;
  readonly autostart: Autostart;
  readonly fail: (error: AppError) => void;
}): () => void {
  const { client, settings, autostart } = parts;
  let set = settings().openAtLogin;
  /** One after another: what was asked for last is what is so in the end. */
  let queue: Promise<void> = Promise.resolve();

  const putBack = async (on: boolean): Promise<void> => {
    set = on;
    await client.call('settings.set', { patch: { openAtLogin: on } });
  };
  const change = async (on: boolean): Promise<void> => {
    const result = await autostart.set(on);
    if (result.ok || on !== set) return;
    await putBack(!on);
    parts.fail(result.error);
  };

  // The program may have moved since, or the setting was made in a terminal. What its owner turned off elsewhere stays off.
  if (set) {
    queue = queue.then(async () => {
      if (await autostart.turnedOff()) return putBack(false);
      return change(true);
    });
  }
  return client.on('settings.changed', ({ openAtLogin }) => {
    if (openAtLogin === set) return;
    set = openAtLogin;
    queue = queue.then(() => change(openAtLogin));
  });
}
