import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settings as settingsSchema } from '../shared/model.ts';
import { ok } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore } from '../core/testing/fake-core.ts';
import { createAutostart, startCommand, type Autostart, type LoginItems } from './autostart.ts';
import { desktopEntry } from './desktop-entry.ts';
import { followAutostart } from './follow-autostart.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kabegami-autostart-'));
  file = path.join(folder, 'config', 'autostart', 'kabegami.desktop');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noItems: LoginItems = {
  setLoginItemSettings: () => {
    throw new Error('not here');
  },
  getLoginItemSettings: () => {
    throw new Error('not here');
  },
};
const command = { program: '/opt/electron', args: ['/opt/kabegami', '--hidden'], env: {} };
const onLinux = (env: Readonly<Record<string, string>> = { XDG_CONFIG_HOME: path.join(folder, 'config') }): Autostart =>
  createAutostart({ platform: 'linux', env, home: folder, command, packaged: false, icon: '/i.png', app: noItems });

describe('the command', () => {
  it('is this program again, hidden, on its data folder, with no switch it was not given', () => {
    const from = { execPath: '/e', appPath: '/a', noSandbox: false, env: {} };
    expect(startCommand(from)).toEqual({ program: '/e', args: ['/a', '--hidden'], env: {} });
    expect(startCommand({ ...from, noSandbox: true, env: { KABEGAMI_HOME: '/d', TOKEN: 'x' } })).toEqual({
      program: '/e',
      args: ['--no-sandbox', '/a', '--hidden'],
      env: { KABEGAMI_HOME: '/d' },
    });
    expect(startCommand({ ...from, appPath: null, env: { APPIMAGE: '/k.AppImage' } })).toEqual({
      program: '/k.AppImage',
      args: ['--hidden'],
      env: {},
    });
  });

  it('is quoted as the Desktop Entry specification wants it', () => {
    const odd = '/home/a b/"x"/$HOME/`id`/100%/back\\slash';
    const text = desktopEntry({
      name: 'K',
      comment: 'c',
      icon: '/i',
      command: { program: odd, args: ['--hidden'], env: { A: 'b c' } },
    });
    const exec = /^Exec=(.*)$/m.exec(text)?.[1] ?? '';
    // First the escapes of a string, then those within quotes, then the field codes: what a session does to start it.
    const string = exec.replace(
      /\\([\\nrts])/g,
      (_all, mark: string) => ({ n: '\n', r: '\r', t: '\t', s: ' ' })[mark] ?? mark,
    );
    const words = [...string.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, inQuotes, plain]) =>
      (inQuotes === undefined ? (plain ?? '') : inQuotes.replace(/\\(["`$\\])/g, '$1')).replaceAll('%%', '%'),
    );
    expect(words).toEqual(['env', 'A=b c', odd, '--hidden']);
    expect(text.split('\n').filter((line) => line.startsWith('Exec='))).toHaveLength(1);
  });
});

describe('on Linux', () => {
  it('is a file in the folder of XDG, there and gone', async () => {
    const autostart = onLinux();
    expect(await autostart.set(true)).toEqual(ok(undefined));
    expect(readFileSync(file, 'utf8')).toContain('Exec=/opt/electron /opt/kabegami --hidden\n');
    expect(await autostart.turnedOff()).toBe(false);
    expect(await autostart.set(false)).toEqual(ok(undefined));
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(await autostart.set(false)).toEqual(ok(undefined));
    expect(await autostart.turnedOff()).toBe(false);
  });

  it('is in ~/.config where XDG says nothing, or nothing that counts', async () => {
    await onLinux({ XDG_CONFIG_HOME: 'relative' }).set(true);
    expect(readFileSync(path.join(folder, '.config', 'autostart', 'kabegami.desktop'), 'utf8')).toContain('Exec=');
  });

  it('sees that its owner turned it off in the desktop’s list', async () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '[Desktop Entry]\nX-GNOME-Autostart-enabled=false\n');
    expect(await onLinux().turnedOff()).toBe(true);
  });

  it('says why the file cannot be written', async () => {
    writeFileSync(path.join(folder, 'config'), 'a file, not a folder');
    expect(await onLinux().set(true)).toMatchObject({ ok: false, error: { message: expect.stringContaining(file) } });
  });
});

describe('elsewhere', () => {
  const make = (platform: NodeJS.Platform, packaged: boolean, app: LoginItems): Autostart =>
    createAutostart({ platform, env: {}, home: folder, command, packaged, icon: '', app });

  it('is a login item that is asked for afterwards', async () => {
    let openAtLogin = false;
    const asked: unknown[] = [];
    const app: LoginItems = {
      setLoginItemSettings: (item) => {
        asked.push(item);
        openAtLogin = item.openAtLogin ?? false;
      },
      getLoginItemSettings: () =>
        ({ openAtLogin, executableWillLaunchAtLogin: false }) as ReturnType<LoginItems['getLoginItemSettings']>,
    };
    const windows = make('win32', true, app);
    expect(await windows.set(true)).toEqual(ok(undefined));
    expect(asked).toEqual([{ openAtLogin: true, path: '/opt/electron', args: ['/opt/kabegami', '--hidden'] }]);
    // Switched off in the task manager.
    expect(await windows.turnedOff()).toBe(true);
    const stubborn = make('win32', true, { ...app, setLoginItemSettings: () => {} });
    expect(await stubborn.set(false)).toMatchObject({ ok: false });
  });

  it('needs the installed program on macOS', async () => {
    expect(await make('darwin', false, noItems).set(true)).toMatchObject({ ok: false });
  });
});

describe('the setting', () => {
  function follow(openAtLogin: boolean, autostart: Autostart) {
    let settings = settingsSchema.parse({ openAtLogin });
    const core = createFakeCore({
      'settings.set': ({ patch }) => {
        settings = { ...settings, ...patch } as typeof settings;
        core.events.emit('settings.changed', settings);
        return ok(settings);
      },
    });
    const client = createClient(connectInMemory(core));
    const failures: string[] = [];
    followAutostart({ client, settings: () => settings, autostart, fail: ({ message }) => failures.push(message) });
    return {
      settings: () => settings,
      failures,
      set: (on: boolean) => client.call('settings.set', { patch: { openAtLogin: on } }),
      async settled() {
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      },
    };
  }
  const fake = (answers: { readonly works: boolean; readonly off?: boolean }) => {
    const asked: boolean[] = [];
    const autostart: Autostart = {
      set: (on) => {
        asked.push(on);
        return Promise.resolve(
          answers.works ? ok(undefined) : { ok: false, error: { code: 'internal', message: 'No.', retryable: false } },
        );
      },
      turnedOff: () => Promise.resolve(answers.off ?? false),
    };
    return { asked, autostart };
  };

  it('is followed, and written anew at a start', async () => {
    const { asked, autostart } = fake({ works: true });
    const { set, settled } = follow(true, autostart);
    await settled();
    await set(false);
    await settled();
    expect(asked).toEqual([true, false]);
  });

  it('goes back, with a word, when the system does not follow', async () => {
    const { asked, autostart } = fake({ works: false });
    const { set, settled, settings, failures } = follow(false, autostart);
    await set(true);
    await settled();
    expect(settings().openAtLogin).toBe(false);
    expect([asked, failures]).toEqual([[true], ['No.']]);
  });

  it('goes off where its owner has turned the entry off', async () => {
    const { asked, autostart } = fake({ works: true, off: true });
    const { settled, settings } = follow(true, autostart);
    await settled();
    expect([settings().openAtLogin, asked]).toEqual([false, []]);
  });
});
