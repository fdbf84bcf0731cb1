import type { AppError } from '../../shared/errors.ts';
import type { BackendInfo, CurrentWallpaper, CurrentWallpapers, Display } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import type { ImageStore } from './images.svelte.ts';

/** What is on the displays, and the displays themselves. */
export class WallpapersState {
  current = $state.raw<readonly CurrentWallpaper[]>([]);
  displays = $state.raw<readonly Display[]>([]);
  backends = $state.raw<{ readonly desktop: string; readonly backends: readonly BackendInfo[] } | null>(null);
  error = $state.raw<AppError | null>(null);
  displaysError = $state.raw<AppError | null>(null);
  /** Displays whose picture is not told, because adult content is off. */
  hidden = $state(0);
  loaded = $state(false);

  /** The display whose size "my display" means. */
  readonly primary = $derived(this.displays.find((display) => display.primary) ?? this.displays[0] ?? null);
  /** Displays with what they show, from left to right. */
  readonly shown = $derived(
    [...this.displays]
      .sort((a, b) => a.x - b.x || a.y - b.y)
      .map((display) => ({ display, wallpaper: this.current.find((entry) => entry.display === display.id) ?? null })),
  );

  readonly #client: Client;
  readonly #images: ImageStore;

  constructor(client: Client, images: ImageStore) {
    this.#client = client;
    this.#images = images;
    client.on('wallpaper.changed', (now) => this.#take(now));
  }

  async load(): Promise<void> {
    const [current] = await Promise.all([this.#client.call('wallpaper.current', {}), this.loadDisplays()]);
    if (current.ok) this.#take(current.value);
    else this.error = current.error;
    this.loaded = true;
  }

  async loadDisplays(): Promise<void> {
    const answer = await this.#client.call('displays.list', {});
    if (answer.ok) this.displays = answer.value.displays;
    this.displaysError = answer.ok ? null : answer.error;
  }

  async loadBackends(): Promise<void> {
    const answer = await this.#client.call('wallpaper.backends', {});
    if (answer.ok) this.backends = answer.value;
  }

  hideAdult(): void {
    const safe = this.current.filter(({ image }) => image.rating === 'safe');
    this.hidden += this.current.length - safe.length;
    this.current = safe;
  }

  #take({ wallpapers, hidden }: CurrentWallpapers): void {
    this.#images.put(wallpapers.map((wallpaper) => wallpaper.image));
    this.current = wallpapers;
    this.hidden = hidden;
    this.error = null;
  }
}
