import type { ProviderId } from '../../../shared/model.ts';
import { createHttp, createProviders, userAgentOf, type HttpDeps, type Providers } from '../index.ts';
import type { ProviderConfig } from '../provider.ts';
import { createJumpingClock, silentLog, type JumpingClock } from './clock.ts';

export interface TestServices {
  readonly providers: Providers;
  readonly clock: JumpingClock;
  /** Change it at will: it is read at every request. */
  readonly config: { [P in ProviderId]: ProviderConfig };
  /** What `remember` was given. */
  readonly memory: Map<string, unknown>;
  /** A second program over the same memory. */
  restart(): Providers;
}

export interface TestServicesOptions {
  readonly waifuIm?: Partial<ProviderConfig>;
  readonly yiffRest?: Partial<ProviderConfig>;
  readonly clock?: JumpingClock;
  readonly http?: Partial<HttpDeps>;
}

/** The providers over real HTTP on a clock that does not wait, with a memory of their own and reproducible chance. */
export function createTestServices(options: TestServicesOptions): TestServices {
  const clock = options.clock ?? createJumpingClock();
  const memory = new Map<string, unknown>();
  const nowhere: ProviderConfig = {
    baseUrl: 'http://127.0.0.1:9',
    token: null,
    apiVersion: 'auto',
    userId: null,
    bypass: null,
  };
  const config = {
    'waifu-im': { ...nowhere, ...options.waifuIm },
    'yiff-rest': { ...nowhere, ...options.yiffRest },
  };
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const http = createHttp({
    fetch,
    clock,
    random,
    log: silentLog,
    userAgent: userAgentOf('1.0.0', 'https://example.org/kabegami'),
    ...options.http,
  });
  const start = (): Providers =>
    createProviders({
      http,
      config: (provider) => config[provider],
      recall: (key) => memory.get(key),
      remember: (key, value) => void memory.set(key, value),
      clock,
      random,
    });
  return { providers: start(), clock, config, memory, restart: start };
}
