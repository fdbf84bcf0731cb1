import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { appError } from '../../shared/errors.ts';
import type { HostKind } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { within } from '../closing.ts';
import { prepareDataFolder } from '../prepare-data-folder.ts';
import type { Dispatch } from '../dispatch.ts';
import type { EventBus } from '../events.ts';
import type { Clock } from '../ports.ts';
import { serveChannel } from '../serve-channel.ts';
import { connectLocally, protocolVersion } from './connect-locally.ts';
import { listenLocally, type LocalServer } from './local-socket.ts';
import { takeLock, type Lock } from './lock.ts';
import { secureSocketFolder } from './secure-socket-folder.ts';
import { socketPath } from './socket-path.ts';
import type { Guest } from './visit.ts';

/** The data folder is ours until `release`. */
export interface Ownership {
  readonly kind: 'owner';
  /** Answers other processes from now on. */
  listen(core: { readonly dispatch: Dispatch; readonly events: EventBus }): Promise<Result<void>>;
  /**
   * Stops answering, and only then (`closeCore` in between) lets the folder go. With `drain` the other processes' calls that are under
   * way are finished first.
   */
  release(closeCore?: () => Promise<void>, options?: { readonly drain?: boolean }): Promise<void>;
}

export interface ClaimOptions {
  readonly folder: string;
  readonly host: HostKind;
  readonly version: string;
  readonly clock: Pick<Clock, 'now' | 'sleep' | 'after'>;
  readonly platform?: NodeJS.Platform;
  /** How long an owner may take to start or to stop before it counts as not answering. Milliseconds. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

const pause = 50;

/** Owns the folder, or speaks to who does. Fails when there is an owner that does not answer within `patienceMs`. */
export async function claimDataFolder(options: ClaimOptions): Promise<Result<Ownership | Guest>> {
  const { folder, clock, platform = process.platform, patienceMs = 10_000, signal } = options;
  const prepared = await prepareDataFolder(folder);
  if (!prepared.ok) return prepared;
  const socket = socketPath(folder, platform);
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const lock = takeLock(folder);
    if (!lock.ok) return lock;
    if (lock.value !== null) return own(lock.value, socket, options);
    const connected = await connectLocally(socket);
    if (connected !== null) {
      if (connected.owner.protocol === protocolVersion) return ok({ kind: 'guest', ...connected });
      connected.channel.close();
      return fail(inUse(folder, connected.owner, 'is another version of Kabegami'));
    }
    // Neither free nor answering: it is just starting, just stopping, or stuck.
    if (clock.now() >= deadline || signal?.aborted) {
      return fail(inUse(folder, await lastOwner(folder), 'does not answer'));
    }
    await clock.sleep(pause, signal).catch(() => {});
  }
}

/**
 * For hosts that stay: owns the folder or fails. A terminal command that owns it for a moment is waited for; a desktop or browser host
 * is named in the error.
 */
export async function claimForLong(options: ClaimOptions): Promise<Result<Ownership>> {
  const { clock, patienceMs = 10_000, signal } = options;
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const claim = await claimDataFolder(options);
    if (!claim.ok) return claim;
    if (claim.value.kind === 'owner') return ok(claim.value);
    claim.value.channel.close();
    const { owner } = claim.value;
    if (owner.host !== 'terminal' || clock.now() >= deadline || signal?.aborted) {
      return fail(inUse(options.folder, owner, 'is running'));
    }
    await clock.sleep(pause, signal).catch(() => {});
  }
}

/** Milliseconds for other processes' calls to be finished, before they are cut off: one of them may never end. */
const patienceWithCalls = 120_000;
/** Milliseconds for connections to end that were cut off. */
const patienceWithVisitors = 1_000;

async function own(
  lock: Lock,
  socket: string,
  { folder, host, version, clock }: ClaimOptions,
): Promise<Result<Ownership>> {
  const note = path.join(folder, 'owner.json');
  // For people and error messages only; a full disk must not keep the program from starting.
  await writeFile(note, JSON.stringify({ pid: process.pid, host, version }), { mode: 0o600 }).catch(() => {});
  let server: LocalServer | null = null;
  let released: Promise<void> | null = null;
  return ok({
    kind: 'owner',
    async listen(core) {
      const secured = await secureSocketFolder(socket, folder);
      if (!secured.ok) return secured;
      try {
        server = await listenLocally({
          path: socket,
          hello: { protocol: protocolVersion, version, host, pid: process.pid },
          onClient: (channel) => serveChannel(core, channel),
        });
        return ok(undefined);
      } catch (error) {
        return fail(
          appError(
            'data_folder_unwritable',
            `Cannot listen on ${socket} (${error instanceof Error ? error.message : String(error)}). ` +
              'Set KABEGAMI_HOME to a folder on a local disk.',
          ),
        );
      }
    },
    release(closeCore = () => Promise.resolve(), { drain = false } = {}) {
      released ??= (async () => {
        try {
          const finished =
            drain && (await within(patienceWithCalls, clock, server?.close({ drain }) ?? Promise.resolve()));
          // Who is only cut off is gone at once, or not worth waiting for.
          if (!finished)
            await within(patienceWithVisitors, clock, server?.close({ drain: false }) ?? Promise.resolve());
          await closeCore();
          await rm(note, { force: true }).catch(() => {});
        } finally {
          lock.release();
        }
      })();
      return released;
    },
  });
}

const names: Readonly<Record<HostKind, string>> = {
  desktop: 'the desktop program',
  browser: '"kabegami serve"',
  terminal: 'a kabegami command',
};

function inUse(folder: string, owner: { readonly host: HostKind; readonly pid: number } | null, why: string) {
  const who = owner === null ? 'another Kabegami' : `${names[owner.host]} (process ${owner.pid})`;
  return appError(
    'data_folder_in_use',
    `The data folder ${folder} is in use: ${who} ${why}. Quit it and try again, or set KABEGAMI_HOME to another folder.`,
    { retryable: true },
  );
}

const noteShape = z.object({ pid: z.number(), host: z.enum(['desktop', 'browser', 'terminal']) });

async function lastOwner(folder: string): Promise<z.infer<typeof noteShape> | null> {
  try {
    const parsed = noteShape.safeParse(JSON.parse(await readFile(path.join(folder, 'owner.json'), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
