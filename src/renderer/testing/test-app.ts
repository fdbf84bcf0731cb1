import type { CallName } from '../../shared/contract.ts';
import { App } from '../state/app.svelte.ts';
import { createMemory, type Memory } from '../state/storage.ts';
import { createFakeClient, type FakeClient } from './fake-client.ts';

/** What has been asked is answered, and what follows from that is asked and answered, `turns` times. */
export async function settled(turns = 1): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}

/** What a browser would remember. */
export function memoryOf(values = new Map<string, string>()): Memory {
  return createMemory(() => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  }));
}

/** How often something was asked. */
export function timesAsked(client: FakeClient, name: CallName): number {
  return client.calls.filter((call) => call.name === name).length;
}

export interface TestApp {
  readonly app: App;
  readonly client: FakeClient;
  /** What was to be done later is done now. */
  runTimers(turns?: number): Promise<void>;
  /** For how long something was put off (ms), each time. */
  readonly waits: readonly number[];
  /** What notices say, the last one last. */
  said(): readonly string[];
}

/** The whole wiring of the page over a fake client; timers run only when the test says so. */
export async function startTestApp(client: FakeClient = createFakeClient(), memory = memoryOf()): Promise<TestApp> {
  const timers = new Set<() => void>();
  const waits: number[] = [];
  const app = new App({
    client,
    memory,
    desktop: false,
    later: (ms, action) => {
      waits.push(ms);
      timers.add(action);
      return () => void timers.delete(action);
    },
  });
  app.setConnection('connected');
  await settled();
  return {
    app,
    client,
    waits,
    async runTimers(turns) {
      for (const action of [...timers]) {
        timers.delete(action);
        action();
      }
      await settled(turns);
    },
    said: () => app.notices.list.map(({ message }) => message),
  };
}
