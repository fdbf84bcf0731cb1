import type { AppError } from '../../shared/errors.ts';
import type { Progress } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import type { CleanUp, CleanUpPlan, CleanUpReport, StorageUsage } from '../../shared/storage.ts';

const nothing: CleanUp = { to: null, unusedFor: null, leftovers: false, backups: false };

/** Where the disk goes, and what a clean-up would remove. */
export class StorageState {
  usage = $state.raw<StorageUsage | null>(null);
  error = $state.raw<AppError | null>(null);
  /** Of the request asked last; null while it is looked for. */
  plan = $state.raw<CleanUpPlan | null>(null);
  planError = $state.raw<AppError | null>(null);
  progress = $state.raw<Progress | null>(null);
  cleaning = $state(false);

  #request: CleanUp = nothing;
  #turn = 0;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('library.usage', {});
    this.error = answer.ok ? null : answer.error;
    if (answer.ok) this.usage = answer.value;
  }

  /** Looks what the request would remove. An answer to an earlier request is dropped. */
  async preview(request: Partial<CleanUp>): Promise<CleanUpPlan | null> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#request = { ...nothing, ...request };
    this.plan = null;
    this.planError = null;
    const answer = await this.#client.call('library.gcPreview', this.#request);
    if (turn !== this.#turn) return null;
    if (answer.ok) this.plan = answer.value;
    else this.planError = answer.error;
    return this.plan;
  }

  /** Does what was previewed last. When that has changed meanwhile, nothing is done and the preview is looked for anew. */
  async run(): Promise<CleanUpReport | null> {
    const plan = this.plan;
    if (plan === null || this.cleaning) return null;
    this.cleaning = true;
    const answer = await this.#client.call(
      'library.gc',
      { ...this.#request, plan: plan.plan },
      { onProgress: (now) => (this.progress = now) },
    );
    this.cleaning = false;
    this.progress = null;
    void this.load();
    if (answer.ok) return answer.value;
    await this.preview(this.#request);
    this.planError = answer.error;
    return null;
  }
}
