import { mediaPrefix, respondMedia, type MediaSource } from './media-response.ts';
import type { PageAnswer, PageRequest } from './page-answer.ts';
import { createPageFiles } from './page-files.ts';

/** Everything the page's origin answers, the same in the desktop and the browser host: pictures by id, and the built page itself. */
export function createPage(core: MediaSource, rendererFolder: string): (request: PageRequest) => Promise<PageAnswer> {
  const files = createPageFiles(rendererFolder);
  return (request) => (request.path.startsWith(mediaPrefix) ? respondMedia(core, request) : files(request));
}
