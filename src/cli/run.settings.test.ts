import { describe, expect, it } from 'vitest';
import { fakeSettings } from '../core/testing/fake-core.ts';
import { settings } from '../shared/model.ts';
import { ok } from '../shared/result.ts';
import { typed } from './commands/settings.ts';
import { json, run } from './testing/run-cli.ts';

describe('settings', () => {
  it('answers one as it answers all', async () => {
    expect(json(await run('settings get --json', { 'settings.get': fakeSettings }))).toEqual(ok(settings.parse({})));
    expect(json(await run('settings get theme --json', { 'settings.get': fakeSettings }))).toEqual(
      ok({ theme: 'system' }),
    );
    expect((await run('settings get theme', { 'settings.get': fakeSettings })).out).toBe('theme  system\n');
  });

  it('reads values as what they look like', () => {
    expect(['true', 'false', 'null', '12', '-1.5', '1e3', '', 'dark', '0x10'].map(typed)).toEqual([
      true,
      false,
      null,
      12,
      -1.5,
      '1e3',
      '',
      'dark',
      '0x10',
    ]);
  });
});
