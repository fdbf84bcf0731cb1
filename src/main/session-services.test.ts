import { describe, expect, it } from 'vitest';
import { createFakeRunner, type FakeProgram } from '../core/wallpaper/testing/fake-runner.ts';
import { createSessionServices } from './session-services.ts';

/** A bus that cannot be asked whether it lives is trusted; no X server is at this display. */
const env = { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=localhost', DISPLAY: ':65123', HOME: '/nonexistent' };
const services = (programs: Readonly<Record<string, FakeProgram>>, own: Readonly<Record<string, string>> = env) =>
  createSessionServices({ env: own, run: createFakeRunner(programs) });
const says = (answer: string): FakeProgram => {
  return (args) => (args.join(' ').includes('StatusNotifierWatcher') ? answer : new Error('no such property'));
};

describe('the tray', () => {
  it.each([
    ['gdbus', '(<true>,)\n', true],
    ['gdbus', '(<false>,)\n', false],
    ['busctl', 'b true\n', true],
    ['busctl', 'b false\n', false],
    ['dbus-send', 'method return time=1\n   variant       boolean true\n', true],
  ])('is what %s says: %j', async (program, answer, expected) => {
    expect(await services({ [program]: says(answer) }).tray()).toBe(expected);
  });

  it('is not there where nobody watches for icons', async () => {
    const nobody = () => new Error('The name org.kde.StatusNotifierWatcher was not provided by any .service files');
    expect(await services({ gdbus: nobody }).tray()).toBe(false);
  });

  it('is not known where nothing can ask the bus', async () => {
    expect(await services({}).tray()).toBeNull();
  });

  it('is not there without a bus, and no program is run that would start one', async () => {
    const runner = createFakeRunner({ gdbus: says('(<true>,)') });
    const { DISPLAY, HOME } = env;
    expect(await createSessionServices({ env: { DISPLAY, HOME }, run: runner }).tray()).toBe(false);
    expect(runner.calls).toEqual([]);
  });
});

describe('the portal for keys', () => {
  it('is there when it tells its version', async () => {
    expect(await services({ gdbus: () => '(<uint32 1>,)\n' }).shortcutPortal()).toBe(true);
    expect(await services({ gdbus: () => new Error('No such interface') }).shortcutPortal()).toBe(false);
    expect(await services({}).shortcutPortal()).toBeNull();
  });
});
