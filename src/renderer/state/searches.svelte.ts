import type { AppError } from '../../shared/errors.ts';
import type { SavedSearch } from '../../shared/library.ts';
import type { Client } from '../../shared/rpc.ts';

/** Searches of the library under a name, and whatever becomes of them anywhere. */
export class SearchesState {
  all = $state.raw<readonly SavedSearch[]>([]);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    client.on('searches.changed', ({ searches }) => (this.all = searches));
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('searches.list', {});
    if (answer.ok) this.all = answer.value.searches;
  }

  /** The name of a search; null where it has none. */
  nameOf(query: string): string | null {
    return this.all.find((each) => each.query === query)?.name ?? null;
  }

  /** What has this name already, if it is another one than `id`. */
  named(name: string, id: number | null): SavedSearch | null {
    return this.all.find((each) => each.name === name && each.id !== id) ?? null;
  }

  /** Saves a query under a name, or another name or query under the same id. Answers what went wrong, for the form. */
  async save(search: {
    readonly id: number | null;
    readonly name: string;
    readonly query: string;
  }): Promise<AppError | null> {
    const answer = await this.#client.call('searches.save', search);
    if (!answer.ok) return answer.error;
    await this.load();
    return null;
  }

  async forget({ id }: SavedSearch): Promise<AppError | null> {
    const answer = await this.#client.call('searches.remove', { id });
    if (!answer.ok) return answer.error;
    this.all = this.all.filter((search) => search.id !== id);
    return null;
  }
}
