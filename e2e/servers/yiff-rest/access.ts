import type { Exchange, Reply } from '../kit/exchange.ts';
import { judgeUserAgent } from '../kit/user-agent.ts';
import { plainError, yiffError } from './errors.ts';

export interface ApiKey {
  readonly key: string;
  readonly status: 'active' | 'inactive' | 'disabled';
  /** May use the images service at all. */
  readonly images: boolean;
  readonly bulk: boolean;
  readonly bulkLimit: number;
}

/** The keys that are there from the beginning. */
export const keys = {
  /** For everything but `/bulk`. */
  plain: 'plain-key-0123456789abcdef',
  /** `/bulk` with the usual limit of 100. */
  bulk: 'bulk-key-0123456789abcdef',
  inactive: 'inactive-key-0123456789abcdef',
  disabled: 'disabled-key-0123456789abcdef',
  /** Made for another service of the same house. */
  elsewhere: 'elsewhere-key-0123456789abcdef',
} as const;

const usual = { status: 'active', images: true, bulk: false, bulkLimit: 100 } as const;

export function initialKeys(): ApiKey[] {
  return [
    { ...usual, key: keys.plain },
    { ...usual, key: keys.bulk, bulk: true },
    { ...usual, key: keys.inactive, status: 'inactive' },
    { ...usual, key: keys.disabled, status: 'disabled' },
    { ...usual, key: keys.elsewhere, images: false },
  ];
}

/** Conditions of the whole service that a test can switch on. */
export interface Conditions {
  blocked: boolean;
  diskFull: boolean;
  readOnly: boolean;
}

/** What refuses a request on any route, before it is counted; null when nothing does. */
export function checkAccess(exchange: Exchange, conditions: Conditions, known: readonly ApiKey[]): Reply | null {
  const help = 'https://help.example.org/support';
  const agent = judgeUserAgent(exchange.headers['user-agent']);
  if (conditions.blocked || agent === 'browser') {
    const reason = conditions.blocked ? 'Abuse.' : 'Your user agent imitates a browser.';
    return yiffError(1002, { extra: { reason, help } });
  }
  if (conditions.diskFull) return yiffError(1020);
  if (agent !== 'honest') {
    return yiffError(1021, { extra: { reason: 'Name your program in the User-Agent.', help } });
  }
  if (conditions.readOnly) return plainError(503);
  const { authorization } = exchange.headers;
  if (authorization === undefined) return null;
  const key = known.find((candidate) => candidate.key === authorization);
  if (!key) return yiffError(1010);
  if (key.status === 'inactive') return yiffError(1011);
  if (key.status === 'disabled') return yiffError(1012, { extra: { reason: 'Shared with others.', support: help } });
  return key.images ? null : yiffError(1022);
}
