import { parentPort } from 'node:worker_threads';
import { makePicture } from './pictures.ts';
import type { RenderJob } from './pictures.ts';

const port = parentPort;
if (!port) throw new Error('This file runs as a worker.');
port.on('message', (job: RenderJob) => {
  void makePicture(job).then((picture) => port.postMessage(picture));
});
