import type { CDPSession } from '@playwright/test';

/** The part of Chromium's trace events that is read here; times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

export interface Task {
  /** Milliseconds of the thread's processor time, and of the clock. */
  readonly thread: number;
  readonly wall: number;
  /** What it was made of, without what each part called in turn; most first. */
  readonly parts: readonly { readonly name: string; readonly thread: number }[];
}

/** The tasks of the pages' main threads, from 5 ms on. */
export function tasksOf(events: readonly TraceEvent[]): readonly Task[] {
  const mains = new Set(
    events
      .filter((event) => event.name === 'thread_name' && event.args?.['name'] === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  );
  const complete = events
    .filter((event) => event.ph === 'X' && mains.has(`${event.pid}.${event.tid}`))
    .sort((a, b) => a.ts - b.ts);
  return complete
    .filter((event) => event.name === 'RunTask' && (event.dur ?? 0) >= 5000)
    .map((task) => {
      const end = task.ts + (task.dur ?? 0);
      const inside = complete.filter(
        (event) =>
          event !== task &&
          event.pid === task.pid &&
          event.tid === task.tid &&
          event.ts >= task.ts &&
          event.ts + (event.dur ?? 0) <= end,
      );
      return { thread: (task.tdur ?? 0) / 1000, wall: (task.dur ?? 0) / 1000, parts: partsOf(inside) };
    });
}

export function busiest(tasks: readonly Task[]): Task | null {
  return tasks.reduce<Task | null>((most, task) => (most === null || task.thread > most.thread ? task : most), null);
}

function partsOf(events: readonly TraceEvent[]): Task['parts'] {
  const own = new Map<string, number>();
  const add = (name: string, time: number): void => void own.set(name, (own.get(name) ?? 0) + time / 1000);
  const open: { readonly end: number; readonly name: string }[] = [];
  for (const event of events) {
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= event.ts) open.pop();
    const parent = open.at(-1);
    const time = event.tdur ?? 0;
    if (parent) add(parent.name, -time);
    const name = labelOf(event);
    add(name, time);
    open.push({ end: event.ts + (event.dur ?? 0), name });
  }
  return [...own]
    .map(([name, thread]) => ({ name, thread }))
    .filter(({ thread }) => thread >= 0.5)
    .sort((a, b) => b.thread - a.thread);
}

function labelOf({ name, args }: TraceEvent): string {
  const data = args?.['data'] as
    { readonly functionName?: string; readonly url?: string; readonly type?: string } | undefined;
  const detail = [data?.functionName, data?.type, data?.url?.split('/').at(-1)?.replace(/\?.*/, '')].filter(Boolean);
  return detail.length === 0 ? name : `${name} ${detail.join(' ')}`;
}

/** Records what the pages do while `work` runs. Answers what that came to, and the tasks. */
export async function traced<T>(
  session: CDPSession,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly tasks: readonly Task[] }> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { readonly value: readonly object[] }): void =>
    void events.push(...(value as readonly TraceEvent[]));
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', 'blink'],
      excludedCategories: ['*'],
    },
  });
  const value = await work();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', collect);
  return { value, tasks: tasksOf(events) };
}
