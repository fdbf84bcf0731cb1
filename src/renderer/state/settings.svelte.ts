import type { AppError } from '../../shared/errors.ts';
import type { Settings, SettingsPatch } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';

/** The owner's settings; null until known. Until then nothing adult is allowed. */
export class SettingsState {
  value = $state.raw<Settings | null>(null);
  error = $state.raw<AppError | null>(null);
  readonly adult = $derived(this.value?.adultContent === true);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    client.on('settings.changed', (settings) => {
      this.value = settings;
      this.error = null;
    });
  }

  async load(): Promise<void> {
    this.#take(await this.#client.call('settings.get', {}));
  }

  /** Saves a part. What the owner answers is what is shown. */
  async set(patch: SettingsPatch): Promise<Result<Settings>> {
    const answer = await this.#client.call('settings.set', { patch });
    if (answer.ok) this.value = answer.value;
    return answer;
  }

  #take(answer: Result<Settings>): void {
    if (answer.ok) this.value = answer.value;
    this.error = answer.ok ? null : answer.error;
  }
}
