import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Captured {
  /** Exit code; 127 when the program could not be started, 124 when it was stopped after `timeoutMs`. */
  readonly code: number;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a program with its output collected. Never rejects. */
export function runCaptured(
  program: string,
  args: readonly string[],
  options: SpawnOptions & { readonly timeoutMs?: number } = {},
): Promise<Captured> {
  const { timeoutMs, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stdout = '';
    let timedOut = false;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: `${program}: ${error.message}`, stdout });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : (code ?? 1), output, stdout });
    });
  });
}

/** Runs a program on this terminal. Answers its exit code; 128 + n after a signal. */
export function runInherited(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const letGo = handOnSignals(child);
    const done = (code: number): void => {
      letGo();
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      done(127);
    });
    child.on('close', (code, signal) => done(signal === null ? (code ?? 1) : signal === 'SIGINT' ? 130 : 143));
  });
}

/**
 * Hands this process's end on to a child and outlives it; answers how to stop that. A terminal's Ctrl-C reaches the child by itself, and twice
 * would mean "at once" to it.
 */
export function handOnSignals(child: Pick<ChildProcess, 'kill'>): () => void {
  const handOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGINT', handOn).on('SIGTERM', handOn).on('SIGHUP', handOn);
  return () => void process.off('SIGINT', handOn).off('SIGTERM', handOn).off('SIGHUP', handOn);
}

/** The path of a program on PATH, or null. */
export function which(program: string, path: string = process.env['PATH'] ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, program);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here; the next folder.
    }
  }
  return null;
}
