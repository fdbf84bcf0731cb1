import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import type { Folder, FolderFailure, LocalPlaces, ScanReport } from '../../shared/folders.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

type Names = Extract<CallName, `folders.${string}`>;

export interface FakeFolders {
  list: readonly Folder[];
  failures: readonly FolderFailure[];
  /** What the system's dialog answers; undefined: this host has none. */
  chosen: string | null | undefined;
  /** What comes of choosing pictures one by one. */
  picked: readonly ImageId[];
  places: LocalPlaces;
  readonly handlers: { [N in Names]: (input: CallInput<N>) => Result<CallOutput<N>> };
}

export const emptyReport: ScanReport = {
  found: 0,
  added: 0,
  changed: 0,
  known: 0,
  failed: 0,
  missing: 0,
  failures: [],
  unreadable: [],
  others: [],
  sidecars: { read: 0, bad: 0 },
};

/** Folders over data in memory; scans end at once. */
export function createFakeFolders(changed: (folders: readonly Folder[]) => void): FakeFolders {
  const missing = fail(appError('not_found', 'There is no such folder.'));
  const found = (id: number): Folder | undefined => fake.list.find((folder) => folder.id === id);
  const set = (list: readonly Folder[]): void => {
    fake.list = list;
    changed(list);
  };
  const fake: FakeFolders = {
    list: [],
    failures: [],
    chosen: undefined,
    picked: [],
    places: { places: [], copied: false },
    handlers: {
      'folders.list': () => ok({ folders: fake.list, canChoose: fake.chosen !== undefined }),
      'folders.add': (input) => {
        if (!input.path.startsWith('/'))
          return fail(appError('invalid_input', 'That is not the whole path of a folder.'));
        const folder: Folder = {
          id: fake.list.length + 1,
          path: input.path,
          mode: input.mode ?? 'reference',
          rating: input.rating ?? 'adult',
          watch: input.watch ?? false,
          recursive: input.recursive ?? true,
          ofPool: false,
          picked: false,
          state: { kind: 'idle' },
          pictures: 0,
          missing: 0,
          failed: 0,
          adult: 0,
          scannedAt: null,
        };
        set([...fake.list.filter(({ path }) => path !== folder.path), folder]);
        return ok(folder);
      },
      'folders.remove': ({ id }) => {
        set(fake.list.filter((folder) => folder.id !== id));
        return ok({ folders: fake.list });
      },
      'folders.scan': ({ id, wait }) =>
        found(id) === undefined ? missing : ok({ report: wait === false ? null : emptyReport }),
      'folders.cancel': ({ id }) => {
        const folder = found(id);
        return folder === undefined ? missing : ok(folder);
      },
      'folders.failures': () => ok({ failures: fake.failures }),
      'folders.preview': () => ok(emptyReport),
      'folders.pick': ({ paths }) =>
        ok({
          images: fake.picked,
          added: fake.picked.length,
          hidden: 0,
          folders: [],
          failed: paths.length - fake.picked.length,
          failures: [],
        }),
      'folders.placesOf': () => ok(fake.places),
      'folders.forgetMissing': ({ id }) => {
        const folder = found(id);
        if (folder === undefined) return missing;
        set(fake.list.map((each) => (each.id === id ? { ...each, missing: 0 } : each)));
        return ok({ ...folder, missing: 0 });
      },
    },
  };
  return fake;
}
