import type { UtilityProcess } from 'electron';
import type { CodecChild } from '../core/files/process-codec.ts';

/** The codec in an Electron utility process: outside the main process, and without a Node of the user's. */
export function utilityCodecChild(
  fork: (entry: string) => Pick<UtilityProcess, 'postMessage' | 'on' | 'kill'>,
  entry: string,
): CodecChild {
  const child = fork(entry);
  let spawned = false;
  let unwanted = false;
  child.on('spawn', () => {
    spawned = true;
    if (unwanted) child.kill();
  });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (receive) => void child.on('message', receive),
    onExit(ended) {
      let told = false;
      child.on('exit', () => {
        if (told) return;
        told = true;
        ended();
      });
    },
    kill() {
      unwanted = true;
      // Electron ends no process that is only just starting: it would stay for as long as the program runs.
      if (spawned) child.kill();
    },
  };
}
