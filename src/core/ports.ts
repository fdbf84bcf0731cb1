import type { Display, HostKind } from '../shared/model.ts';
import type { Result } from '../shared/result.ts';
import type { Codec } from './files/codec.ts';

/** What a host must bring. Everything the core needs from outside comes through here, so that tests bring plain values. */
export interface Ports {
  readonly host: HostKind;
  readonly version: string;
  /** Absolute path of the data folder; created (0700) when missing. */
  readonly dataFolder: string;
  /** Values of `KABEGAMI_*` variables that override settings and secrets for this process. */
  readonly overrides: Overrides;
  /** Plain Node fetch, never Electron's: its User-Agent looks like a browser's, which yiff.rest refuses. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly secrets: SecretVault;
  readonly codec: Codec;
  /** Displays as the host knows them; the core prefers what the running desktop itself says. Null: the host knows none. */
  readonly displays: (() => Promise<readonly Display[]>) | null;
  /** What happens to the machine, as far as the host hears of it; null: it hears nothing. */
  readonly machine: Machine | null;
  /** Dialogs of the desktop for choosing files; left out where the host has none. */
  readonly dialogs?: Dialogs;
  /** Tells the person that a library of an older version is being brought up to date, which may take minutes. */
  readonly updating?: Updating;
  /** The process environment that decides desktop detection and is given to programs that are run. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** Which step has begun, from 1; null: it has ended. */
export type Updating = (progress: { readonly step: number; readonly of: number } | null) => void;

export interface Dialogs {
  /** Asks for a file to write, to read, or for a folder. Null: the person chose none. Answers an absolute path. */
  choose(what: {
    readonly kind: 'save' | 'open' | 'folder';
    readonly title: string;
    /** Proposed name of a file to write. */
    readonly name: string | null;
    /** Endings of names without the dot; none: any file. */
    readonly endings: readonly string[];
  }): Promise<string | null>;
}

export interface Machine {
  /** `wake`: back from sleep. `displays`: one came, went or changed. */
  subscribe(listener: (event: 'wake' | 'displays') => void): () => void;
  /** Null: not known. */
  onBattery(): boolean | null;
}

export interface Overrides {
  readonly waifuImUrl: string | undefined;
  readonly yiffRestUrl: string | undefined;
  readonly waifuImToken: string | undefined;
  readonly yiffRestKey: string | undefined;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `action` after `ms`, without keeping the process alive. Answers how to cancel. */
  after(ms: number, action: () => void): () => void;
}

/** Structured logging. Values are redacted by the host: tokens never reach a log. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** Where secrets rest. Names are such as `waifu-im.token`. */
export interface SecretVault {
  /** How the secret is protected, and the warning to show where that is weak. */
  readonly storage: { readonly kind: 'keyring' | 'file'; readonly warning: string | null };
  get(name: string): Promise<Result<string | null>>;
  set(name: string, value: string): Promise<Result<void>>;
  remove(name: string): Promise<Result<void>>;
}
