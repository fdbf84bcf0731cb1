import { encodeBody, isRecord } from './exchange.ts';
import type { Reply } from './exchange.ts';
import type { Fault, FaultKind, Faults } from './types.ts';

/** Faults that answer before the handler runs. */
const instead: ReadonlySet<FaultKind> = new Set([
  'rate_limited',
  'server_error',
  'html_challenge',
  'answer',
  'stall',
  'reset',
]);

export function answersInstead(fault: Fault): boolean {
  return instead.has(fault.kind);
}

/** The switched-on faults, and the one that hits a request (using up one of its `times`). */
export function createFaults(): Faults & {
  take(method: string, target: string): Fault | null;
} {
  let entries: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? Infinity };
      entries.push(entry);
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    clear() {
      entries = [];
    },
    get active() {
      return entries.map((entry) => entry.fault);
    },
    take(method, target) {
      const entry = entries.find(
        ({ fault }) =>
          (fault.method === undefined || fault.method.toUpperCase() === method) &&
          (fault.path === undefined || new RegExp(fault.path).test(target)),
      );
      if (!entry) return null;
      entry.left -= 1;
      if (entry.left <= 0) entries = entries.filter((other) => other !== entry);
      return entry.fault;
    },
  };
}

export const challengePage = `<!DOCTYPE html>
<html lang="en"><head><title>Just a moment...</title></head>
<body><h1>Checking your browser before accessing this site</h1><p>Enable JavaScript and cookies to continue.</p></body></html>
`;

/** The answer of a fault that does not let the handler run; null for those that never answer. */
export function faultReply(fault: Fault, errorReply: (status: number) => Reply): Reply | null {
  switch (fault.kind) {
    case 'rate_limited': {
      const reply = errorReply(fault.status ?? 429);
      const after = fault.retryAfter === undefined ? 1 : fault.retryAfter;
      return after === null ? reply : { ...reply, headers: { ...reply.headers, 'Retry-After': String(after) } };
    }
    case 'server_error':
      return errorReply(fault.status ?? 500);
    case 'html_challenge':
      return {
        status: fault.status ?? 403,
        headers: { 'Content-Type': 'text/html; charset=UTF-8', Server: 'cloudflare' },
        body: fault.body ?? challengePage,
      };
    case 'answer':
      return {
        status: fault.status ?? 200,
        headers: {
          'Content-Type': fault.contentType ?? 'application/json',
          ...(fault.retryAfter === undefined || fault.retryAfter === null
            ? {}
            : { 'Retry-After': String(fault.retryAfter) }),
        },
        body: fault.body ?? '',
      };
    default:
      return null;
  }
}

/** The handler's answer with its items spoiled, for the faults that do so. */
export function spoilReply(
  fault: Fault,
  reply: Reply,
  itemsOf: (body: unknown) => readonly Record<string, unknown>[],
): Reply {
  if (fault.kind === 'wrong_type') {
    return { ...reply, headers: { ...reply.headers, 'Content-Type': fault.contentType ?? 'text/html; charset=utf-8' } };
  }
  if (fault.kind === 'empty_body') return { ...reply, body: Buffer.alloc(0) };
  if (fault.kind === 'truncated_json') {
    const { bytes, type } = encodeBody(reply.body);
    return {
      ...reply,
      headers: { ...(type ? { 'Content-Type': type } : {}), ...reply.headers },
      body: bytes.subarray(0, Math.floor(bytes.length / 2)),
    };
  }
  if (!fault.kind.startsWith('item_') || !isRecord(reply.body)) return reply;
  const body = structuredClone(reply.body) as object;
  const items = itemsOf(body);
  for (const item of fault.items === 'all' ? items : items.slice(0, 1)) spoilItem(fault, item);
  return { ...reply, body };
}

function spoilItem(fault: Fault, item: Record<string, unknown>): void {
  const fields = Object.keys(item);
  const field = fault.field ?? fields[0] ?? 'id';
  if (fault.kind === 'item_missing') delete item[field];
  if (fault.kind === 'item_value') item[field] = fault.value;
  if (fault.kind === 'item_null') for (const name of fault.field ? [fault.field] : fields) item[name] = null;
  if (fault.kind === 'item_extra') {
    Object.assign(item, { added_later: 'a field nobody knew', nested: { deep: [1, null, 'three'] } });
  }
}
