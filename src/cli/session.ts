import { systemClock } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import { visitOwner, type Guest } from '../core/ownership/visit.ts';
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

/**
 * Speaks to the process that owns the data folder; null when none answers. This is how nearly every command goes while the desktop program
 * runs, so it loads neither zod nor SQLite: they would take longer than all the rest.
 */
export async function visitSession({ folder }: Pick<Place, 'folder'>): Promise<Session | null> {
  const guest = await visitOwner(folder);
  return guest === null ? null : guestSession(guest);
}

/** Owns the data folder for the time being, or speaks to who came first. */
export async function openSession(place: Place, signal: AbortSignal): Promise<Result<Session>> {
  const { folder, version } = place;
  const { claimDataFolder } = await import('../core/ownership/ownership.ts');
  const claim = await claimDataFolder({ folder, version, host: 'terminal', clock: systemClock, signal });
  if (!claim.ok) return claim;
  if (claim.value.kind === 'guest') return ok(guestSession(claim.value));
  const ownership = claim.value;
  const [{ openCore }, { connectInMemory }] = await Promise.all([
    import('./own-core.ts'),
    import('../core/memory-channel.ts'),
  ]);
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

function guestSession({ channel }: Pick<Guest, 'channel'>): Session {
  let calls = 0;
  // Progress is told to every client, which knows its own by the id: it must be nobody else's, and Web Crypto takes milliseconds to load.
  const client = createClient(channel, () => `${process.pid}-${performance.timeOrigin}-${++calls}`);
  return { client, close: () => Promise.resolve(client.close()) };
}

export interface LongSession {
  readonly core: Core;
  readonly log: Log;
  close(): Promise<void>;
}

/** Owns the data folder for as long as the program runs. */
export async function openLongSession(place: Place, signal: AbortSignal): Promise<Result<LongSession>> {
  const { folder, version } = place;
  const { claimForLong } = await import('../core/ownership/ownership.ts');
  const claim = await claimForLong({ folder, version, host: 'browser', clock: systemClock, signal });
  if (!claim.ok) return claim;
  const { openCore } = await import('./own-core.ts');
  const opened = await openCore(place, 'browser', claim.value);
  if (!opened.ok) return opened;
  const { core, log } = opened.value;
  return ok({ core, log, close: () => claim.value.release(() => core.close()) });
}
