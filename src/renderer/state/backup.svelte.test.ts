import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { createFakeClient } from '../testing/fake-client.ts';
import { App } from './app.svelte.ts';
import { BackupsState } from './backup.svelte.ts';

describe('backups', () => {
  it('are made, and then told as the last one', async () => {
    const backups = new BackupsState(createFakeClient());
    const making = backups.create('/x/a.kabegami', 'all');
    expect(backups.task).toBe('backup');
    await making;
    expect(backups.task).toBeNull();
    expect(backups.done).toMatchObject({ task: 'backup', value: { pictures: 84 } });
    expect(backups.state?.last?.path).toBe('/x/a.kabegami');
  });

  it('say what failed where it was asked, until something else is', async () => {
    const client = createFakeClient();
    const backups = new BackupsState(client);
    client.fail('backup.create', appError('disk_full', 'The disk is full.'));
    await backups.create('/x/a.kabegami', 'none');
    expect(backups.problem).toMatchObject({ task: 'backup', error: { code: 'disk_full' } });
    expect(backups.done).toBeNull();
    await backups.inspect({ path: '/x/a.kabegami' });
    expect(backups.problem).toBeNull();
    expect(backups.preview?.value.counts.favorites).toBe(212);
  });

  it('ask before they write over a file, and then do', async () => {
    const client = createFakeClient();
    const backups = new BackupsState(client);
    client.fail('backup.create', appError('file_exists', 'It is there already.'));
    await backups.create('/x/a.kabegami', 'none');
    expect([backups.problem, backups.done, backups.existing]).toEqual([null, null, '/x/a.kabegami']);
    backups.existing = null;
    client.fail('backup.create', null);
    await backups.replace();
    expect(client.calls.filter(({ name }) => name === 'backup.create').at(-1)?.input).toEqual({
      path: '/x/a.kabegami',
      pictures: 'none',
      overwrite: true,
    });
    expect(backups.done).toMatchObject({ task: 'backup' });
  });

  it('stop without a word of failure', async () => {
    const client = createFakeClient();
    const backups = new BackupsState(client);
    client.hold();
    const making = backups.create('/x/a.kabegami', 'none');
    await Promise.resolve();
    backups.stop();
    client.release();
    await making;
    expect(backups).toMatchObject({ problem: null, done: null, task: null });
  });

  it('are restored only after they were looked at, and the page begins anew', async () => {
    const client = createFakeClient();
    const stored = new Map<string, unknown>();
    let reloads = 0;
    const app = new App({
      client,
      memory: { read: (key) => stored.get(key) ?? null, write: (key, value) => void stored.set(key, value) },
      desktop: false,
      later: () => () => undefined,
      reload: () => (reloads += 1),
    });
    await app.backups.restore();
    expect(client.calls.some(({ name }) => name === 'backup.restore')).toBe(false);
    await app.backups.inspect({ snapshot: 'latest' });
    await app.backups.restore();
    // The page that begins anew asks for other things right away.
    expect(client.calls).toContainEqual({ name: 'backup.restore', input: { source: { snapshot: 'latest' } } });
    expect(reloads).toBe(1);
    expect(stored.get('restored')).toEqual([]);
  });
});
