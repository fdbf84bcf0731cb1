import type { Settings } from '../shared/model.ts';
import type { Result } from '../shared/result.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventBus } from './events.ts';
import type { MediaFile, MediaVariant } from './files/pictures.ts';

/** The program, as a host sees it. */
export interface Core {
  readonly dispatch: Dispatch;
  readonly events: EventBus;
  /** The file behind a media url. Checks the content setting, then fetches what is missing. */
  openMedia(id: string, variant: MediaVariant, signal?: AbortSignal): Promise<Result<MediaFile>>;
  settings(): Settings;
  /** Stops background work, finishes writes, closes the database. */
  close(): Promise<void>;
}
