import { ok } from '../../shared/result.ts';
import type { SecretVault } from '../ports.ts';
import { createFileVault } from './file-vault.ts';
import { createKeyringVault, loadSystemKeyring, type Keyring } from './keyring-vault.ts';
import { sessionBusAnswers } from './session-bus.ts';

export interface OpenVaultOptions {
  /** The data folder. */
  readonly folder: string;
  readonly keyring?: () => Promise<Keyring | null>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; long enough to type a password where a prompt can be seen, short where it cannot. */
  readonly timeout?: number;
}

/**
 * The vault of the browser and terminal hosts: the system's keyring where there is one that works, otherwise a 0600 file with a visible warning.
 * `KABEGAMI_KEYRING=off` chooses the file.
 */
export async function openVault(options: OpenVaultOptions): Promise<SecretVault> {
  const { folder, env = process.env } = options;
  const load = options.keyring ?? (() => loadWhereSafe(env));
  const file = createFileVault({ folder });
  if (env['KABEGAMI_KEYRING'] === 'off') return file;
  const canPrompt = Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']) || process.platform !== 'linux';
  const keyring = await load();
  if (keyring === null) return file;
  const vault = await createKeyringVault({ keyring, folder, timeout: options.timeout ?? (canPrompt ? 20_000 : 3_000) });
  return vault === null ? file : overFile(vault, file);
}

/** Reads what an earlier start without a keyring left in the file, and moves it over with the next write. */
export function overFile(vault: SecretVault, file: SecretVault): SecretVault {
  return {
    storage: vault.storage,
    async get(name) {
      const kept = await vault.get(name);
      return kept.ok && kept.value === null ? file.get(name) : kept;
    },
    async set(name, value) {
      const done = await vault.set(name, value);
      return done.ok ? file.remove(name) : done;
    },
    async remove(name) {
      const done = await vault.remove(name);
      const also = await file.remove(name);
      return done.ok && also.ok ? ok(undefined) : done.ok ? also : done;
    },
  };
}

async function loadWhereSafe(env: Readonly<Record<string, string | undefined>>): Promise<Keyring | null> {
  if (process.platform === 'linux' && !(await sessionBusAnswers(env, 1_000))) return null;
  return loadSystemKeyring();
}
