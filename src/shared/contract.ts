import { z } from 'zod';
import * as collections from './collections.ts';
import * as duplicates from './duplicates.ts';
import * as edits from './edits.ts';
import * as library from './library.ts';
import * as backup from './backup.ts';
import * as folders from './folders.ts';
import * as model from './model.ts';
import * as rotation from './rotation.ts';
import * as storage from './storage.ts';
import * as transfer from './transfer.ts';

/** Types an output without a schema: outputs come from our own code and are checked by the compiler. */
interface Output<T> {
  readonly __output?: T;
}
function call<S extends z.ZodType, T>(input: S, _output: Output<T>): { readonly input: S; readonly output: Output<T> } {
  return { input, output: {} };
}
function returns<T>(): Output<T> {
  return {};
}

const nothing = z.object({}).prefault({});
const byProvider = z.object({ provider: model.providerId });
const byImage = z.object({ id: model.imageId });
/** Display ids; null is every display. */
const someDisplays = z.array(z.string().min(1).max(100)).min(1).max(32).nullable().default(null);
const secret = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'a token is one line of printable characters');

/**
 * The one list of everything a host can ask of the core. Adding a call touches this file and `core/handlers.ts`; IPC, WebSocket, the
 * local socket and every client follow by type. Each input is parsed by its schema in `core/dispatch.ts`, whichever way it came.
 */
export const contract = {
  status: call(nothing, returns<model.Status>()),
  'providers.list': call(nothing, returns<{ providers: readonly model.ProviderInfo[] }>()),
  /** Asks the service (or answers the last known list when offline). Adult ones are left out while the opt-in is off. */
  'categories.list': call(
    byProvider,
    returns<{ categories: readonly model.Category[]; hidden: number; offline: boolean }>(),
  ),
  /** `unrated`: tags whose rating the service has not told yet; they are neither listed nor `hidden`, and the next call knows more. */
  'tags.list': call(
    byProvider,
    returns<{ tags: readonly model.Tag[]; hidden: number; unrated: number; offline: boolean }>(),
  ),

  browse: call(
    z.object({
      filter: model.filter,
      cursor: z.string().max(20_000).nullable().default(null),
      limit: z.number().int().min(1).max(200).default(30),
    }),
    returns<model.Page>(),
  ),
  'image.get': call(byImage, returns<model.Image>()),
  /** Fetches the full picture and keeps it: it is never evicted. */
  'image.download': call(byImage, returns<model.Image>()),

  'displays.list': call(nothing, returns<{ displays: readonly model.Display[] }>()),
  'wallpaper.set': call(
    z.object({
      id: model.imageId,
      displays: someDisplays,
      /** null is the setting. */
      fit: model.fit.nullable().default(null),
    }),
    returns<model.AppliedWallpaper>(),
  ),
  'wallpaper.next': call(
    z.object({ fit: model.fit.nullable().default(null) }).prefault({}),
    returns<model.AppliedWallpaper>(),
  ),
  /** Back to what was shown before; null is every display. */
  'wallpaper.previous': call(z.object({ displays: someDisplays }).prefault({}), returns<model.AppliedWallpaper>()),
  /** Takes back the last change that was made, on all its displays; again: the one before. */
  'wallpaper.undo': call(nothing, returns<model.AppliedWallpaper>()),
  /** Newest first. `next` goes on below the page; null at the end. */
  'wallpaper.history': call(
    z
      .object({
        /** A display's key, or the name of one that is connected; null is all. */
        display: rotation.displayKey.nullable().default(null),
        before: z.number().int().positive().nullable().default(null),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .prefault({}),
    returns<{ entries: readonly rotation.HistoryEntry[]; next: number | null; hidden: number }>(),
  ),
  /** Jumps to an entry of the history: the same picture and fit on the same display. */
  'wallpaper.jump': call(z.object({ entry: z.number().int().positive() }), returns<model.AppliedWallpaper>()),
  /** Puts back what was last shown on displays that have lost it. Needs no network. */
  'wallpaper.restore': call(nothing, returns<model.AppliedWallpaper>()),
  /** On: a safe picture on every display, at once, and nothing changes until it is released (off), which brings back what was there. */
  'wallpaper.safe': call(z.object({ on: z.boolean() }), returns<rotation.RotationStatus>()),
  'wallpaper.current': call(nothing, returns<model.CurrentWallpapers>()),
  'wallpaper.backends': call(nothing, returns<{ desktop: string; backends: readonly model.BackendInfo[] }>()),

  'rotation.status': call(nothing, returns<rotation.RotationStatus>()),
  /** Starting and stopping is `{patch: {on}}`. */
  'rotation.set': call(z.object({ patch: rotation.rotationPatch }), returns<rotation.RotationStatus>()),
  /** Until then; null is until resumed. */
  'rotation.pause': call(
    z.object({ until: z.iso.datetime().nullable().default(null) }).prefault({}),
    returns<rotation.RotationStatus>(),
  ),
  'rotation.resume': call(nothing, returns<rotation.RotationStatus>()),
  /** What the schedule does when it is due, now: another picture on every display, even while off or paused. */
  'rotation.run': call(nothing, returns<model.AppliedWallpaper>()),

  'pools.list': call(nothing, returns<{ pools: readonly rotation.PoolInfo[] }>()),
  /** Adds or replaces; the built-in ones are refused. */
  'pools.save': call(rotation.pool, returns<rotation.PoolInfo>()),
  /** Whatever used it goes back to the built-in `browse`. */
  'pools.remove': call(z.object({ id: rotation.poolId }), returns<{ pools: readonly rotation.PoolInfo[] }>()),

  'blocks.list': call(nothing, returns<{ blocks: readonly rotation.Block[] }>()),
  'blocks.add': call(rotation.blockTarget, returns<{ block: rotation.Block; replaced: readonly string[] }>()),
  'blocks.remove': call(rotation.blockTarget, returns<{ removed: boolean }>()),

  /** In their order. */
  'collections.list': call(nothing, returns<{ collections: readonly collections.Collection[] }>()),
  'collections.create': call(
    z.object({
      name: collections.collectionName,
      /** A smart one is filled by this search. */
      query: collections.searchText.nullable().default(null),
      images: z.array(model.imageId).max(10_000).default([]),
    }),
    returns<collections.CollectionChange>(),
  ),
  'collections.change': call(
    z.object({ id: collections.collectionId, patch: collections.collectionPatch }),
    returns<collections.CollectionChange>(),
  ),
  'collections.remove': call(z.object({ id: collections.collectionId }), returns<{ edit: edits.Edit | null }>()),
  /** Puts it before another collection; null is the end. */
  'collections.arrange': call(
    z.object({ id: collections.collectionId, before: collections.collectionId.nullable() }),
    returns<collections.CollectionChange>(),
  ),
  'collections.images': call(
    z.object({
      id: collections.collectionId,
      cursor: z.string().max(20_000).nullable().default(null),
      limit: z.number().int().min(1).max(500).default(200),
    }),
    returns<collections.CollectionPage>(),
  ),
  /** What is in it already keeps its place. Images that the library does not know are asked for at their service. */
  'collections.add': call(
    z.object({
      id: collections.collectionId,
      images: collections.someImages,
      before: model.imageId.nullable().default(null),
    }),
    returns<collections.CollectionChange>(),
  ),
  'collections.take': call(
    z.object({ id: collections.collectionId, images: collections.someImages }),
    returns<collections.CollectionChange>(),
  ),
  /** Puts images of it, in this order, before another one of it; null is the end. */
  'collections.move': call(
    z.object({ id: collections.collectionId, images: collections.someImages, before: model.imageId.nullable() }),
    returns<collections.CollectionChange>(),
  ),
  /** Out of one and to the end of another, as one edit. */
  'collections.transfer': call(
    z.object({ from: collections.collectionId, to: collections.collectionId, images: collections.someImages }),
    returns<collections.CollectionChange>(),
  ),
  /** Brings the account's albums at waifu.im (v7) over as collections, one way; again, it brings them in step. One edit. */
  'collections.albums': call(nothing, returns<collections.AlbumsBrought>()),
  /** The collections a picture was put in by hand. */
  'collections.of': call(byImage, returns<{ collections: readonly number[] }>()),
  /** Empty: there is none. */
  'notes.get': call(byImage, returns<{ note: string }>()),
  'notes.set': call(byImage.extend({ note: collections.notes }), returns<{ edit: edits.Edit | null }>()),

  /** The undo stack, newest first. */
  'edits.list': call(nothing, returns<{ edits: readonly edits.Edit[] }>()),
  'edits.undo': call(edits.editStep, returns<edits.EditTurn>()),
  'edits.redo': call(edits.editStep, returns<edits.EditTurn>()),
  /** Everything known here that fits, a page at a time. */
  'library.search': call(library.searchPage, returns<library.SearchResult>()),
  /** The keys of a whole result in its order, for the grid: no images. */
  'library.arrange': call(library.arrangePage, returns<library.Arrangement>()),
  /** Images by key, in the order asked; what may not be seen is left out. */
  'library.images': call(
    library.byKeys,
    returns<{ images: readonly { readonly key: number; readonly image: model.Image }[] }>(),
  ),
  /** What a result can be narrowed by, with counts. */
  'library.facets': call(library.byQuery, returns<library.Facets>()),
  /** What may stand at the caret. */
  'library.complete': call(library.completion, returns<library.Completions>()),
  'library.ruler': call(library.byQuery, returns<library.Ruler>()),
  'library.random': call(library.byQuery, returns<{ image: model.Image | null }>()),
  'searches.list': call(nothing, returns<{ searches: readonly library.SavedSearch[] }>()),
  'searches.save': call(library.savedSearchInput, returns<library.SavedSearch>()),
  'searches.remove': call(z.object({ id: z.number().int().positive() }), returns<{ removed: boolean }>()),

  'library.stats': call(nothing, returns<model.LibraryStats>()),
  'library.verify': call(z.object({ repair: z.boolean().default(false) }).prefault({}), returns<model.VerifyReport>()),

  'backup.list': call(nothing, returns<backup.BackupState>()),
  /** Writes one file with the database and, where asked, the pictures. Cancelled or failed, it leaves nothing. */
  'backup.create': call(
    z.object({
      path: backup.filePath,
      pictures: backup.pictureChoice.default('pinned'),
      /** A file that is there already is refused otherwise. */
      overwrite: z.boolean().default(false),
    }),
    returns<backup.BackupMade>(),
  ),
  /** `check` reads all of it; otherwise its table of contents alone. */
  'backup.inspect': call(
    z.object({ source: backup.backupSource, check: z.boolean().default(false) }),
    returns<backup.BackupPreview>(),
  ),
  /** Puts the backup in the library's place. The library that goes is kept; every client then hears `library.restored`. */
  'backup.restore': call(z.object({ source: backup.backupSource }), returns<backup.Restored>()),
  /** Puts the library that the last restore replaced in its place again; the one that goes is kept. */
  'backup.undo': call(nothing, returns<backup.Restored>()),
  /** Removes the library that the last restore replaced. */
  'backup.forget': call(nothing, returns<{ removed: boolean }>()),
  /** Copies the database into the data folder's `backups/`, as it is done every day by itself. */
  'backup.snapshot': call(nothing, returns<{ snapshot: backup.Snapshot | null }>()),
  /** Where the disk goes. Counts are of everything; pictures are named only where they may be seen. */
  'library.usage': call(nothing, returns<storage.StorageUsage>()),
  /** What a clean-up would remove; nothing is. */
  'library.gcPreview': call(storage.cleanUp.prefault({}), returns<storage.CleanUpPlan>()),
  /** Does what was previewed, or nothing (`plan_changed`). */
  'library.gc': call(storage.cleanUp.extend({ plan: z.string().min(1).max(200) }), returns<storage.CleanUpReport>()),
  /** Groups of pictures that are the same to the eye, the newest first. */
  'duplicates.list': call(duplicates.duplicatesPage, returns<duplicates.DuplicatePage>()),
  /** The others are seen nowhere any more; what they had goes to the one that is kept. Can be undone (`edits.undo`). */
  'duplicates.merge': call(duplicates.duplicateMerge, returns<duplicates.DuplicateMerged>()),
  /** Merges every group that is the same to the pixel into its best one. */
  'duplicates.mergeSure': call(nothing, returns<duplicates.SureMerged>()),
  /** Not the same, for good. Can be undone. */
  'duplicates.separate': call(duplicates.duplicateSeparation, returns<duplicates.DuplicatesSeparated>()),
  /** Compares what was not compared yet; hosts that stay do so by themselves. */
  'duplicates.scan': call(nothing, returns<{ compared: number; changed: boolean }>()),

  /** Asks for a place in a dialog of the desktop; null: none was chosen. Only where `backup.list` says that there are dialogs. */
  'dialogs.choose': call(backup.placeQuestion, returns<{ path: string | null }>()),
  /** Copies pictures that are on this disk into a folder, with sidecars. Overwrites nothing; again, it goes on where it stopped. */
  'export.pictures': call(
    z.object({
      choice: transfer.exportChoice,
      folder: backup.filePath,
      json: z.boolean().default(true),
      xmp: z.boolean().default(true),
    }),
    returns<transfer.PicturesExported>(),
  ),
  /** Favorites, collections, blocks, pools and saved searches as one JSON document. */
  'export.lists': call(transfer.listsPath, returns<transfer.ListsExported>()),
  /** Adds what such a document holds; nothing that is here is changed or lost, and doing it twice adds nothing more. */
  'import.lists': call(z.object({ path: backup.filePath }), returns<transfer.ListsImported>()),
  /** `canChoose`: this host can show a dialog for choosing one. */
  'folders.list': call(nothing, returns<{ folders: readonly folders.Folder[]; canChoose: boolean }>()),
  /** Adds a folder, or gives the one with this path these options. Scan it next. */
  'folders.add': call(folders.folderOptions, returns<folders.Folder>()),
  /** `keep`: copies of its pictures stay for good. Nothing in the folder itself is ever changed. */
  'folders.remove': call(
    z.object({ id: folders.folderId, keep: z.boolean().default(true) }),
    returns<{ folders: readonly folders.Folder[] }>(),
  ),
  /** Brings the library in step with a folder. `wait: false` answers at once, and the scan goes on by itself. */
  'folders.scan': call(
    z.object({ id: folders.folderId, wait: z.boolean().default(true) }),
    returns<{ report: folders.ScanReport | null }>(),
  ),
  'folders.cancel': call(z.object({ id: folders.folderId }), returns<folders.Folder>()),
  'folders.failures': call(
    z.object({ id: folders.folderId, limit: z.number().int().min(1).max(1000).default(200) }),
    returns<{ failures: readonly folders.FolderFailure[] }>(),
  ),
  /** Brings pictures in that were chosen one by one, by their paths; folders among them are added and read. */
  'folders.pick': call(folders.picked, returns<folders.PickReport>()),
  /** Where a picture of this machine lies. */
  'folders.placesOf': call(byImage, returns<folders.LocalPlaces>()),
  /** Lets go of what is missing of a folder; what was liked, collected or noted stays in the library, without its file. */
  'folders.forgetMissing': call(z.object({ id: folders.folderId }), returns<folders.Folder>()),
  /** What adding and scanning a folder would do; nothing is written. */
  'folders.preview': call(folders.folderOptions, returns<folders.ScanReport>()),

  'settings.get': call(nothing, returns<model.Settings>()),
  'settings.set': call(z.object({ patch: model.settingsPatch }), returns<model.Settings>()),

  'favorites.list': call(model.favoriteQuery.prefault({}), returns<model.FavoriteList>()),
  'favorites.add': call(
    z.object({ ids: z.array(model.imageId).min(1).max(10_000) }),
    returns<{ changed: readonly model.ImageId[] }>(),
  ),
  'favorites.remove': call(
    z.object({ ids: z.array(model.imageId).min(1).max(10_000) }),
    returns<{ changed: readonly model.ImageId[] }>(),
  ),
  'favorites.toggle': call(byImage, returns<{ favorite: boolean }>()),
  'favorites.sync': call(
    z.object({ acceptRemovals: z.boolean().default(false) }).prefault({}),
    returns<model.SyncReport>(),
  ),
  'favorites.state': call(nothing, returns<model.SyncState>()),
  'favorites.pending': call(nothing, returns<{ entries: readonly model.PendingEntry[] }>()),
  /** Undoes a remote removal: the favorite is back, here and (through the outbox) at the service. */
  'favorites.restore': call(
    z.object({ ids: z.array(model.imageId).min(1).max(10_000) }),
    returns<{ changed: readonly model.ImageId[] }>(),
  ),
  /** Lets a tombstone go for good. */
  'favorites.letGo': call(
    z.object({ ids: z.array(model.imageId).min(1).max(10_000) }),
    returns<{ changed: readonly model.ImageId[] }>(),
  ),

  'account.list': call(nothing, returns<{ accounts: readonly model.Account[] }>()),
  'account.set': call(byProvider.extend({ token: secret }), returns<model.Account>()),
  /** The personal header value for users in regions where waifu.im is behind a geo block; null removes it. */
  'account.setBypass': call(byProvider.extend({ bypass: secret.nullable() }), returns<model.Account>()),
  'account.test': call(byProvider, returns<model.Account>()),
  'account.remove': call(byProvider, returns<model.Account>()),
} as const;

export type Contract = typeof contract;
export type CallName = keyof Contract;
/** What a caller passes. */
export type CallInput<N extends CallName> = z.input<Contract[N]['input']>;
/** What a handler receives, after parsing. */
export type ParsedInput<N extends CallName> = z.output<Contract[N]['input']>;
/** What a handler answers. */
export type CallOutput<N extends CallName> = NonNullable<Contract[N]['output']['__output']>;

/** Everything the core tells its clients unasked. Payloads say what to refetch; they are never secret. */
export interface Events {
  progress: model.Progress;
  'settings.changed': model.Settings;
  /** These images changed (`cached`, `favorite`, metadata). */
  'images.changed': { readonly images: readonly model.Image[] };
  'favorites.changed': model.SyncState;
  'wallpaper.changed': model.CurrentWallpapers;
  'rotation.changed': rotation.RotationStatus;
  /** What there is to choose from. */
  'pools.changed': { readonly what: 'pools' | 'collections' };
  /** The undo stack is another one. */
  'edits.changed': Readonly<Record<string, never>>;
  /** These collections, and the notes of these images, are others now. */
  'collections.changed': { readonly collections: readonly number[]; readonly notes: readonly model.ImageId[] };
  'folders.changed': { readonly folders: readonly folders.Folder[] };
  'blocks.changed': { readonly blocks: readonly rotation.Block[] };
  /** Results of searches may differ from now on. The number grows with every change. */
  'library.changed': { readonly revision: number };
  'searches.changed': { readonly searches: readonly library.SavedSearch[] };
  /** There are other groups, or fewer: read the list anew. */
  'duplicates.changed': Record<string, never>;
  'connection.changed': model.ProviderStatus;
  /** Another library is here now: whatever was read of the old one is of no use any more. */
  'library.restored': { readonly notes: readonly string[] };
  /** Something the user should read once: a service's note, a background failure. */
  notice: { readonly level: 'info' | 'error'; readonly message: string };
}
export type EventName = keyof Events;
