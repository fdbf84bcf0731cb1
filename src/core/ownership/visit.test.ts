import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../shared/rpc.ts';
import { serveChannel } from '../serve-channel.ts';
import { createFakeCore, fakeSettings } from '../testing/fake-core.ts';
import { protocolVersion } from './connect-locally.ts';
import { listenLocally, type LocalServer } from './local-socket.ts';
import { visitOwner } from './visit.ts';

const core = createFakeCore({ 'settings.get': fakeSettings });
const open: LocalServer[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-visit-'));
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close({ drain: false });
  await rm(folder, { recursive: true, force: true });
});

async function listen(protocol = protocolVersion, name = 'owner.sock'): Promise<void> {
  const server = await listenLocally({
    path: path.join(folder, name),
    hello: { protocol, version: '0.1.0', host: 'desktop', pid: 7 },
    onClient: (channel) => serveChannel(core, channel),
  });
  open.push(server);
}

describe('visitOwner', () => {
  it('speaks to who answers, without the lock', async () => {
    await listen();
    const guest = await visitOwner(folder);
    expect(guest?.owner).toEqual({ protocol: protocolVersion, version: '0.1.0', host: 'desktop', pid: 7 });
    if (guest === null) return;
    const client = createClient(guest.channel);
    expect(await client.call('settings.get', {})).toMatchObject({ ok: true });
    client.close();
  });

  it('has nobody to speak to in an empty or missing folder', async () => {
    expect(await visitOwner(folder)).toBeNull();
    expect(await visitOwner(path.join(folder, 'missing'))).toBeNull();
    await writeFile(path.join(folder, 'owner.sock'), 'no socket');
    expect(await visitOwner(folder)).toBeNull();
  });

  it('does not trust a socket of another user, nor a link to any', async () => {
    await listen();
    const me = process.getuid?.();
    expect(me).toBeDefined();
    expect(await visitOwner(folder, 'linux', (me ?? 0) + 1)).toBeNull();
    await open.pop()?.close({ drain: false });
    await listen(protocolVersion, 'elsewhere.sock');
    await symlink(path.join(folder, 'elsewhere.sock'), path.join(folder, 'owner.sock'));
    expect(await visitOwner(folder)).toBeNull();
  });

  it('leaves pipes, other protocols and strangers to the claim, which says what is wrong', async () => {
    await listen(protocolVersion + 1);
    expect(await visitOwner(folder)).toBeNull();
    expect(await visitOwner(folder, 'win32')).toBeNull();
    await open.pop()?.close({ drain: false });
    for (const line of [
      'HTTP/1.1 400 Bad Request',
      '{"hello":null}',
      '{"hello":{"protocol":1,"version":"1","pid":7}}',
    ]) {
      const stranger = createServer((client) => client.end(`${line}\n`));
      await new Promise<void>((resolve) => stranger.listen(path.join(folder, 'owner.sock'), resolve));
      expect(await visitOwner(folder), line).toBeNull();
      await new Promise((resolve) => stranger.close(resolve));
    }
  });
});
