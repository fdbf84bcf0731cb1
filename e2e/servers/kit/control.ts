import { isRecord, jsonBody } from './exchange.ts';
import type { Exchange, Reply } from './exchange.ts';
import type { Fault, TestServer } from './types.ts';

/**
 * The control endpoint, for specs in another process:
 * `GET /__control/requests|violations|state`, `POST /__control/faults` (a `Fault`), `DELETE /__control/faults`, `POST /__control/reset`,
 * and `POST /__control/<name>` with a JSON object for each of the server's own controls.
 */
export const controlPath = '/__control';

/** Named actions; what they return is the answer's `value`. */
export type Controls = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>>;

export function handleControl(exchange: Exchange, server: TestServer, controls: Controls): Reply {
  const name = exchange.segments[1] ?? '';
  const ok = (value: unknown): Reply => ({ status: 200, body: { ok: true, value: value ?? null } });
  if (exchange.method === 'GET') {
    if (name === 'requests') return ok(server.requests);
    if (name === 'violations') return ok(server.violations);
    if (name === 'state' || name === '') {
      return ok({
        requests: server.requests.length,
        violations: server.violations.length,
        faults: server.faults.active,
      });
    }
  }
  if (name === 'faults' && exchange.method === 'DELETE') return ok(server.faults.clear());
  if (exchange.method === 'POST') {
    const input = jsonBody(exchange) ?? {};
    if (!isRecord(input)) return refuse('The body must be a JSON object.');
    if (name === 'faults') {
      server.faults.add(input as unknown as Fault);
      return ok(null);
    }
    if (name === 'reset') return ok(server.reset());
    const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
    if (control) {
      try {
        return ok(control(input));
      } catch (error) {
        return refuse(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return refuse(`There is no control "${exchange.method} ${name}". Known: ${Object.keys(controls).join(', ')}.`);
}

function refuse(message: string): Reply {
  return { status: 400, body: { ok: false, message } };
}
