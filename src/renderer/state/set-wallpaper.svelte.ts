import { SvelteSet } from 'svelte/reactivity';
import type { AppError } from '../../shared/errors.ts';
import type { Applied, Fit, ImageId } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import { enlargement } from '../wallpaper/fit-preview.ts';
import { shareOf } from './downloads.svelte.ts';
import type { ImageStore } from './images.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';
import type { WallpapersState } from './wallpapers.svelte.ts';

/** The "set as wallpaper" dialog: one picture, a fit, some displays, and what came of it. */
export class SetWallpaperState {
  id = $state<ImageId | null>(null);
  fit = $state<Fit>('fill');
  phase = $state<'choose' | 'working' | 'done' | 'failed'>('choose');
  share = $state<number | null>(null);
  fetching = $state(false);
  applied = $state.raw<readonly Applied[]>([]);
  error = $state.raw<AppError | null>(null);
  readonly chosen = new SvelteSet<string>();
  #running: AbortController | null = null;
  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #wallpapers: WallpapersState;
  readonly #settings: SettingsState;

  constructor(options: {
    readonly client: Client;
    readonly images: ImageStore;
    readonly wallpapers: WallpapersState;
    readonly settings: SettingsState;
  }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#wallpapers = options.wallpapers;
    this.#settings = options.settings;
  }

  image = $derived.by(() => (this.id === null ? null : (this.#images.get(this.id) ?? null)));
  /** The displays it will be set on. */
  targets = $derived.by(() => this.#wallpapers.displays.filter((display) => this.chosen.has(display.id)));
  /** The most any chosen display enlarges it. */
  enlarged = $derived.by(() => {
    const { image, targets } = this;
    return image === null
      ? 1
      : Math.max(1, ...targets.map((display) => enlargement(this.fit, image, display, targets)));
  });

  async open(id: ImageId): Promise<void> {
    this.id = id;
    this.fit = this.#settings.value?.wallpaperFit ?? 'fill';
    this.#again();
    this.chosen.clear();
    await this.#wallpapers.loadDisplays();
    for (const display of this.#wallpapers.displays) this.chosen.add(display.id);
  }

  /** Closes the dialog; work under way is cancelled. */
  close(): void {
    this.#running?.abort();
    this.#running = null;
    this.id = null;
  }

  toggle(display: string): void {
    if (this.chosen.has(display)) this.chosen.delete(display);
    else this.chosen.add(display);
  }

  #again(): void {
    this.phase = 'choose';
    this.applied = [];
    this.error = null;
    this.share = null;
    this.fetching = false;
  }

  async set(): Promise<void> {
    const { id } = this;
    if (id === null || this.chosen.size === 0 || this.phase === 'working') return;
    this.#again();
    this.phase = 'working';
    const controller = new AbortController();
    this.#running = controller;
    const every = this.#wallpapers.displays.every((display) => this.chosen.has(display.id));
    const answer = await this.#client.call(
      'wallpaper.set',
      { id, displays: every ? null : this.targets.map((display) => display.id), fit: this.fit },
      {
        signal: controller.signal,
        onProgress: (progress) => {
          this.fetching = progress.kind === 'download' && (progress.total === null || progress.done < progress.total);
          this.share = this.fetching ? shareOf(progress) : null;
        },
      },
    );
    if (controller.signal.aborted) return;
    if (answer.ok) {
      this.applied = answer.value.applied;
      this.phase = 'done';
      void this.#wallpapers.load();
    } else {
      this.error = answer.error;
      this.phase = 'failed';
    }
  }
}
