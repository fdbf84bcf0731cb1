import type { AppError } from '../../shared/errors.ts';
import type { Account, ProviderId } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';

/** Accounts: only that a token is there, never the token. What is typed goes to the owner and is forgotten here. */
export class AccountsState {
  list = $state.raw<readonly Account[]>([]);
  error = $state.raw<AppError | null>(null);
  busy = $state<ProviderId | null>(null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('account.list', {});
    if (answer.ok) this.list = answer.value.accounts;
    this.error = answer.ok ? null : answer.error;
  }

  of(provider: ProviderId): Account | null {
    return this.list.find((account) => account.provider === provider) ?? null;
  }

  /** Saves a token and tests it at once. Answers the error, or null. */
  async save(provider: ProviderId, token: string): Promise<AppError | null> {
    return this.#work(provider, async () => {
      const saved = await this.#client.call('account.set', { provider, token });
      if (!saved.ok || saved.value.valid !== null) return saved;
      this.#take(saved);
      return this.#client.call('account.test', { provider });
    });
  }

  test(provider: ProviderId): Promise<AppError | null> {
    return this.#work(provider, () => this.#client.call('account.test', { provider }));
  }

  remove(provider: ProviderId): Promise<AppError | null> {
    return this.#work(provider, () => this.#client.call('account.remove', { provider }));
  }

  setBypass(provider: ProviderId, bypass: string | null): Promise<AppError | null> {
    return this.#work(provider, () => this.#client.call('account.setBypass', { provider, bypass }));
  }

  async #work(provider: ProviderId, run: () => Promise<Result<Account>>): Promise<AppError | null> {
    this.busy = provider;
    const answer = await run();
    this.busy = null;
    this.#take(answer);
    // A failed test says nothing about what is stored: ask.
    if (!answer.ok) await this.load();
    return answer.ok ? null : answer.error;
  }

  #take(answer: Result<Account>): void {
    if (answer.ok)
      this.list = [...this.list.filter((account) => account.provider !== answer.value.provider), answer.value];
  }
}
