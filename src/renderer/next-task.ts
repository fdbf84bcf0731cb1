interface Scheduler {
  readonly yield?: () => Promise<void>;
}

/** Goes on in a task of its own, after the page has answered whatever waited meanwhile. */
export function nextTask(): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: Scheduler };
  return scheduler?.yield ? scheduler.yield() : new Promise((resolve) => void setTimeout(resolve, 0));
}
