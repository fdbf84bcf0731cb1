import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import { createHostPorts } from './host-ports.ts';
import type { Codec } from './files/codec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-ports-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const codec: Codec = {
  thumbnails: () => Promise.reject(new Error('not used')),
  compose: () => Promise.reject(new Error('not used')),
  looks: () => Promise.reject(new Error('not used')),
  compare: () => Promise.reject(new Error('not used')),
  close: () => Promise.resolve(),
};

describe('createHostPorts', () => {
  it('reads the overrides, and keeps every secret out of the log and of programs that are run', async () => {
    const ports = createHostPorts(
      {
        host: 'terminal',
        version: '0.1.0',
        dataFolder: folder,
        codec,
        displays: null,
        machine: null,
        secrets: {
          storage: { kind: 'keyring', warning: null },
          get: () => Promise.resolve(ok('stored-secret')),
          set: () => Promise.resolve(ok(undefined)),
          remove: () => Promise.resolve(ok(undefined)),
        },
      },
      {
        PATH: '/bin',
        KABEGAMI_WAIFU_IM_URL: ' http://127.0.0.1:1 ',
        KABEGAMI_YIFF_REST_URL: '',
        KABEGAMI_WAIFU_IM_TOKEN: 'env-secret-1',
        KABEGAMI_YIFF_REST_KEY: 'env-secret-2',
      },
      'linux',
    );
    expect(ports.overrides).toEqual({
      waifuImUrl: 'http://127.0.0.1:1',
      yiffRestUrl: undefined,
      waifuImToken: 'env-secret-1',
      yiffRestKey: 'env-secret-2',
    });
    expect(JSON.stringify(ports.env)).not.toContain('secret');
    expect(ports.env['PATH']).toBe('/bin');
    await ports.secrets.get('waifu-im.token');
    await ports.secrets.set('waifu-im.token', 'typed-secret');
    ports.log.info('stored-secret', { seen: ['typed-secret', 'env-secret-1', 'env-secret-2'] });
    const text = await readFile(path.join(folder, 'logs', 'kabegami.log'), 'utf8');
    expect(text).not.toMatch(/(stored|typed|env)-secret/);
    expect(text).toContain('redacted');
  });
});
