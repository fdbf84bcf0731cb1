/** The switch of a start with the session: no window, only the tray. */
export const hiddenSwitch = '--hidden';

export function isHiddenStart(args: readonly string[]): boolean {
  return args.includes(hiddenSwitch);
}
