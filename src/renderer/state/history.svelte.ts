import type { AppError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import type { HistoryEntry } from '../../shared/rotation.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { ImageStore } from './images.svelte.ts';
import type { Notices } from './notices.svelte.ts';

export const historyPage = 40;

/** What was on the displays, newest first, as far back as somebody has looked. */
export class HistoryState {
  entries = $state.raw<readonly HistoryEntry[]>([]);
  /** A display's key; null is all. */
  display = $state<string | null>(null);
  /** Entries that are not told, because adult content is off. */
  readonly hidden = $derived(this.entries.filter((entry) => entry.hidden).length);
  loading = $state(false);
  loaded = $state(false);
  error = $state.raw<AppError | null>(null);
  ended = $state(false);
  /** The entry that is being shown again. */
  jumping = $state<number | null>(null);
  /** Names of displays that were ever seen here, by key: also those that are not plugged in. */
  names = $state.raw<Readonly<Record<string, string>>>({});
  #next: number | null = null;
  /** Another question was asked since: an answer to an older one is dropped. */
  #question = 0;
  #again = false;
  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #notices: Notices;

  constructor(options: { readonly client: Client; readonly images: ImageStore; readonly notices: Notices }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#notices = options.notices;
    this.#client.on('wallpaper.changed', () => this.changed());
    this.#client.on('blocks.changed', () => this.changed());
  }

  /** From the newest on. What is shown stays until the answer is here. */
  async load(): Promise<void> {
    const question = (this.#question += 1);
    this.loading = true;
    const answer = await this.#client.call('wallpaper.history', { display: this.display, limit: historyPage });
    if (question !== this.#question) return;
    this.loading = false;
    this.loaded = true;
    this.error = answer.ok ? null : answer.error;
    if (answer.ok) this.#takeNewest(answer.value);
    if (answer.ok && this.entries.length === 0 && !this.#again) await this.more();
    if (!this.#again) return;
    this.#again = false;
    await this.load();
  }

  /** Further back; does nothing while something is under way or at the beginning of time. */
  async more(): Promise<void> {
    if (this.loading || this.ended || this.#next === null) return;
    const question = (this.#question += 1);
    this.loading = true;
    this.error = null;
    const answer = await this.#client.call('wallpaper.history', {
      display: this.display,
      before: this.#next,
      limit: historyPage,
    });
    if (question !== this.#question) return;
    this.loading = false;
    if (answer.ok) {
      const { entries, next } = answer.value;
      const known = new Set(this.entries.map(({ key }) => key));
      const older = entries.filter(({ key }) => !known.has(key));
      this.#learn(older);
      this.entries = [...this.entries, ...older];
      this.#goesOn(next);
      // All of a page may be blocked: what is before it is asked for at once.
      if (older.length === 0 && !this.#again) await this.more();
    } else this.error = answer.error;
    if (!this.#again) return;
    this.#again = false;
    await this.load();
  }

  select(display: string | null): void {
    if (display === this.display) return;
    this.display = display;
    this.reset();
    void this.load();
  }

  /** Something else is on a display: what is shown here follows, where somebody has looked. */
  changed(): void {
    if (!this.loaded) return;
    if (this.loading) this.#again = true;
    else void this.load();
  }

  /** Answers to another question would be shown: forgets what was read. */
  reset(): void {
    this.#question += 1;
    this.#again = false;
    this.loading = false;
    this.loaded = false;
    this.entries = [];
    this.error = null;
    this.#goesOn(null);
    this.ended = false;
  }

  /** Shows the same picture in the same way on the same display. */
  async jump(entry: HistoryEntry): Promise<void> {
    if (this.jumping !== null) return;
    this.jumping = entry.key;
    const answer = await this.#client.call('wallpaper.jump', { entry: entry.key });
    this.jumping = null;
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    const [display] = answer.value.applied;
    this.#notices.info(t.history.done(display?.display ?? entry.displayName));
    this.changed();
  }

  /** Not to be told any more: hidden at once. */
  hide(unwanted: (image: Image) => boolean): void {
    const hits = (entry: HistoryEntry): boolean => entry.image !== null && unwanted(entry.image);
    if (this.entries.some(hits))
      this.entries = this.entries.map((entry) => (hits(entry) ? { ...entry, image: null, hidden: true } : entry));
  }

  /** Blocked: as if it had never been shown. */
  drop(unwanted: (image: Image) => boolean): void {
    const kept = this.entries.filter(({ image }) => image === null || !unwanted(image));
    if (kept.length < this.entries.length) this.entries = kept;
  }

  /** Entries may be back anywhere: reads anew. */
  reload(): void {
    if (!this.loaded) return;
    this.reset();
    void this.load();
  }

  #takeNewest(page: {
    readonly entries: readonly HistoryEntry[];
    readonly next: number | null;
    readonly hidden: number;
  }): void {
    const fresh = new Map(page.entries.map((entry) => [entry.key, entry]));
    this.#learn(page.entries);
    const oldest = page.entries.at(-1)?.key ?? 0;
    const newest = this.entries[0]?.key ?? -1;
    // Nothing known, or more happened meanwhile than a page tells: the page is all there is for now.
    if (newest < oldest || page.entries.length === 0) {
      this.entries = page.entries;
      this.#goesOn(page.next);
      return;
    }
    const shown = new Set(page.entries.flatMap((entry) => (entry.current ? [entry.display] : [])));
    this.entries = [
      ...page.entries,
      // What is gone from the page's range is gone.
      ...this.entries
        .filter(({ key }) => !fresh.has(key) && key < oldest)
        .map((entry) => (entry.current && shown.has(entry.display) ? { ...entry, current: false } : entry)),
    ];
    if (this.entries.length === page.entries.length) this.#goesOn(page.next);
  }

  #goesOn(next: number | null): void {
    this.#next = next;
    this.ended = next === null;
  }

  #learn(entries: readonly HistoryEntry[]): void {
    this.#images.put(entries.flatMap(({ image }) => image ?? []));
    const news = entries.filter(({ display }) => !(display in this.names));
    if (news.length === 0) return;
    // Newest first: the first name of a display is its latest.
    const names: Record<string, string> = {};
    for (const { display, displayName } of news) names[display] ??= displayName;
    this.names = { ...this.names, ...names };
  }
}
