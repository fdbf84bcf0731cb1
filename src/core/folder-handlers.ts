import { mapOk, ok } from '../shared/result.ts';
import type { Images } from './catalog/images.ts';
import type { CallContext, Handlers } from './dispatch.ts';
import type { Folders } from './folders/folders.ts';
import type { Ports } from './ports.ts';

type FolderCall = Extract<keyof Handlers, `folders.${string}`>;

/** Calls about folders of this machine. */
export function folderHandlers(parts: {
  readonly folders: Folders;
  readonly dialogs: Ports['dialogs'];
  readonly images: Pick<Images, 'get'>;
}): Pick<Handlers, FolderCall> {
  const { folders } = parts;
  const progress =
    (context: CallContext) =>
    (done: number, total: number | null): void =>
      context.progress({ kind: 'import', image: null, done, total, unit: 'items' });

  return {
    'folders.list': () => ok({ folders: folders.list(), canChoose: parts.dialogs !== undefined }),
    'folders.add': (options) => folders.add(options),
    'folders.remove': async ({ id, keep }, { signal }) =>
      mapOk(await folders.remove(id, keep, signal), (list) => ({ folders: list })),
    'folders.scan': async ({ id, wait }, context) => {
      if (wait) return mapOk(await folders.scan(id, progress(context), context.signal), (report) => ({ report }));
      return mapOk(folders.scanSoon(id), () => ({ report: null }));
    },
    'folders.cancel': ({ id }) => folders.cancel(id),
    'folders.failures': ({ id, limit }) => mapOk(folders.failures(id, limit), (failures) => ({ failures })),
    'folders.pick': (options, context) => folders.pick(options, progress(context), context.signal),
    'folders.placesOf': async ({ id }, { signal }) =>
      mapOk(await parts.images.get(id, signal), (image) => folders.placesOf(image.id)),
    'folders.forgetMissing': ({ id }, { signal }) => folders.forgetMissing(id, signal),
    'folders.preview': (options, context) => folders.dryRun(options, progress(context), context.signal),
  };
}
