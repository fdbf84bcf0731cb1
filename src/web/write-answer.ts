import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { textAnswer, type PageAnswer } from '../core/page-answer.ts';

/** Puts an answer on the wire; files are streamed. A reader who leaves early is no error. */
export async function writeAnswer(
  response: ServerResponse,
  answer: PageAnswer,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  if (response.destroyed) return;
  if (answer.body.kind !== 'file') {
    response.writeHead(answer.status, { ...answer.headers, ...headers });
    response.end(answer.body.kind === 'text' ? answer.body.text : undefined);
    return;
  }
  const { path, start, end } = answer.body;
  // Opened before the head is written: the file may just have been evicted.
  const file = await open(path).catch(() => null);
  if (file === null) {
    await writeAnswer(response, textAnswer(404, 'The file is gone. Ask again.'), headers);
    return;
  }
  try {
    response.writeHead(answer.status, { ...answer.headers, ...headers });
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } catch {
    response.destroy();
  } finally {
    await file.close();
  }
}
