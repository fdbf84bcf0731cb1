import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Env } from '../run.ts';

/** The tools of the list that are not on PATH. */
function missingTools(tools: readonly string[]): readonly string[] {
  return tools.filter((tool) => {
    return !(process.env['PATH'] ?? '').split(delimiter).some((folder) => {
      try {
        accessSync(join(folder, tool), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  });
}

/** True when the tools are not all there; says which are missing. For `describe.skipIf`. */
export function lacks(what: string, tools: readonly string[], packages: string): boolean {
  const missing = process.platform === 'linux' ? missingTools(tools) : ['Linux'];
  if (missing.length === 0) return false;
  process.stdout.write(`Skipped: ${what} needs ${missing.join(', ')} (Debian: apt-get install ${packages}).\n`);
  return true;
}

/** A graphical session of its own, with a home of its own. Everything started in it ends with `stop`. */
export interface TestSession {
  readonly home: string;
  readonly env: Record<string, string>;
  /** Starts a program and waits until `ready` answers true. */
  start(program: string, args: readonly string[], ready: () => boolean | Promise<boolean>): Promise<ChildProcess>;
  /** Starts a program that prints one line (an address, a number) when it is ready, and answers that line. */
  startAndRead(program: string, args: readonly string[]): Promise<string>;
  run(program: string, ...args: readonly string[]): string;
  runForBytes(program: string, ...args: readonly string[]): Buffer;
  stop(): Promise<void>;
}

export function createTestSession(more: Env = {}): TestSession {
  const home = mkdtempSync(join(tmpdir(), 'kabegami-desktop-'));
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: home, LC_ALL: 'C.UTF-8' };
  for (const [name, value] of Object.entries(more)) if (value !== undefined) env[name] = value;
  const children: ChildProcess[] = [];

  const launch = (program: string, args: readonly string[]): ChildProcess => {
    const child = spawn(program, [...args], { env, cwd: home, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };

  return {
    home,
    env,
    async start(program, args, ready) {
      const child = launch(program, args);
      child.stdout?.resume();
      await until(`${program} is ready`, async () => {
        if (child.exitCode !== null) throw new Error(`${program} ended with code ${child.exitCode}.`);
        return ready();
      });
      return child;
    },
    startAndRead(program, args) {
      const child = launch(program, args);
      return new Promise((resolve, reject) => {
        let said = '';
        child.stdout?.on('data', (data: Buffer) => {
          said += data.toString();
          if (said.includes('\n')) resolve(said.split('\n')[0] ?? '');
        });
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`${program} ended with code ${code}.`)));
      });
    },
    run: (program, ...args) => execFileSync(program, args, { env, cwd: home, encoding: 'utf8', stdio: 'pipe' }),
    runForBytes: (program, ...args) =>
      execFileSync(program, args, { env, cwd: home, stdio: 'pipe', maxBuffer: 256 * 1024 * 1024 }),
    async stop() {
      // Clients before their servers.
      for (const child of children.reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const patience = setTimeout(() => child.kill('SIGKILL'), 3_000);
        await ended;
        clearTimeout(patience);
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** Waits for something another process does. */
export async function until(what: string, check: () => boolean | Promise<boolean>, tries = 200): Promise<void> {
  for (let n = 0; n < tries; n += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain until ${what}.`);
}

/**
 * A virtual X server on a free display, which asks for a cookie as real ones do. Without `-noreset` the root window would be wiped when
 * its last client leaves.
 */
export async function startXvfb(session: TestSession, size: string): Promise<void> {
  const authority = join(session.home, '.Xauthority');
  const counted = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  // Family 65535, no address, no number: this cookie is for any display.
  const entry = [
    Buffer.from([0xff, 0xff]),
    ...['', '', 'MIT-MAGIC-COOKIE-1'].map((text) => counted(Buffer.from(text))),
    counted(randomBytes(16)),
  ];
  writeFileSync(authority, Buffer.concat(entry), { mode: 0o600 });
  const args = ['-displayfd', '1', '-screen', '0', `${size}x24`, '-noreset', '-nolisten', 'tcp', '-auth', authority];
  session.env['DISPLAY'] = `:${await session.startAndRead('Xvfb', args)}`;
  session.env['XAUTHORITY'] = authority;
}

/** A message bus of its own; services it starts live in the session's home. */
export async function startBus(session: TestSession): Promise<void> {
  session.env['XDG_RUNTIME_DIR'] ??= session.home;
  session.env['DBUS_SESSION_BUS_ADDRESS'] = await session.startAndRead('dbus-daemon', [
    '--session',
    '--print-address=1',
    '--nofork',
  ]);
}
