import type { ServerResponse } from 'node:http';
import { encodeBody } from './exchange.ts';
import type { Exchange, Reply } from './exchange.ts';
import type { Fault } from './types.ts';

/** Sends a reply, as it is or as the fault will have it. */
export async function send(
  response: ServerResponse,
  exchange: Exchange,
  reply: Reply,
  fault: Fault | null,
): Promise<void> {
  const { bytes, type } = encodeBody(reply.body);
  const headers: Record<string, string> = { ...(type ? { 'Content-Type': type } : {}), ...reply.headers };
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
  const empty = reply.status === 204 || reply.status === 304;

  switch (fault?.kind) {
    case 'lost_answer':
      response.destroy();
      return;
    case 'cut_off':
      response.writeHead(reply.status, { ...headers, 'Content-Length': String(bytes.length) });
      await new Promise<void>((resolve) => {
        response.write(half, () => resolve());
      });
      response.destroy();
      return;
    case 'stall_body':
      response.writeHead(reply.status, { ...headers, 'Content-Length': String(bytes.length) });
      response.write(half);
      return;
    case 'wrong_length':
      // A transport that looks whole: only the size the service told, or a checksum, gives it away.
      response.writeHead(reply.status, { ...headers, 'Content-Length': String(half.length), Connection: 'close' });
      response.end(half);
      return;
    case 'huge_body':
      await sendHuge(response, reply, headers, fault.bytes ?? 64 * 1024 * 1024);
      return;
    default:
      break;
  }
  if (!empty) headers['Content-Length'] ??= String(bytes.length);
  response.writeHead(reply.status, headers);
  response.end(exchange.method === 'HEAD' || empty ? undefined : bytes);
}

/** A valid JSON document that is far too long; stops when the client has had enough. */
async function sendHuge(
  response: ServerResponse,
  reply: Reply,
  headers: Record<string, string>,
  total: number,
): Promise<void> {
  const { 'Content-Length': _length, ...rest } = headers;
  response.writeHead(reply.status, rest);
  response.write('{"padding":"');
  const chunk = Buffer.alloc(256 * 1024, 'x');
  for (let sent = 0; sent < total && !response.destroyed; sent += chunk.length) {
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.once('drain', done);
      response.once('close', done);
    });
  }
  if (!response.destroyed) response.end('"}');
}
