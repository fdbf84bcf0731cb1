import { settings, type RemoteImage, type Settings } from '../../../shared/model.ts';
import { fail, ok } from '../../../shared/result.ts';
import { appError, cancelled } from '../../../shared/errors.ts';
import type { EventName } from '../../../shared/contract.ts';
import { createEventBus } from '../../events.ts';
import type { MediaVariant, Pictures } from '../../files/pictures.ts';
import type { Log } from '../../ports.ts';
import { openTestStore, testImage } from '../../store/testing.ts';
import { createFavorites, type FavoritesOptions } from '../create-favorites.ts';
import { accountIdentity } from '../identity.ts';
import { createFakeClock } from './fake-clock.ts';
import { createModelRemote } from './model-remote.ts';

/** How a test ends the life of a process at any write. */
export interface Mortal {
  readonly transaction: FavoritesOptions['store']['transaction'];
  readonly alive: () => boolean;
  /** Called after each file that was fetched. */
  readonly guard: () => void;
}

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Picture files as a model: what is on disk is a set, and the store is told as the real ones do. */
export function createModelPictures(store: FavoritesOptions['store'] & { readonly files: FilesPart }) {
  const onDisk = new Set<string>();
  const failing = new Map<string, ReturnType<typeof appError>>();
  const asked: string[] = [];
  const file = (id: string, variant: MediaVariant) => ({
    path: `/nowhere/${id}.${variant}`,
    contentType: 'image/webp',
    bytes: 1,
    hash: hashOf(id),
  });
  const pictures: Pick<Pictures, 'open' | 'peek'> = {
    open(image, variant) {
      asked.push(`${image.id} ${variant}`);
      const error = failing.get(image.id);
      if (error) return Promise.resolve(fail(error));
      onDisk.add(`${image.id} ${variant}`);
      if (variant === 'full')
        store.files.attach(
          image.id,
          { hash: hashOf(image.id), bytes: 1000, extension: 'png', width: 10, height: 10 },
          { dominantColor: null, hash: null },
        );
      return Promise.resolve(ok(file(image.id, variant)));
    },
    peek: (id, variant) => Promise.resolve(onDisk.has(`${id} ${variant}`) ? file(id, variant) : null),
  };
  return { pictures, onDisk, failing, asked };
}
type FilesPart = ReturnType<typeof openTestStore>['store']['files'];

function hashOf(id: string): string {
  return Buffer.from(id).toString('hex').padEnd(64, '0');
}

export function modelImages(count: number, more: (index: number) => Partial<RemoteImage> = () => ({})): RemoteImage[] {
  return Array.from({ length: count }, (_, index) => testImage({ id: `waifu-im:${index}`, ...more(index) }));
}

/** The engine on a real store with a model of the service and of the files, and a clock that tests move. */
export function createWorld(
  more: { readonly images?: readonly RemoteImage[]; readonly settings?: Partial<Settings> } = {},
) {
  const { store, close } = openTestStore();
  const clock = createFakeClock();
  const events = createEventBus();
  const heard: { readonly name: EventName; readonly payload: unknown }[] = [];
  events.subscribe((name, payload) => heard.push({ name, payload }));
  const remote = createModelRemote(more.images ?? modelImages(40));
  const files = createModelPictures(store);
  const world = {
    store,
    clock,
    events,
    heard,
    remote,
    files,
    settings: { ...settings.parse({}), ...more.settings },
    /** The fingerprint of the token; null is no account. */
    account: 'account-one' as string | null,
    log: quiet,
    engine: undefined as unknown as ReturnType<typeof createFavorites>,
    /** A new process on the same library. */
    restart(
      mortal: Mortal = { transaction: store.transaction, alive: () => true, guard: () => undefined },
      { realYield = false } = {},
    ) {
      world.engine = createFavorites({
        store: { ...store, transaction: mortal.transaction },
        remote,
        fetchImage: (id) => {
          const image =
            remote.images.get(id.replace('waifu-im:', '')) ?? (id.startsWith('yiff-rest:') ? testImage({ id }) : null);
          return Promise.resolve(image ? ok(image) : fail(appError('not_found', `There is no image ${id}.`)));
        },
        pictures: {
          peek: files.pictures.peek,
          open(image, variant) {
            if (!mortal.alive()) return Promise.resolve(fail(cancelled));
            const file = files.pictures.open(image, variant);
            mortal.guard();
            return file;
          },
        },
        settings: () => world.settings,
        hasAccount: () => world.account !== null,
        identity: () => accountIdentity(world.settings, world.account),
        events,
        clock,
        log: quiet,
        eager: true,
        ...(realYield ? {} : { yieldNow: () => Promise.resolve() }),
      });
      return world.engine;
    },
    async sync(acceptRemovals = false) {
      const result = await world.engine.sync({ acceptRemovals }, () => undefined);
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    },
    liked: () => new Set(store.favorites.walk(null, 100_000).map(({ id }) => id)),
    async end() {
      await world.engine.stop();
      close();
    },
  };
  world.restart();
  return world;
}
export type World = ReturnType<typeof createWorld>;
