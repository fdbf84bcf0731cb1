import { z } from 'zod';
import type { ServerChannel } from '../shared/rpc.ts';
import { appError } from '../shared/errors.ts';
import { fail } from '../shared/result.ts';
import { clientMessage } from '../shared/client-message.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventBus } from './events.ts';

const maxCallsPerClient = 256;

/** The owner's end of the contract over any channel: calls in, results and events out. Closing the channel cancels what it asked for. */
export function serveChannel(
  core: { readonly dispatch: Dispatch; readonly events: EventBus },
  channel: ServerChannel,
): void {
  const running = new Map<string, AbortController>();
  const unsubscribe = core.events.subscribe((name, payload) => channel.send({ type: 'event', name, payload }));

  channel.onMessage((raw) => {
    const parsed = clientMessage.safeParse(raw);
    if (!parsed.success) {
      const id = z.object({ id: z.string().max(64) }).safeParse(raw);
      if (id.success)
        channel.send({
          type: 'result',
          id: id.data.id,
          result: fail(appError('invalid_input', 'That is not a message of this protocol.')),
        });
      return;
    }
    const message = parsed.data;
    if (message.type === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    if (running.has(message.id) || running.size >= maxCallsPerClient) {
      channel.send({
        type: 'result',
        id: message.id,
        result: fail(
          appError('invalid_input', running.has(message.id) ? 'That call id is in use.' : 'Too many calls at once.'),
        ),
      });
      return;
    }
    const controller = new AbortController();
    running.set(message.id, controller);
    void core.dispatch(message, controller.signal).then((result) => {
      running.delete(message.id);
      channel.send({ type: 'result', id: message.id, result });
    });
  });

  channel.onClose(() => {
    unsubscribe();
    for (const controller of running.values()) controller.abort();
  });
}
