export const pauses = ['hour', 'tomorrow', 'resumed'] as const;
export type Pause = (typeof pauses)[number];

/** When "tomorrow" begins: after the night, not at midnight while one is still up. */
const morning = 6;

/** The end of a pause in UTC; null is until resumed. `now` is this machine's clock. */
export function pauseUntil(pause: Pause, now: Date): string | null {
  if (pause === 'resumed') return null;
  if (pause === 'hour') return new Date(now.getTime() + 3_600_000).toISOString();
  const early = now.getHours() < morning;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + (early ? 0 : 1), morning).toISOString();
}
