import type { AppError } from '../../shared/errors.ts';
import type { Folder, FolderFailure, FolderOptions, LocalPlaces } from '../../shared/folders.ts';
import type { ImageId } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { Notices } from './notices.svelte.ts';

/** Folders of this machine and what is going on in them. */
export class FoldersState {
  list = $state.raw<readonly Folder[]>([]);
  loaded = $state(false);
  error = $state.raw<AppError | null>(null);
  /** The host can show a dialog for choosing one. */
  canChoose = $state(false);
  readonly #client: Client;
  readonly #notices: Notices;

  readonly #pathOf: ((file: File) => string) | null;
  readonly #show: (view: 'library' | 'settings') => void;
  /** What was dragged onto the window, until it is said how it is to come in. */
  offered = $state.raw<readonly string[] | null>(null);
  /** It is coming in. */
  taking = $state.raw<{ readonly done: number; readonly total: number | null } | null>(null);
  #stop: AbortController | null = null;

  constructor(options: {
    readonly client: Client;
    readonly notices: Notices;
    /** Where a dragged file lies; null: this host does not tell. */
    readonly pathOf: ((file: File) => string) | null;
    readonly show: (view: 'library' | 'settings') => void;
  }) {
    const { client, notices } = options;
    this.#client = client;
    this.#notices = notices;
    this.#pathOf = options.pathOf;
    this.#show = options.show;
    client.on('folders.changed', ({ folders }) => {
      if (this.loaded) this.list = folders;
    });
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('folders.list', {});
    if (!answer.ok) {
      this.error = answer.error;
      return;
    }
    this.list = answer.value.folders;
    this.canChoose = answer.value.canChoose;
    this.loaded = true;
    this.error = null;
  }

  /** Adds a folder and begins to read it. Answers what was wrong with it, in words. */
  async add(options: FolderOptions): Promise<string | null> {
    const answer = await this.#client.call('folders.add', options);
    if (!answer.ok) return answer.error.message;
    await this.scan(answer.value.id);
    await this.load();
    this.#notices.info(t.folders.added(answer.value.path));
    return null;
  }

  // --- Files dragged onto the window ---

  /** Whether files that are dropped can be brought in: a page in a browser is not told where they lie. */
  get takesFiles(): boolean {
    return this.#pathOf !== null;
  }

  /** Files and folders were dropped: asks how they are to come in, or says why they cannot. */
  offer(files: readonly File[]): void {
    const words = t.folders.drop;
    const pathOf = this.#pathOf;
    if (pathOf === null) {
      this.#notices.info(words.noPaths, { label: words.openSettings, run: () => this.#show('settings') });
      return;
    }
    const paths = files.map(pathOf).filter((path) => path !== '');
    if (paths.length === 0) this.#notices.error({ code: 'invalid_input', message: words.noFiles });
    else this.offered = paths;
  }

  /** Brings what was offered in. Answers what went wrong, in words. */
  async take(how: Pick<FolderOptions, 'mode' | 'rating'>): Promise<string | null> {
    const paths = this.offered;
    if (paths === null || this.taking !== null) return null;
    const words = t.folders.drop;
    const stop = new AbortController();
    this.#stop = stop;
    this.taking = { done: 0, total: null };
    const answer = await this.#client.call(
      'folders.pick',
      { paths: [...paths], ...how },
      { signal: stop.signal, onProgress: ({ done, total }) => (this.taking = { done, total }) },
    );
    this.taking = null;
    this.#stop = null;
    if (!answer.ok) return answer.error.code === 'cancelled' ? null : answer.error.message;
    this.offered = null;
    const { images, hidden, folders, failed, failures } = answer.value;
    if (this.loaded) await this.load();
    if (images.length > 0 || folders.length > 0)
      this.#notices.info(words.taken(images.length, folders.length), {
        label: words.show,
        run: () => this.#show('library'),
      });
    if (hidden > 0) this.#notices.info(t.folders.hidden(hidden));
    const [first] = failures;
    if (first !== undefined)
      this.#notices.error({ code: 'bad_picture', message: words.notTaken(failed, first.path, first.reason) });
    return null;
  }

  stopTaking(): void {
    this.#stop?.abort();
    this.offered = null;
  }

  /** Lets go of what is missing of a folder. */
  async forgetMissing({ id }: Folder): Promise<void> {
    const answer = await this.#client.call('folders.forgetMissing', { id });
    if (!answer.ok) this.#notices.error(answer.error);
    await this.load();
  }

  /** Where a picture lies; null where nobody says. */
  async placesOf(id: ImageId): Promise<LocalPlaces | null> {
    const answer = await this.#client.call('folders.placesOf', { id });
    return answer.ok ? answer.value : null;
  }

  /** Changes what is said of a folder. */
  async change(folder: Folder, patch: Partial<Pick<FolderOptions, 'rating' | 'watch'>>): Promise<void> {
    const { path, mode, rating, watch, recursive } = folder;
    const answer = await this.#client.call('folders.add', { path, mode, rating, watch, recursive, ...patch });
    if (!answer.ok) this.#notices.error(answer.error);
    await this.load();
  }

  async scan(id: number): Promise<void> {
    const answer = await this.#client.call('folders.scan', { id, wait: false });
    if (!answer.ok) this.#notices.error(answer.error);
  }

  async stop(id: number): Promise<void> {
    const answer = await this.#client.call('folders.cancel', { id });
    if (!answer.ok) this.#notices.error(answer.error);
  }

  async remove({ id, path }: Folder, keep: boolean): Promise<void> {
    const answer = await this.#client.call('folders.remove', { id, keep });
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    this.list = answer.value.folders;
    const stays = this.list.some((folder) => folder.id === id);
    this.#notices.info(stays ? t.folders.keptForPool(path) : t.folders.removed(path));
  }

  async failures(id: number): Promise<readonly FolderFailure[]> {
    const answer = await this.#client.call('folders.failures', { id });
    if (answer.ok) return answer.value.failures;
    this.#notices.error(answer.error);
    return [];
  }

  /** Asks for a folder with the system's dialog. */
  async choose(): Promise<string | null> {
    const answer = await this.#client.call('dialogs.choose', { kind: 'folder', title: t.folders.add });
    if (answer.ok) return answer.value.path;
    this.#notices.error(answer.error);
    return null;
  }
}
