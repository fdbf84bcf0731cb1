import type { AppError } from '../../shared/errors.ts';
import type { Category, Filter, ProviderId, ProviderInfo, Tag } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import { emptyFilter, readFilter, withTag } from '../filter/filter.ts';
import { oneOf, providerNames, providers } from '../filter/options.ts';
import type { ImageStore } from './images.svelte.ts';
import { PictureList } from './picture-list.svelte.ts';
import type { Memory } from './storage.ts';

/** Empty pages with a cursor mean "go on"; after this many in a row the user is asked. */
const patience = 6;
const pageSize = 60;
/** Waits before a service that could not be reached is asked again, in milliseconds; the last one repeats. */
export const retryDelays = [15_000, 30_000, 60_000] as const;

/** The words of one service to filter by: tags, categories, or both. */
export interface Vocabulary {
  readonly tags: readonly Tag[];
  readonly categories: readonly Category[];
  readonly hidden: number;
  /** Tags whose rating is not known yet: the next answer has more of them. */
  readonly unrated: number;
  readonly loading: boolean;
  readonly error: AppError | null;
}
const noWords: Vocabulary = { tags: [], categories: [], hidden: 0, unrated: 0, loading: false, error: null };

/** Browse: what is looked for, and what was found so far. */
export class BrowseState {
  readonly list = new PictureList();
  provider = $state<ProviderId>('waifu-im');
  infos = $state.raw<readonly ProviderInfo[]>([]);
  #filters = $state.raw<Readonly<Record<ProviderId, Filter>>>({
    'waifu-im': emptyFilter('waifu-im'),
    'yiff-rest': emptyFilter('yiff-rest'),
  });
  #words = $state.raw<Readonly<Record<ProviderId, Vocabulary>>>({ 'waifu-im': noWords, 'yiff-rest': noWords });
  loading = $state(false);
  error = $state.raw<AppError | null>(null);
  /** The end of the results was reached. */
  ended = $state(false);
  /** Many pages in a row had no match: the user decides whether to look further. */
  sparse = $state(false);
  offline = $state(false);
  /** What the service said, where it is there but in trouble and these are from the disk. */
  trouble = $state<string | null>(null);
  hidden = $state(0);
  dropped = $state(0);
  /** Something was asked for at least once. */
  started = $state(false);

  readonly filter = $derived(this.#filters[this.provider]);
  readonly words = $derived(this.#words[this.provider]);
  readonly info = $derived(this.infos.find((info) => info.id === this.provider) ?? null);
  readonly providerName = $derived(this.info?.name ?? providerNames[this.provider]);

  #cursor: string | null = null;
  #running: AbortController | null = null;
  #adult: boolean | null = null;
  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #memory: Memory;

  readonly #later: (ms: number, action: () => void) => () => void;
  readonly #idle: () => boolean;
  readonly #back: () => void;
  #retries = 0;
  #stopRetry: () => void = () => undefined;
  #probing = false;
  #hasty = false;

  constructor(options: {
    readonly client: Client;
    readonly images: ImageStore;
    readonly memory: Memory;
    readonly later: (ms: number, action: () => void) => () => void;
    /** Whether the list may be exchanged now, unasked. */
    readonly idle: () => boolean;
    /** The service that could not be reached was reached again. */
    readonly back: () => void;
  }) {
    this.#later = options.later;
    this.#idle = options.idle;
    this.#back = options.back;
    this.#client = options.client;
    this.#images = options.images;
    this.#memory = options.memory;
    this.provider = oneOf(providers, this.#memory.read('provider'), 'waifu-im');
    this.#filters = {
      'waifu-im': readFilter('waifu-im', this.#memory.read('filter.waifu-im')),
      'yiff-rest': readFilter('yiff-rest', this.#memory.read('filter.yiff-rest')),
    };
  }

  /** Loads the services, the words and the first pictures. Again after a lost connection, or when the services' addresses change. */
  async start(): Promise<void> {
    const answer = await this.#client.call('providers.list', {});
    if (answer.ok) this.infos = answer.value.providers;
    void this.loadWords();
    if (this.list.length === 0 || this.error) await this.reload();
  }

  select(provider: ProviderId): void {
    if (provider === this.provider) return;
    this.provider = provider;
    this.#memory.write('provider', provider);
    void this.loadWords();
    void this.reload();
  }

  /** Changes the filter, remembers it, and looks again. */
  change(patch: Partial<Filter>): void {
    const filter = { ...this.filter, ...patch, provider: this.provider };
    if (JSON.stringify(filter) === JSON.stringify(this.filter)) return;
    this.#filters = { ...this.#filters, [this.provider]: filter };
    this.#memory.write(`filter.${this.provider}`, filter);
    void this.reload();
  }

  reset(): void {
    this.change({ ...emptyFilter(this.provider), order: this.filter.order });
  }

  tag(tag: string, mode: 'include' | 'exclude' | null): void {
    this.change(withTag(this.filter, tag, mode));
  }

  /** Follows a tag or category of a picture, in its own service, with a fresh filter. */
  follow(provider: ProviderId, what: { readonly tag: string } | { readonly category: string }): void {
    const rating = this.#filters[provider].rating;
    const filter = {
      ...emptyFilter(provider),
      rating,
      order: this.#filters[provider].order,
      ...('tag' in what ? { tags: [what.tag] } : { category: what.category }),
    };
    this.#filters = { ...this.#filters, [provider]: filter };
    this.#memory.write(`filter.${provider}`, filter);
    this.provider = provider;
    this.#memory.write('provider', provider);
    void this.loadWords();
    void this.reload();
  }

  /** The content setting as it is now. Turning it off hides at once, before anything is asked again; turning it on begins with safe pictures. */
  setAdult(allowed: boolean): void {
    const before = this.#adult;
    this.#adult = allowed;
    if (!allowed) {
      for (const provider of providers) {
        if (this.#filters[provider].rating === 'safe') continue;
        const filter: Filter = { ...this.#filters[provider], rating: 'safe' };
        this.#filters = { ...this.#filters, [provider]: filter };
        this.#memory.write(`filter.${provider}`, filter);
      }
      this.list.remove((id) => this.#images.get(id)?.rating !== 'safe');
    }
    if (before !== null && before !== allowed) {
      this.#words = { 'waifu-im': noWords, 'yiff-rest': noWords };
      void this.loadWords();
      if (this.started) void this.reload();
    }
  }

  /** From the beginning. */
  async reload(): Promise<void> {
    this.#running?.abort();
    this.#running = null;
    this.#cursor = null;
    this.list.reset();
    this.error = null;
    this.ended = false;
    this.sparse = false;
    this.offline = false;
    this.trouble = null;
    this.hidden = 0;
    this.dropped = 0;
    this.loading = false;
    this.#stopRetry();
    await this.more();
  }

  /** The next pictures; does nothing while some are under way or when there are no more. */
  async more(): Promise<void> {
    if (this.loading || this.ended) return;
    const controller = new AbortController();
    this.#running = controller;
    this.started = true;
    this.loading = true;
    this.error = null;
    this.sparse = false;
    for (let empty = 0; ;) {
      const answer = await this.#client.call(
        'browse',
        { filter: this.filter, cursor: this.#cursor, limit: pageSize },
        { signal: controller.signal },
      );
      if (controller.signal.aborted) return;
      if (!answer.ok) {
        this.error = answer.error;
        break;
      }
      const { images, cursor, offline, trouble = null, hidden, dropped } = answer.value;
      this.#images.put(images);
      const added = this.list.append(images);
      this.offline = offline;
      this.trouble = trouble;
      this.hidden += hidden;
      this.dropped += dropped;
      this.#cursor = cursor;
      this.ended = cursor === null;
      if (added > 0 || this.ended) break;
      empty += 1;
      if (empty >= patience) {
        this.sparse = true;
        break;
      }
    }
    this.loading = false;
    if (this.#unreachable()) this.#retryLater();
    else this.#retries = 0;
  }

  /**
   * A service is back: what could not be asked for is asked for at once. Only once until the next wait is over: where some requests of a
   * service fail and others do not, it is "back" again and again.
   */
  backOnline(provider: ProviderId): void {
    if (provider !== this.provider || this.#hasty || !this.#unreachable() || this.loading) return;
    this.#hasty = true;
    void this.#retry();
  }

  /** Asks again for what could not be reached, without waiting any longer; does nothing when all is well. */
  retryNow(): void {
    if (this.#unreachable() && !this.loading) void this.#retry();
  }

  #unreachable(): boolean {
    return this.offline || this.error?.code === 'offline';
  }

  #retryLater(): void {
    this.#stopRetry();
    const delay = retryDelays[Math.min(this.#retries, retryDelays.length - 1)] ?? 60_000;
    this.#stopRetry = this.#later(delay, () => {
      this.#hasty = false;
      void this.#retry();
    });
  }

  /** Looks whether the service answers; only then is the list exchanged. */
  async #retry(): Promise<void> {
    if (this.#probing || this.loading || !this.#unreachable()) return;
    this.#stopRetry();
    if (!this.#idle()) {
      this.#retryLater();
      return;
    }
    this.#probing = true;
    const { filter, provider } = this;
    const answer = await this.#client.call('browse', { filter, cursor: null, limit: 1 });
    this.#probing = false;
    // Asked for something else meanwhile: that has its own answer.
    if (this.loading || this.filter !== filter || this.provider !== provider || !this.#unreachable()) return;
    if (answer.ok && !answer.value.offline && this.#idle()) {
      this.#retries = 0;
      this.#back();
      void this.loadWords();
      await this.reload();
    } else {
      this.#retries += 1;
      this.#retryLater();
    }
  }

  /** The tags and categories of the service; asked for once, and again after a failure or while some are not known yet. */
  async loadWords(): Promise<void> {
    const provider = this.provider;
    const words = this.#words[provider];
    const some = words.tags.length > 0 || words.categories.length > 0;
    if (words.loading || (some && words.error === null && words.unrated === 0)) return;
    let latest = words;
    const set = (next: Partial<Vocabulary>): void => {
      latest = { ...latest, ...next };
      this.#words = { ...this.#words, [provider]: latest };
    };
    set({ loading: true, error: null });
    const has = this.infos.find((info) => info.id === provider)?.has;
    const [tags, categories] = await Promise.all([
      has?.tags === false ? null : this.#client.call('tags.list', { provider }),
      has?.categories === false ? null : this.#client.call('categories.list', { provider }),
    ]);
    // The content setting changed meanwhile: this answers another question.
    if (this.#words[provider] !== latest) return;
    const error = [tags, categories].flatMap((answer) => (answer && !answer.ok ? [answer.error] : []))[0] ?? null;
    set({
      loading: false,
      error,
      // What is known stays when it cannot be asked again.
      ...(error && some
        ? {}
        : {
            tags: tags?.ok ? tags.value.tags : [],
            categories: categories?.ok ? categories.value.categories : [],
            hidden: (tags?.ok ? tags.value.hidden : 0) + (categories?.ok ? categories.value.hidden : 0),
            unrated: tags?.ok ? tags.value.unrated : 0,
          }),
    });
  }
}
