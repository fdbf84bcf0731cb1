import { appError } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { SessionProcess } from '../processes.ts';
import type { Desktop, DesktopId, DetectDesktop } from '../desktop.ts';
import type { Runner } from '../run.ts';
import type { ReadMonitors } from '../x11/monitors.ts';

/** What a fake program does: its output, or a failure with that message. */
export type FakeProgram = (args: readonly string[]) => string | Error;

export interface FakeRunner extends Runner {
  /** Every program that was run or started, with its arguments. */
  readonly calls: readonly (readonly string[])[];
  readonly stopped: readonly number[];
}

/** A machine on which exactly these programs are installed. */
export function createFakeRunner(programs: Readonly<Record<string, FakeProgram>>): FakeRunner {
  const calls: string[][] = [];
  const stopped: number[] = [];
  const call = (program: string, args: readonly string[]) => {
    const fake = programs[program];
    calls.push([program, ...args]);
    if (!fake) return fail(appError('wallpaper_failed', `The program "${program}" is not installed, or not on PATH.`));
    const said = fake(args);
    if (said instanceof Error)
      return fail(appError('wallpaper_failed', `"${program}" failed (exit code 1): ${said.message}`));
    return ok({ stdout: said, stderr: '' });
  };
  return {
    calls,
    stopped,
    run: (program, args) => Promise.resolve(call(program, args)),
    start: (program, args) => {
      const done = call(program, args);
      return Promise.resolve(done.ok ? ok(4711) : done);
    },
    stop: (pid) => void stopped.push(pid),
    which: (program) => Promise.resolve(program in programs ? `/usr/bin/${program}` : null),
  };
}

/** A desktop that is what it says. */
export function fakeDesktop(id: DesktopId, session: Desktop['session'] = 'x11', name: string = id): DetectDesktop {
  return () => Promise.resolve({ id, name, session, evidence: 'the test' });
}

/** An X server that cannot be asked itself. */
export const noMonitors: ReadMonitors = () => Promise.resolve(null);

export const noProcesses = (): Promise<readonly SessionProcess[]> => Promise.resolve([]);

/** One process, as `/proc` shows it. */
export function fakeProcess(pid: number, ...args: readonly string[]): SessionProcess {
  return { pid, name: (args[0] ?? '').split('/').at(-1)?.slice(0, 15) ?? '', args };
}
