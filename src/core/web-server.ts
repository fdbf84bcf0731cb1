import type { Result } from '../shared/result.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventBus } from './events.ts';
import type { MediaSource } from './media-response.ts';
import type { Log } from './ports.ts';

/** What the browser host is given. */
export interface ServeOptions {
  readonly core: MediaSource & { readonly dispatch: Dispatch; readonly events: EventBus };
  /** 0 takes a free one. */
  readonly port: number;
  /** The built page (`out/renderer`). */
  readonly rendererFolder: string;
  readonly log: Log;
  /** Calls again and again what tells a lost page from a silent one, until what it answers is called. Left out: every 30 seconds. */
  readonly heartbeat?: (beat: () => void) => () => void;
}

export interface WebServer {
  /** What a person opens. Carries the token: print it, never log it. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The browser host, as whoever starts it sees it: the terminal host loads it only when it is asked to serve. */
export interface BrowserHost {
  serve(options: ServeOptions): Promise<Result<WebServer>>;
}
