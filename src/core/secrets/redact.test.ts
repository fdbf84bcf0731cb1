import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Log } from '../ports.ts';
import { createRedactor, redactingLog } from './redact.ts';

describe('the redactor', () => {
  it('cuts a protected secret out in each of its forms', () => {
    const redactor = createRedactor();
    const secret = 'canary/+ "token" 7f3a';
    redactor.protect(secret);
    for (const form of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ x: secret }),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ])
      expect(redactor.text(`before ${form} after`)).not.toMatch(/canary|Y2FuYXJ5/);
  });

  it('recognises credentials nobody told it of', () => {
    const redactor = createRedactor();
    expect(redactor.text('Authorization: Bearer abcdef123456')).not.toContain('abcdef');
    expect(redactor.text('x-api-key: abcdef123456')).not.toContain('abcdef');
    expect(redactor.text('{"X-Geo-Blocking-Bypass":"abcdef123456"}')).not.toContain('abcdef');
    expect(redactor.text('GET http://127.0.0.1:9/?token=abcdef123456&x=1')).toContain('&x=1');
    expect(redactor.text('GET http://127.0.0.1:9/?token=abcdef123456&x=1')).not.toContain('abcdef');
  });

  it('leaves ordinary text and data alone', () => {
    const redactor = createRedactor();
    redactor.protect('abc');
    expect(redactor.text('abc waifu-im:7622 took 12 ms')).toBe('abc waifu-im:7622 took 12 ms');
    expect(redactor.value({ id: 'waifu-im:1', n: 3, list: [null, true] })).toEqual({
      id: 'waifu-im:1',
      n: 3,
      list: [null, true],
    });
  });

  it('holds for any secret anywhere in any data', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40 }).filter((s) => /\S{6}/.test(s)),
        fc.jsonValue(),
        (secret, data) => {
          const redactor = createRedactor();
          redactor.protect(secret);
          const cleaned = redactor.value({
            data,
            nested: [{ deep: `x${secret}y` }],
            [`k${secret}`]: 1,
            error: new Error(secret),
          });
          expect(strings(cleaned).some((text) => text.includes(secret))).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('wraps a log', () => {
    const lines: string[] = [];
    const write = (message: string, details?: unknown): void => void lines.push(JSON.stringify([message, details]));
    const log: Log = { info: write, warn: write, error: write };
    const redactor = createRedactor();
    redactor.protect('canary-token');
    const safe = redactingLog(log, redactor);
    safe.info('using canary-token', { header: 'canary-token', token: 'other', error: new Error('bad canary-token') });
    safe.error('plain');
    expect(lines.join()).not.toMatch(/canary|other/);
    expect(lines[1]).toContain('plain');
  });
});

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...strings(item)]);
}
