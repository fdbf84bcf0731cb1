/** The first few of many ids, for a message. */
export function someOf(ids: readonly string[], few = 3): string {
  return `${ids.slice(0, few).join(', ')}${ids.length > few ? ' …' : ''}`;
}
