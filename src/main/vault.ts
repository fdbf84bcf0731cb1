import path from 'node:path';
import type { SafeStorage } from 'electron';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import type { SecretVault } from '../core/ports.ts';
import { createFileVault } from '../core/secrets/file-vault.ts';
import { openVault, overFile } from '../core/secrets/open-vault.ts';

type Encryption = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/**
 * The desktop's vault. First the keyring that the terminal and browser hosts use as well, so that a token entered in one is known to all; where
 * that cannot be reached, Electron's own encryption with a key of the system (Keychain, DPAPI, KWallet); otherwise the 0600 file with its warning.
 */
export async function openDesktopVault(options: {
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  readonly encryption: Encryption;
  readonly open?: () => Promise<SecretVault>;
}): Promise<SecretVault> {
  const { folder, platform, encryption, open = () => openVault({ folder }) } = options;
  const shared = await open();
  if (shared.storage.kind === 'keyring' || !protects(encryption, platform)) return shared;
  const inner = createFileVault({ folder: path.join(folder, 'electron') });
  return overFile(encryptedVault(encryption, inner), shared);
}

/** On Linux "available" may mean a password that is the same for everybody (`basic_text`). */
function protects(encryption: Encryption, platform: NodeJS.Platform): boolean {
  if (!encryption.isEncryptionAvailable()) return false;
  if (platform !== 'linux') return true;
  const backend = encryption.getSelectedStorageBackend?.() ?? 'unknown';
  return backend !== 'basic_text' && backend !== 'unknown';
}

/** Encrypts what `inner` keeps. */
export function encryptedVault(
  encryption: Pick<Encryption, 'encryptString' | 'decryptString'>,
  inner: SecretVault,
): SecretVault {
  // The library's messages are left out: nothing proves that they never quote a value.
  const refused = fail(
    appError(
      'internal',
      'The system did not give the key to your saved tokens. Unlock its keyring, or enter them again.',
    ),
  );
  return {
    storage: { kind: 'keyring', warning: null },
    async get(name) {
      const kept = await inner.get(name);
      if (!kept.ok || kept.value === null) return kept;
      try {
        return ok(encryption.decryptString(Buffer.from(kept.value, 'base64')));
      } catch {
        return refused;
      }
    },
    async set(name, value) {
      try {
        return await inner.set(name, encryption.encryptString(value).toString('base64'));
      } catch {
        return refused;
      }
    },
    remove: (name) => inner.remove(name),
  };
}
