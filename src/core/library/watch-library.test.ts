import { expect, it } from 'vitest';
import { ok, type Result } from '../../shared/result.ts';
import { createEventBus } from '../events.ts';
import { watchLibrary } from './watch-library.ts';

it('looks a moment after each call, and not any more once it has stopped', async () => {
  const timers = new Set<() => void>();
  const events = createEventBus();
  const heard: unknown[] = [];
  events.subscribe((name, payload) => name === 'library.changed' && heard.push(payload));
  let revision = 1;
  const watch = watchLibrary({
    search: { revision: () => revision },
    events,
    clock: { after: (_ms, action) => (timers.add(action), () => void timers.delete(action)) },
  });
  let end = (_result: Result<unknown>): void => undefined;
  const dispatch = watch.after(() => new Promise((resolve) => (end = resolve)));
  const call = () => dispatch({ id: 'a', name: 'status', input: {} }, new AbortController().signal);

  const first = call();
  revision = 2;
  end(ok(undefined));
  await first;
  expect(timers.size).toBe(1);
  for (const action of timers) action();
  timers.clear();
  expect(heard).toEqual([{ revision: 2 }]);

  const last = call();
  watch.stop();
  end(ok(undefined));
  await last;
  expect(timers.size).toBe(0);
});
