import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { Collection } from '../../shared/collections.ts';
import type { Pool, PoolInfo } from '../../shared/rotation.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { Notices } from './notices.svelte.ts';
import type { RotationState } from './rotation.svelte.ts';

/** What pictures can be chosen from: pools, and the collections that pools are made of. */
export class PoolsState {
  pools = $state.raw<readonly PoolInfo[]>([]);
  error = $state.raw<AppError | null>(null);
  loaded = $state(false);
  collections = $state.raw<readonly Collection[]>([]);
  collectionsLoaded = $state(false);
  readonly #client: Client;
  readonly #notices: Notices;
  readonly #rotation: RotationState;

  constructor(options: { readonly client: Client; readonly notices: Notices; readonly rotation: RotationState }) {
    this.#client = options.client;
    this.#notices = options.notices;
    this.#rotation = options.rotation;
    this.#client.on('pools.changed', ({ what }) => {
      // Only where somebody has looked: counting what is in a pool is work.
      if (this.loaded) void this.load();
      if (what === 'collections' && this.collectionsLoaded) void this.loadCollections();
    });
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('pools.list', {});
    if (answer.ok) this.pools = answer.value.pools;
    this.error = answer.ok ? null : answer.error;
    this.loaded ||= answer.ok;
  }

  async loadCollections(): Promise<void> {
    const answer = await this.#client.call('collections.list', {});
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    this.collections = answer.value.collections;
    this.collectionsLoaded = true;
  }

  /** The name of a pool: the built-in ones in the words of the page. */
  nameOf(id: string): string {
    const own = this.pools.find((pool) => pool.id === id);
    if (own && !own.builtIn) return own.name;
    return t.pools.builtIn[id] ?? own?.name ?? t.rotation.layout.poolGone;
  }

  /** The same in the middle of a sentence. */
  nameInside(id: string): string {
    return t.pools.builtInInside[id] ?? this.nameOf(id);
  }

  /** Whether it has no end of its own: a service fills it as it goes. */
  isOpen(id: string): boolean {
    const sources = this.pools.find((pool) => pool.id === id)?.sources;
    return sources?.some(({ kind }) => kind === 'query' || kind === 'browse') ?? id === 'browse';
  }

  async save(pool: Pool): Promise<Result<PoolInfo>> {
    const answer = await this.#client.call('pools.save', pool);
    if (answer.ok) {
      const { value } = answer;
      const known = this.pools.some(({ id }) => id === value.id);
      this.pools = known ? this.pools.map((each) => (each.id === value.id ? value : each)) : [...this.pools, value];
    }
    return answer;
  }

  /** Removes one, with a way back: also to where it was used. */
  async remove(pool: PoolInfo): Promise<void> {
    const before = this.#rotation.config;
    const answer = await this.#client.call('pools.remove', { id: pool.id });
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    this.pools = answer.value.pools;
    await this.#rotation.load();
    const now = this.#inPlaceOf(pool.id, before).map((id) => this.nameInside(id));
    this.#notices.undoable(t.pools.removed(pool.name, now), () => void this.#restore(pool, before));
  }

  /** What is used now where a pool was. */
  #inPlaceOf(id: string, before: RotationState['config']): readonly string[] {
    const now = this.#rotation.config;
    if (before === null || now === null) return [];
    const places = [
      ...(before.pool === id ? [now.pool] : []),
      ...Object.entries(before.displays).flatMap(([key, own]) =>
        own.pool === id ? [now.displays[key]?.pool ?? now.pool] : [],
      ),
      ...before.playlists.flatMap((one) =>
        one.pool === id ? (now.playlists.find((each) => each.id === one.id)?.pool ?? []) : [],
      ),
    ];
    return [...new Set(places)];
  }

  async #restore({ id, name, sources }: PoolInfo, before: RotationState['config']): Promise<void> {
    const answer = await this.save({ id, name, sources });
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    const now = this.#rotation.config;
    if (before === null || now === null) return;
    await this.#rotation.set({
      ...(before.pool === id ? { pool: id } : {}),
      displays: {
        ...now.displays,
        ...Object.fromEntries(Object.entries(before.displays).filter(([, own]) => own.pool === id)),
      },
      playlists: now.playlists.map((playlist) =>
        before.playlists.some((each) => each.id === playlist.id && each.pool === id)
          ? { ...playlist, pool: id }
          : playlist,
      ),
    });
  }
}
