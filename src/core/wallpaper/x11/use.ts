import type { Clock } from '../../ports.ts';
import type { Env } from '../run.ts';
import { connectX, type XClient } from './client.ts';

/** Runs work on a connection to the X server. Rejects where there is none, and as the work does. */
export type UseX = <T>(work: (client: XClient) => Promise<T>) => Promise<T>;

/** A connection for each piece of work. */
export function useX({ env }: { readonly env: Env }): UseX {
  return async (work) => {
    const client = await connectX({ env });
    try {
      return await work(client);
    } finally {
      client.close();
    }
  };
}

/** Milliseconds an idle connection is kept: a change of the wallpaper asks half a dozen things one after another. */
const keptFor = 1_000;

/** One connection for all that is asked at about the same time. */
export function shareX({
  env,
  clock,
  connect = connectX,
}: {
  readonly env: Env;
  readonly clock: Pick<Clock, 'after'>;
  readonly connect?: typeof connectX;
}): UseX {
  let shared: Promise<XClient> | null = null;
  let users = 0;
  let cancelEnd = (): void => undefined;

  const drop = (connection: Promise<XClient>): void => {
    if (shared === connection) shared = null;
    connection.then(
      (client) => client.close(),
      () => undefined,
    );
  };

  async function connected(): Promise<{ readonly connection: Promise<XClient>; readonly client: XClient }> {
    const kept = shared;
    if (kept !== null) {
      const client = await kept;
      if (client.isOpen()) return { connection: kept, client };
      drop(kept);
    }
    const connection = (shared ??= connect({ env }));
    try {
      return { connection, client: await connection };
    } catch (error) {
      drop(connection);
      throw error;
    }
  }

  return async (work) => {
    cancelEnd();
    users += 1;
    try {
      const { client } = await connected();
      return await work(client);
    } finally {
      users -= 1;
      const last = shared;
      if (users === 0 && last !== null) cancelEnd = clock.after(keptFor, () => drop(last));
    }
  };
}
