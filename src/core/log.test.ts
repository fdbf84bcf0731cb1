import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileLog } from './log.ts';
import { createRedactor } from './secrets/redact.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const clock = { now: () => Date.UTC(2026, 10, 23) };
const content = (): Promise<string> => readFile(path.join(folder, 'kabegami.log'), 'utf8');

describe('createFileLog', () => {
  it('writes one JSON document a line', async () => {
    const log = createFileLog({ folder, clock, redactor: createRedactor() });
    log.info('Started', { port: 1 });
    log.error('Failed', { error: new Error('why') });
    const lines = (await content())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toEqual({ at: '2026-11-23T00:00:00.000Z', level: 'info', message: 'Started', port: 1 });
    expect(lines[1]).toMatchObject({
      level: 'error',
      message: 'Failed',
      error: { message: 'why' },
    });
  });

  it('never writes a token, wherever it stands', async () => {
    const redactor = createRedactor();
    redactor.protect('s3cret"value');
    const log = createFileLog({ folder, clock, redactor });
    log.info('the s3cret"value leaked', {
      headers: { Authorization: 'abcdef', 'X-Api-Key': 'abcdef', 'x-geo-blocking-bypass': 'abcdef' },
      url: 'http://127.0.0.1:1/?token=abcdef&x=1',
      nested: [{ text: 'Authorization: Bearer abcdef' }, 's3cret"value'],
    });
    const text = await content();
    expect(text).not.toContain('abcdef');
    expect(text).not.toContain('s3cret');
    expect(text).toContain('x=1');
  });

  it('rotates and keeps a few files', async () => {
    const log = createFileLog({ folder, clock, redactor: createRedactor(), maxBytes: 300, keep: 3 });
    for (let index = 0; index < 30; index++) log.info(`line ${index}`);
    expect((await readdir(folder)).sort()).toEqual(['kabegami.1.log', 'kabegami.2.log', 'kabegami.log']);
    expect(await content()).toContain('line 29');
    expect((await content()).length).toBeLessThanOrEqual(300);
  });

  it('goes on when the log cannot be written or the details are odd', async () => {
    await writeFile(path.join(folder, 'file'), '');
    expect(() =>
      createFileLog({ folder: path.join(folder, 'file'), clock, redactor: createRedactor() }).info('lost'),
    ).not.toThrow();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const log = createFileLog({ folder, clock, redactor: createRedactor() });
    log.info('cycle', cycle);
    expect(await content()).toContain('cycle');
  });
});
