import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBody, jsonBody, readExchange } from './exchange.ts';
import type { Exchange, Reply } from './exchange.ts';
import { answersInstead, createFaults, faultReply, spoilReply } from './faults.ts';
import type { Limiter } from './limiter.ts';
import { send } from './send.ts';
import type { RecordedRequest, TestServer, Violation, ViolationKind } from './types.ts';
import { judgeUserAgent } from './user-agent.ts';
import { controlPath, handleControl } from './control.ts';
import type { Controls } from './control.ts';

export interface KitOptions {
  readonly port: number;
  readonly clock: () => number;
  readonly limiter: Limiter;
  readonly handle: (exchange: Exchange) => Reply | Promise<Reply>;
  /** The server's own shape of an error, for the fault kinds that answer one. */
  readonly errorReply: (status: number) => Reply;
  /** The items in an answer of this server, for the faults that spoil items. */
  readonly itemsOf: (body: unknown) => readonly Record<string, unknown>[];
  /** What `/__control` can do beyond what every server can. */
  readonly controls: Controls;
}

/** Requests already on their way when a 429 is sent are no violation. */
const graceMs = 100;

/** An HTTP server on 127.0.0.1 that records, limits and spoils what its handler answers. */
export async function startKit(options: KitOptions): Promise<TestServer> {
  const { clock, limiter } = options;
  const faults = createFaults();
  const requests: RecordedRequest[] = [];
  const violations: Violation[] = [];
  let cooldown = { from: -Infinity, until: -Infinity, target: '' };

  const violate = (kind: ViolationKind, exchange: Exchange, message: string): void => {
    violations.push({ kind, message, method: exchange.method, path: exchange.path, at: exchange.at });
  };

  const watch = (exchange: Exchange, target: string): void => {
    const verdict = judgeUserAgent(exchange.headers['user-agent']);
    if (verdict !== 'honest') {
      violate('user_agent', exchange, `The User-Agent is ${verdict}: "${exchange.headers['user-agent'] ?? ''}".`);
    }
    if (exchange.at > cooldown.from + graceMs && exchange.at < cooldown.until) {
      const repeated = target === cooldown.target;
      violate(
        repeated ? 'repeated_while_limited' : 'ignored_retry_after',
        exchange,
        `Retry-After had ${cooldown.until - exchange.at} ms to go.`,
      );
    }
  };

  const noteRefusal = (reply: Reply, target: string): void => {
    const seconds = Number(reply.headers?.['Retry-After']);
    if (reply.status !== 429 || !Number.isFinite(seconds)) return;
    cooldown = { from: clock(), until: clock() + seconds * 1000, target };
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const exchange = await readExchange(request, clock());
    if (exchange.path.startsWith(controlPath)) {
      await send(response, exchange, handleControl(exchange, server, options.controls), null);
      return;
    }
    const target = `${exchange.method} ${request.url ?? '/'}`;
    const record: RecordedRequest = {
      method: exchange.method,
      path: exchange.path,
      query: queryOf(exchange.query),
      headers: exchange.headers,
      body: jsonBody(exchange) ?? (exchange.body.length > 0 ? exchange.body.toString('utf8') : null),
      at: exchange.at,
      status: null,
      fault: null,
    };
    requests.push(record);
    watch(exchange, target);

    const fault = faults.take(exchange.method, request.url ?? '/');
    record.fault = fault?.kind ?? null;
    if (fault?.kind === 'stall') return;
    if (fault?.kind === 'reset') {
      response.destroy();
      return;
    }
    if (fault && answersInstead(fault)) {
      const reply = faultReply(fault, options.errorReply) ?? options.errorReply(500);
      noteRefusal(reply, target);
      record.status = reply.status;
      await send(response, exchange, reply, null);
      return;
    }

    const verdict = limiter.admit(exchange);
    if (verdict.kind === 'refuse') {
      violate('over_limit', exchange, `Over the limit: ${verdict.message}.`);
      noteRefusal(verdict.reply, target);
      record.status = verdict.reply.status;
      await send(response, exchange, verdict.reply, null);
      return;
    }
    if (verdict.delayMs > 0) await sleep(verdict.delayMs);
    if (fault?.kind === 'slow') await sleep(fault.delayMs ?? 1000);
    let reply = await options.handle(exchange);
    reply = { ...reply, headers: { ...verdict.headers, ...reply.headers } };
    if (fault) reply = spoilReply(fault, reply, options.itemsOf);
    record.status = reply.status;
    await send(response, exchange, reply, fault);
  };

  const http = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else {
        const { bytes } = encodeBody(
          `The test server failed: ${error instanceof Error ? error.stack : String(error)}\n`,
        );
        response.writeHead(599, { 'Content-Type': 'text/plain' }).end(bytes);
      }
    });
  });
  http.keepAliveTimeout = 2_000;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, '127.0.0.1', resolve);
  });

  const server: TestServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    violations,
    faults,
    count: (path) => (path === undefined ? requests.length : requests.filter((r) => r.path.startsWith(path)).length),
    reset() {
      requests.length = 0;
      violations.length = 0;
      cooldown = { from: -Infinity, until: -Infinity, target: '' };
      faults.clear();
      limiter.reset();
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

function queryOf(query: URLSearchParams): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [key, value] of query) (values[key] ??= []).push(value);
  return values;
}
