import type { CodecReply, CodecRequest } from './codec-messages.ts';
import { composePicture, makeThumbnails, TooLargeError } from './codec-draw.ts';
import { comparePictures, lookAtPictures } from './codec-look.ts';
import { fileError } from './file-error.ts';

/**
 * The codec process: decodes and draws, one job at a time, and knows nothing else. Started with `child_process.fork` or as an Electron
 * utility process; a picture that takes it down takes down nothing but its own job.
 */
interface Parent {
  readonly send: (reply: CodecReply) => void;
  readonly onRequest: (receive: (request: CodecRequest) => void) => void;
}

/** Electron's end of a utility process, as far as it is used here. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

function findParent(): Parent | null {
  const port = (process as { readonly parentPort?: ParentPort }).parentPort;
  if (port !== undefined && port !== null) {
    return {
      send: (reply) => port.postMessage(reply),
      onRequest: (receive) => port.on('message', ({ data }) => receive(data as CodecRequest)),
    };
  }
  if (process.send !== undefined) {
    // Without its parent nobody wants the result: leave before anything more is written.
    process.on('disconnect', () => process.exit());
    return {
      send: (reply) => void process.send?.(reply),
      onRequest: (receive) => process.on('message', (message) => receive(message as CodecRequest)),
    };
  }
  return null;
}

function work(request: CodecRequest): Promise<unknown> {
  switch (request.kind) {
    case 'thumbnails':
      return makeThumbnails(request.job);
    case 'compose':
      return composePicture(request.job);
    case 'looks':
      return lookAtPictures(request.job);
    case 'compare':
      return comparePictures(request.job);
  }
}

async function run(request: CodecRequest): Promise<CodecReply> {
  const { id } = request;
  try {
    return { type: 'done', id, value: (await work(request)) ?? null };
  } catch (error) {
    if (error instanceof TooLargeError) {
      return { type: 'failed', id, code: 'too_large', message: 'A thumbnail would be larger than there is room for.' };
    }
    const known = fileError(error);
    if (known !== null && (known.code === 'disk_full' || known.code === 'data_folder_unwritable')) {
      return { type: 'failed', id, code: known.code, message: known.message };
    }
    const reason = error instanceof Error ? error.message : String(error);
    return {
      type: 'failed',
      id,
      code: 'bad_picture',
      message: `The picture cannot be decoded: ${reason}.`.slice(0, 500),
    };
  }
}

const parent = findParent();
if (parent === null) {
  process.stderr.write('This is a part of Kabegami that is started by it, not by hand.\n');
  process.exitCode = 2;
} else {
  let last: Promise<void> = Promise.resolve();
  parent.onRequest((request) => {
    last = last.then(async () => parent.send(await run(request)));
  });
  parent.send({ type: 'ready' });
}
