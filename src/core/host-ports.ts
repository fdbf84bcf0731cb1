import path from 'node:path';
import { systemClock } from './clock.ts';
import { overridesFrom, withoutSecrets } from './environment.ts';
import { createFileLog } from './log.ts';
import type { Ports, SecretVault } from './ports.ts';
import { createRedactor, type Redactor } from './secrets/redact.ts';

/** What differs between the hosts. */
export type HostParts = Pick<
  Ports,
  'host' | 'version' | 'dataFolder' | 'secrets' | 'codec' | 'displays' | 'machine' | 'dialogs' | 'updating'
>;

/**
 * The ports of a host on this machine: the real clock and network, the environment, and a log in `<data folder>/logs` that learns every
 * secret the vault gives out, so that none is ever written.
 */
export function createHostPorts(
  parts: HostParts,
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): Ports {
  const redactor = createRedactor();
  const overrides = overridesFrom(env);
  for (const secret of [overrides.waifuImToken, overrides.yiffRestKey]) {
    if (secret !== undefined) redactor.protect(secret);
  }
  return {
    ...parts,
    overrides,
    // Node's own, also inside Electron: Chromium's network stack sends a browser's User-Agent.
    fetch: globalThis.fetch,
    clock: systemClock,
    random: Math.random,
    log: createFileLog({ folder: path.join(parts.dataFolder, 'logs'), clock: systemClock, redactor }),
    secrets: protectingVault(parts.secrets, redactor),
    env: withoutSecrets(env),
    platform,
  };
}

/** Passes a vault through and tells the redactor every secret that is read or written. */
export function protectingVault(vault: SecretVault, redactor: Pick<Redactor, 'protect'>): SecretVault {
  return {
    get storage() {
      return vault.storage;
    },
    async get(name) {
      const result = await vault.get(name);
      if (result.ok && result.value !== null) redactor.protect(result.value);
      return result;
    },
    set(name, value) {
      redactor.protect(value);
      return vault.set(name, value);
    },
    remove: (name) => vault.remove(name),
  };
}
