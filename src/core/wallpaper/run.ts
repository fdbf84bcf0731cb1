import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { appError, cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Runs other programs: argument arrays only, never a shell. Injected, so that backends are tested without any program. */
export interface Runner {
  /** Runs to the end. A missing program, an exit code other than 0, a time-out and an abort are errors. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Result<Output>>;
  /** Starts a program that goes on by itself (a wallpaper daemon) and outlives this process. Answers its process id. */
  start(program: string, args: readonly string[]): Promise<Result<number>>;
  /** Asks a program of this user to end. One that has ended already is no error. */
  stop(pid: number): void;
  /** Absolute path of a program on PATH; null when there is none. */
  which(program: string): Promise<string | null>;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 15 s unless said otherwise. */
  readonly timeout?: number;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

const defaultTimeout = 15_000;
const maxOutput = 16 * 1024 * 1024;

/** The real runner. `env` decides where programs are found (PATH) and is what they are given, less this program's own variables. */
export function createRunner({ env, platform }: { readonly env: Env; readonly platform: NodeJS.Platform }): Runner {
  const given = environmentForPrograms(env, platform);

  async function which(program: string): Promise<string | null> {
    if (isAbsolute(program)) return (await isExecutable(program)) ? program : null;
    if (/[\\/]/.test(program)) return null;
    const endings = platform === 'win32' ? ['.exe', ''] : [''];
    for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(delimiter)) {
      // A relative entry would run whatever lies in the current folder.
      if (!isAbsolute(folder)) continue;
      for (const ending of endings) {
        const path = join(folder, program + ending);
        if (await isExecutable(path)) return path;
      }
    }
    return null;
  }

  const missing = (program: string): Result<never> =>
    fail(appError('wallpaper_failed', `The program "${program}" is not installed, or not on PATH.`));

  return {
    which,
    stop(pid) {
      try {
        process.kill(pid, 'SIGTERM');
      } catch {
        // Gone already.
      }
    },
    async run(program, args, { signal, timeout = defaultTimeout } = {}) {
      if (signal?.aborted) return fail(cancelled);
      const path = await which(program);
      if (path === null) return missing(program);
      return new Promise((resolve) => {
        execFile(
          path,
          [...args],
          {
            env: given,
            timeout,
            maxBuffer: maxOutput,
            killSignal: 'SIGKILL',
            windowsHide: true,
            ...(signal ? { signal } : {}),
          },
          (error, stdout, stderr) => {
            if (error === null) resolve(ok({ stdout, stderr }));
            else if (signal?.aborted) resolve(fail(cancelled));
            else if (error.killed === true && typeof error.code !== 'string')
              resolve(fail(appError('timeout', `"${program}" did not finish within ${timeout / 1000} seconds.`)));
            else resolve(fail(appError('wallpaper_failed', describeFailure(program, error.code, stderr, stdout))));
          },
        );
      });
    },
    async start(program, args) {
      const path = await which(program);
      if (path === null) return missing(program);
      return new Promise((resolve) => {
        const child = spawn(path, [...args], { env: given, detached: true, stdio: 'ignore', windowsHide: true });
        child.once('error', (error) =>
          resolve(fail(appError('wallpaper_failed', `"${program}" could not be started: ${error.message}.`))),
        );
        child.once('spawn', () => {
          child.unref();
          resolve(ok(child.pid ?? 0));
        });
      });
    },
  };
}

/** What other programs get: our variables (tokens may be among them) left out, messages in English so that they can be read. */
export function environmentForPrograms(env: Env, platform: NodeJS.Platform): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || name.startsWith('KABEGAMI_') || name.startsWith('ELECTRON_')) continue;
    given[name] = value;
  }
  if (platform === 'linux') given['LC_ALL'] = 'C.UTF-8';
  return given;
}

function describeFailure(program: string, code: unknown, stderr: string, stdout: string): string {
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(0, 3).join(' ').slice(0, 300);
  const how = typeof code === 'number' ? `failed (exit code ${code})` : `failed (${String(code ?? 'killed')})`;
  return said === '' ? `"${program}" ${how}.` : `"${program}" ${how}: ${said}`;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
