import { systemClock } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { claimDataFolder, claimForLong } from '../core/ownership/ownership.ts';
import type { Log } from '../core/ports.ts';
import { ok, type Result } from '../shared/result.ts';
import { createClient, type Client } from '../shared/rpc.ts';

/** Where the program's own files are, and whose data it works on. */
export interface Place {
  readonly version: string;
  readonly folder: string;
  /** The codec process: built, or its source where the program runs from its sources. */
  readonly codec: string;
}

/** One client of the contract, whoever carries it out. */
export interface Session {
  readonly client: Client;
  close(interrupted: boolean): Promise<void>;
}

/** Speaks to the process that owns the data folder; where there is none, owns it for the time being. */
export async function openSession(place: Place, signal: AbortSignal): Promise<Result<Session>> {
  const { folder, version } = place;
  const claim = await claimDataFolder({ folder, version, host: 'terminal', clock: systemClock, signal });
  if (!claim.ok) return claim;
  if (claim.value.kind === 'guest') {
    const client = createClient(claim.value.channel);
    return ok({ client, close: () => Promise.resolve(client.close()) });
  }
  const ownership = claim.value;
  const { openCore } = await import('./own-core.ts');
  const core = await openCore(place, 'terminal', ownership);
  if (!core.ok) return core;
  const client = createClient(connectInMemory(core.value.core));
  return ok({
    client,
    close(interrupted) {
      client.close();
      // Another command may have come in meanwhile and be working on our core.
      return ownership.release(() => core.value.core.close(), { drain: !interrupted });
    },
  });
}

export interface LongSession {
  readonly core: Core;
  readonly log: Log;
  close(): Promise<void>;
}

/** Owns the data folder for as long as the program runs. */
export async function openLongSession(place: Place, signal: AbortSignal): Promise<Result<LongSession>> {
  const { folder, version } = place;
  const claim = await claimForLong({ folder, version, host: 'browser', clock: systemClock, signal });
  if (!claim.ok) return claim;
  const { openCore } = await import('./own-core.ts');
  const opened = await openCore(place, 'browser', claim.value);
  if (!opened.ok) return opened;
  const { core, log } = opened.value;
  return ok({ core, log, close: () => claim.value.release(() => core.close()) });
}
