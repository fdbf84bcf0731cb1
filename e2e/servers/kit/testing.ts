/** How the servers' own tests speak to them. */
export const agent = 'Kabegami/0.1.0 (https://kabegami.example.org)';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request with an honest User-Agent; an object body is sent as JSON. */
export async function ask(url: string, { method, headers, body }: Ask = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      'User-Agent': agent,
      ...(body === undefined || typeof body === 'string' ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text) as unknown;
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** The value at `path` of a JSON answer: `at(answer.json, 'images', 0, 'width')`. */
export function at(json: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    json,
  );
}

/** The list at `path`, as objects. */
export function list(json: unknown, ...path: readonly (string | number)[]): Record<string, unknown>[] {
  const value = at(json, ...path);
  if (!Array.isArray(value)) throw new Error(`There is no list at ${path.join('.')}.`);
  return value as Record<string, unknown>[];
}
