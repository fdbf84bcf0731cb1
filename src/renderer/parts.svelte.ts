import type { Component } from 'svelte';
import { nextTask } from './next-task.ts';

/** What comes into the page after its frame, each a file of its own. */
const loaders = {
  browse: () => import('./views/BrowseView.svelte'),
  library: () => import('./views/LibraryView.svelte'),
  collections: () => import('./views/CollectionsView.svelte'),
  favorites: () => import('./views/FavoritesView.svelte'),
  rotation: () => import('./views/RotationView.svelte'),
  history: () => import('./views/HistoryView.svelte'),
  settings: () => import('./views/SettingsView.svelte'),
  duplicates: () => import('./views/DuplicatesView.svelte'),
  viewer: () => import('./viewer/Viewer.svelte'),
  wallpaper: () => import('./wallpaper/SetWallpaper.svelte'),
  shortcuts: () => import('./Shortcuts.svelte'),
  dropped: () => import('./drop/AddDropped.svelte'),
} as const satisfies Record<string, () => Promise<{ readonly default: Component }>>;
export type PartName = keyof typeof loaders;
export const partNames = Object.keys(loaders) as readonly PartName[];

/**
 * The parts of the page, one at a time: reading and running all of the program's files in one task would hold up the page at its start. Once started, all of them
 * are fetched soon, so that none is missing when the program that serves them is gone.
 */
export class Parts {
  #loaded = $state.raw<Readonly<Partial<Record<PartName, Component>>>>({});
  /** Parts that could not be fetched when they were asked for. */
  #failed = $state.raw<ReadonlySet<PartName>>(new Set());
  readonly #load: (name: PartName) => Promise<{ readonly default: Component }>;
  readonly #pause: () => Promise<void>;

  constructor(
    options: {
      readonly load?: (name: PartName) => Promise<{ readonly default: Component }>;
      /** Lets the page do something else. */
      readonly pause?: () => Promise<void>;
    } = {},
  ) {
    this.#load = options.load ?? ((name) => loaders[name]());
    this.#pause = options.pause ?? nextTask;
  }

  /** Null until it is here. */
  of(name: PartName): Component | null {
    return this.#loaded[name] ?? null;
  }

  failed(name: PartName): boolean {
    return this.#failed.has(name);
  }

  /** Answers whether it is here. May be asked again after a failure. */
  async load(name: PartName): Promise<boolean> {
    if (this.#loaded[name]) return true;
    try {
      const { default: component } = await this.#load(name);
      // Its files have just been run, in this very task: it is shown in the next one.
      await this.#pause();
      this.#loaded = { ...this.#loaded, [name]: component };
      this.#failed = new Set([...this.#failed].filter((other) => other !== name));
      return true;
    } catch {
      this.#failed = new Set([...this.#failed, name]);
      return false;
    }
  }

  /** All of them, `first` before the others. */
  async loadAll(first: PartName = 'browse'): Promise<void> {
    await this.load(first);
    for (const name of partNames) {
      await this.#pause();
      await this.load(name);
    }
  }
}
