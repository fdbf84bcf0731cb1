import type {
  BackupMade,
  BackupPreview,
  BackupSource,
  BackupState as State,
  PictureChoice,
} from '../../shared/backup.ts';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Progress } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';
import type { ExportChoice, ListsExported, ListsImported, PicturesExported } from '../../shared/transfer.ts';

export type BackupTask = 'backup' | 'inspect' | 'restore' | 'pictures' | 'export' | 'import' | 'kept';

/** What ended well, to be said where it was asked for. */
export type BackupDone =
  | { readonly task: 'backup'; readonly value: BackupMade }
  | { readonly task: 'pictures'; readonly value: PicturesExported }
  | { readonly task: 'export'; readonly value: ListsExported }
  | { readonly task: 'import'; readonly value: ListsImported };

/** Backups and exports, as Settings shows them: one thing at a time, with its progress and a way to stop it. */
export class BackupsState {
  state = $state.raw<State | null>(null);
  /** What is under way. */
  task = $state<BackupTask | null>(null);
  progress = $state.raw<Progress | null>(null);
  done = $state.raw<BackupDone | null>(null);
  /** What went wrong with which of them. */
  problem = $state.raw<{ readonly task: BackupTask; readonly error: AppError } | null>(null);
  /** A backup that was looked at, to be restored or not. */
  preview = $state.raw<{ readonly source: BackupSource; readonly value: BackupPreview } | null>(null);
  /** A file that is there already: may it be replaced? */
  existing = $state<string | null>(null);
  /** Writes over it. */
  replace: () => Promise<void> = () => Promise.resolve();
  readonly #client: Client;
  #stopping: AbortController | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('backup.list', {});
    if (answer.ok) this.state = answer.value;
  }

  /** Asks for a place in a dialog; null where none was chosen. */
  async choose(question: CallInput<'dialogs.choose'>): Promise<string | null> {
    const answer = await this.#client.call('dialogs.choose', question);
    return answer.ok ? answer.value.path : null;
  }

  async create(path: string, pictures: PictureChoice, overwrite = false): Promise<void> {
    const made = await this.#run('backup', 'backup.create', { path, pictures, overwrite });
    this.#askToReplace(made, path, () => this.create(path, pictures, true));
    if (made.ok) this.done = { task: 'backup', value: made.value };
    await this.load();
  }

  async inspect(source: BackupSource): Promise<void> {
    const found = await this.#run('inspect', 'backup.inspect', { source });
    if (found.ok) this.preview = { source, value: found.value };
  }

  /** Puts what was looked at in the library's place. When it has come, `library.restored` is heard. */
  async restore(): Promise<void> {
    const { preview } = this;
    this.preview = null;
    if (preview !== null) await this.#run('restore', 'backup.restore', { source: preview.source });
  }

  async undo(): Promise<void> {
    await this.#run('kept', 'backup.undo', {});
    await this.load();
  }

  async forget(): Promise<void> {
    await this.#run('kept', 'backup.forget', {});
    await this.load();
  }

  async exportPictures(folder: string, choice: ExportChoice): Promise<void> {
    const made = await this.#run('pictures', 'export.pictures', { folder, choice });
    if (made.ok) this.done = { task: 'pictures', value: made.value };
  }

  async exportLists(path: string, overwrite = false): Promise<void> {
    const made = await this.#run('export', 'export.lists', { path, overwrite });
    this.#askToReplace(made, path, () => this.exportLists(path, true));
    if (made.ok) this.done = { task: 'export', value: made.value };
  }

  async importLists(path: string): Promise<void> {
    const made = await this.#run('import', 'import.lists', { path });
    if (made.ok) this.done = { task: 'import', value: made.value };
  }

  /** Nothing is written over unless its owner says so. */
  #askToReplace(answer: Result<unknown>, path: string, replace: () => Promise<void>): void {
    if (answer.ok || answer.error.code !== 'file_exists') return;
    this.problem = null;
    this.existing = path;
    this.replace = replace;
  }

  stop(): void {
    this.#stopping?.abort();
  }

  async #run<N extends CallName>(task: BackupTask, name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>> {
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.task = task;
    this.done = null;
    this.problem = null;
    this.progress = null;
    const answer = await this.#client.call(name, input, {
      signal: stopping.signal,
      onProgress: (now) => (this.progress = now),
    });
    this.#stopping = null;
    this.task = null;
    this.progress = null;
    if (!answer.ok && answer.error.code !== 'cancelled') this.problem = { task, error: answer.error };
    return answer;
  }
}
