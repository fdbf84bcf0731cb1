import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { webSocketPath } from '../shared/bridge.ts';
import { appError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { textAnswer, type PageAnswer } from '../core/page-answer.ts';
import { contentSecurityPolicy, securityHeaders } from '../core/page-headers.ts';
import { createPage } from '../core/page.ts';
import { serveChannel } from '../core/serve-channel.ts';
import type { ServeOptions, WebServer } from '../core/web-server.ts';
import { createAccess, type Access } from './access.ts';
import { writeAnswer } from './write-answer.ts';
import { everyHalfMinute, webSocketServerChannel } from './web-socket.ts';

/** The largest message a page may send: a call with ten thousand image ids is under one megabyte. */
const maxPayload = 4_000_000;

/** Serves the page, its pictures and the contract on 127.0.0.1, to whoever holds the token of this run and to nobody else. */
export async function serve(options: ServeOptions): Promise<Result<WebServer>> {
  const { core, log, heartbeat = everyHalfMinute } = options;
  const token = randomBytes(32).toString('base64url');
  const page = createPage(core, options.rendererFolder);
  const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, clientTracking: true });
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 });
  const listening = await listen(server, options.port);
  if (!listening.ok) return listening;
  const port = listening.value;
  const access = createAccess({ port, token });
  const headers = securityHeaders(contentSecurityPolicy([`ws://127.0.0.1:${port}`, `ws://localhost:${port}`]));

  const answer = async (request: IncomingMessage, signal: AbortSignal): Promise<PageAnswer> => {
    const url = request.url ?? '';
    // Requests to a proxy name a whole url, `OPTIONS *` a star: neither is for us.
    if (!url.startsWith('/')) return textAnswer(400, 'That is not an address of this server.');
    const [path = '', query = ''] = url.split('?', 2);
    const asked = path === '/' ? new URLSearchParams(query).get('token') : null;
    if (asked !== null) return welcome(access, request, asked);
    const verdict = access.check(request.headers, 'page');
    if (!verdict.allowed) return textAnswer(verdict.status, verdict.reason);
    const header = (name: string): string | null => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : null;
    };
    return page({ method: request.method ?? '', path, header, signal });
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const dropped = new AbortController();
    response.on('close', () => dropped.abort());
    answer(request, dropped.signal)
      .then((content) => writeAnswer(response, content, headers))
      .catch((error: unknown) => {
        log.error('A request failed unexpectedly', { error: error instanceof Error ? error.stack : String(error) });
        response.destroy();
      });
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    const verdict = access.check(request.headers, 'socket');
    if (!verdict.allowed || request.url !== webSocketPath) {
      const status = verdict.allowed ? '404 Not Found' : '403 Forbidden';
      // The server forgets a connection that wanted to be something else: nobody else would ever end it.
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      serveChannel(core, webSocketServerChannel(webSocket, heartbeat)),
    );
  });

  return ok({
    url: `http://127.0.0.1:${port}/?token=${token}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of sockets.clients) client.terminate();
        server.closeAllConnections();
      }),
  });
}

/** Turns the token of the printed address into a cookie, and takes it out of the address bar and the history. */
function welcome(access: Access, { method, headers }: IncomingMessage, token: string): PageAnswer {
  if (method !== 'GET') return textAnswer(405, 'Only GET is answered here.', { allow: 'GET' });
  const verdict = access.checkToken(headers, token);
  if (!verdict.allowed) return textAnswer(verdict.status, verdict.reason);
  const site = headers['sec-fetch-site'];
  const cookie = { 'set-cookie': access.cookie };
  // After a redirect of a link on another page the strict cookie would not be sent; after a step of our own page it is.
  if (site === 'cross-site' || site === 'same-site')
    return textAnswer(200, 'Kabegami', { ...cookie, refresh: '0; url=/' });
  return textAnswer(303, '', { ...cookie, location: '/' });
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<Result<number>> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is used by another program.`
          : `Port ${port} cannot be used (${error.message}).`;
      resolve(fail(appError('invalid_input', `${why} Choose another one with --port, or none for any free one.`)));
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      resolve(ok((server.address() as AddressInfo).port)),
    );
  });
}
