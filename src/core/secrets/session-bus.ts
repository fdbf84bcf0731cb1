import { connect } from 'node:net';

/**
 * True when the session bus greets back within `timeout` ms. The keyring library connects to the bus on the calling thread and without a limit, so a bus
 * that takes connections and says nothing would freeze the program (seen); this asks first. Addresses that cannot be asked this way are trusted.
 */
export async function sessionBusAnswers(
  env: Readonly<Record<string, string | undefined>>,
  timeout: number,
): Promise<boolean> {
  const runtime = env['XDG_RUNTIME_DIR'];
  const address = env['DBUS_SESSION_BUS_ADDRESS'] ?? (runtime === undefined ? undefined : `unix:path=${runtime}/bus`);
  if (address === undefined) return false;
  const path = /^unix:(?:[^;]*,)?path=([^,;]+)/.exec(address)?.[1];
  if (path === undefined) return true;
  return new Promise((resolve) => {
    const socket = connect(decodeURIComponent(path));
    const done = (answer: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => done(false), timeout);
    socket.on('error', () => done(false));
    socket.on('close', () => done(false));
    // The protocol's first words: a NUL byte, then any AUTH line; a living bus answers one line.
    socket.on('connect', () => socket.write('\0AUTH\r\n'));
    socket.on('data', () => done(true));
  });
}
