import { createHash, randomBytes } from 'node:crypto';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { SecretVault } from '../ports.ts';

/** The part of a keyring library that is used: one password by name. */
export interface Keyring {
  get(account: string, signal: AbortSignal): Promise<string | null>;
  set(account: string, value: string, signal: AbortSignal): Promise<void>;
  /** Removing what is not there is fine. */
  remove(account: string, signal: AbortSignal): Promise<void>;
}

const service = 'kabegami';

/** The system's keyring (Secret Service, Keychain, Credential Manager); null where the native library cannot be loaded. */
export async function loadSystemKeyring(): Promise<Keyring | null> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    // Pinned: the library would otherwise fall back to the kernel's keyring without a word, and that forgets everything at a reboot.
    const entry = (account: string) => new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
    return {
      get: async (account, signal) => await entry(account).getPassword(signal),
      set: (account, value, signal) => entry(account).setPassword(value, signal),
      remove: async (account, signal) => void (await entry(account).deleteCredential(signal)),
    };
  } catch {
    return null;
  }
}

export interface KeyringOptions {
  readonly keyring: Keyring;
  /** The data folder: each has its own secrets, so that a demo or a test never sees the owner's. */
  readonly folder: string;
  /** Milliseconds until a keyring that does not answer (a prompt nobody sees) is given up on. */
  readonly timeout: number;
}

/**
 * Keeps secrets in the system's keyring. Answers null when the keyring does not work here: it is tried with a value of no worth, because reading from
 * a keyring that is locked or has no collection answers "nothing there" as if all were well.
 */
export async function createKeyringVault({ keyring, folder, timeout }: KeyringOptions): Promise<SecretVault | null> {
  const suffix = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const account = (name: string): string => `${name}@${suffix}`;

  const guarded = async <T>(action: (signal: AbortSignal) => Promise<T>): Promise<Result<T>> => {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<Result<T>>((resolve) => {
      timer = setTimeout(() => {
        resolve(fail(appError('timeout', 'The system keyring did not answer. Is it waiting for its password?')));
        controller.abort();
      }, timeout);
    });
    // The library's messages are left out: nothing proves that they never quote a value.
    const answer = Promise.resolve()
      .then(() => action(controller.signal))
      .then(ok<T>, () => fail(appError('internal', 'The system keyring refused. Is it unlocked?')));
    const result = await Promise.race([answer, tooLong]);
    clearTimeout(timer);
    return result;
  };

  const probe = account(`probe-${randomBytes(4).toString('hex')}`);
  const works = await guarded(async (signal) => {
    await keyring.set(probe, 'works', signal);
    const back = await keyring.get(probe, signal);
    await keyring.remove(probe, signal);
    return back === 'works';
  });
  if (!works.ok || !works.value) return null;

  return {
    storage: { kind: 'keyring', warning: null },
    get: (name) => guarded((signal) => keyring.get(account(name), signal)),
    set: (name, value) => guarded((signal) => keyring.set(account(name), value, signal)),
    remove: (name) => guarded((signal) => keyring.remove(account(name), signal)),
  };
}
