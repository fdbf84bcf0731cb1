import { z } from 'zod';
import * as model from './model.ts';

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
      /** Display ids; null is every display. */
      displays: z.array(z.string().min(1).max(100)).min(1).max(32).nullable().default(null),
      /** null is the setting. */
      fit: model.fit.nullable().default(null),
    }),
    returns<model.AppliedWallpaper>(),
  ),
  'wallpaper.next': call(
    z.object({ fit: model.fit.nullable().default(null) }).prefault({}),
    returns<model.AppliedWallpaper>(),
  ),
  'wallpaper.current': call(nothing, returns<model.CurrentWallpapers>()),
  'wallpaper.backends': call(nothing, returns<{ desktop: string; backends: readonly model.BackendInfo[] }>()),

  'library.stats': call(nothing, returns<model.LibraryStats>()),
  'library.verify': call(z.object({ repair: z.boolean().default(false) }).prefault({}), returns<model.VerifyReport>()),

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
  'connection.changed': model.ProviderStatus;
  /** Something the user should read once: a service's note, a background failure. */
  notice: { readonly level: 'info' | 'error'; readonly message: string };
}
export type EventName = keyof Events;
