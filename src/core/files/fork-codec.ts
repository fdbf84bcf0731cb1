import { fork } from 'node:child_process';
import type { Clock } from '../ports.ts';
import type { Codec } from './codec.ts';
import { codecEnvironment } from './codec-environment.ts';
import { createProcessCodec, type CodecChild } from './process-codec.ts';

/** Variables a process needs to start; the rest (tokens may be among it) is none of the codec's business. */
const passedOn = ['SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LD_LIBRARY_PATH', 'ELECTRON_RUN_AS_NODE'];

/** Starts a codec process on plain Node. `entry` is `codec-process.ts` or what it was built to. It keeps the program alive while it works only. */
export function forkCodecChild(entry: string): CodecChild {
  const env = Object.fromEntries(
    passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = fork(entry, [], {
    env: { ...env, ...codecEnvironment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'json',
  });
  let ended = false;
  let working = false;
  return {
    send(message) {
      working = true;
      child.ref();
      child.channel?.ref();
      // A process that has just died answers here with an error and then with its exit.
      child.send(message as object, () => undefined);
    },
    onMessage: (receive) =>
      void child.on('message', (message) => {
        working = false;
        // This may give it its next job.
        receive(message);
        if (working) return;
        child.unref();
        child.channel?.unref();
      }),
    onExit(listener) {
      const once = (): void => {
        if (ended) return;
        ended = true;
        listener();
      };
      child.on('exit', once);
      child.on('error', once);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The codec of hosts that run on plain Node (browser host, CLI, tests). */
export function forkCodec(entry: string, { clock }: { readonly clock: Pick<Clock, 'after'> }): Codec {
  return createProcessCodec({ spawn: () => forkCodecChild(entry), size: 2, idleMs: 30_000, clock });
}
