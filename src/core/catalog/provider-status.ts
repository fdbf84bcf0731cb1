import { providerIds, type ProviderId, type ProviderStatus } from '../../shared/model.ts';
import { ok } from '../../shared/result.ts';
import { createSharedWork } from '../files/shared-work.ts';
import type { Clock } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';

/** Milliseconds that an answer of a service counts for. One that is away may be back any moment. */
const counts = { online: 30_000, away: 5_000 } as const;

/**
 * Whether the services answer. They are asked no more often than is of use, whoever asks and however often: whoever asks
 * meanwhile waits for the same answer.
 */
export function createProviderStatus(parts: {
  readonly providers: Readonly<Record<ProviderId, Pick<Provider, 'info' | 'online'>>>;
  readonly clock: Pick<Clock, 'now'>;
}): (signal: AbortSignal) => Promise<readonly ProviderStatus[]> {
  const { providers, clock } = parts;
  const asking = createSharedWork<ProviderStatus>();
  const heard = new Map<string, { readonly at: number; readonly status: ProviderStatus }>();

  async function one(id: ProviderId, signal: AbortSignal): Promise<ProviderStatus> {
    const provider = providers[id];
    const key = `${id} ${provider.info().baseUrl}`;
    const last = heard.get(key);
    const age = clock.now() - (last?.at ?? Number.NEGATIVE_INFINITY);
    if (last !== undefined && age >= 0 && age < (last.status.online ? counts.online : counts.away)) return last.status;
    const ask = async (both: AbortSignal) => {
      const answer = await provider.online(both);
      const error = answer.ok ? null : { code: answer.error.code, message: answer.error.message };
      const status: ProviderStatus = { id, online: answer.ok, error };
      if (!both.aborted) heard.set(key, { at: clock.now(), status });
      return ok(status);
    };
    const answer = await asking.join(key, ask, { signal });
    return answer.ok ? answer.value : { id, online: false, error: answer.error };
  }

  return (signal) => Promise.all(providerIds.map((id) => one(id, signal)));
}
