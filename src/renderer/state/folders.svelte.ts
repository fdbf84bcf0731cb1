import type { AppError } from '../../shared/errors.ts';
import type { Folder, FolderFailure, FolderOptions } from '../../shared/folders.ts';
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

  constructor({ client, notices }: { readonly client: Client; readonly notices: Notices }) {
    this.#client = client;
    this.#notices = notices;
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
