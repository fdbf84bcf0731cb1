import type { Image } from '../shared/model.ts';
import type { Client } from '../shared/rpc.ts';
import type { Clock } from '../core/ports.ts';
import type { TrayState } from './tray-menu.ts';

/** Events come in bursts: the menu is made once for all within this time. */
const burstMs = 150;

export interface TrayModel {
  state(): TrayState;
  /** Has the menu made again, even if nothing changed. */
  refresh(): void;
  stop(): void;
}

/** Follows what the tray tells. `changed` is called when there may be something new, not more often than once a burst. */
export function createTrayModel(parts: {
  readonly client: Pick<Client, 'call' | 'on'>;
  readonly clock: Clock;
  readonly changed: (state: TrayState) => void;
}): TrayModel {
  const { client, clock, changed } = parts;
  let state: TrayState = { wallpapers: [], rotation: null, pools: [], mainDisplay: null, now: clock.now() };
  let stopped = false;
  let cancel: (() => void) | null = null;
  let poolsAreOld = false;
  let displays = '';

  const tell = (): void => {
    if (stopped) return;
    cancel ??= clock.after(burstMs, () => {
      cancel = null;
      void readRest().then(() => {
        if (!stopped) changed({ ...state, now: clock.now() });
      });
    });
  };

  /** What no event brings along. */
  const readRest = async (): Promise<void> => {
    if (poolsAreOld) {
      poolsAreOld = false;
      const pools = await client.call('pools.list', {});
      if (pools.ok) state = { ...state, pools: pools.value.pools };
    }
    const known = state.rotation?.displays.map(({ id }) => id).join('\n') ?? '';
    if (known !== displays) {
      displays = known;
      const answer = await client.call('displays.list', {});
      if (answer.ok)
        state = { ...state, mainDisplay: answer.value.displays.find(({ primary }) => primary)?.id ?? null };
    }
  };

  const put = (part: Partial<TrayState>): void => {
    state = { ...state, ...part };
    tell();
  };
  const takeImages = (images: readonly Image[]): void => {
    const byId = new Map(images.map((image) => [image.id, image]));
    if (!state.wallpapers.some(({ image }) => byId.has(image.id))) return;
    put({ wallpapers: state.wallpapers.map((each) => ({ ...each, image: byId.get(each.image.id) ?? each.image })) });
  };
  const oldPools = (): void => {
    poolsAreOld = true;
    tell();
  };
  const stops = [
    client.on('wallpaper.changed', ({ wallpapers }) => put({ wallpapers })),
    client.on('rotation.changed', (rotation) => {
      poolsAreOld = true;
      put({ rotation });
    }),
    client.on('images.changed', ({ images }) => takeImages(images)),
    client.on('pools.changed', oldPools),
    client.on('blocks.changed', oldPools),
  ];

  /** At the start nothing has been told yet. An event that comes meanwhile is newer than the answer. */
  const begin = async (): Promise<void> => {
    const empty = state.wallpapers;
    const [wallpapers, rotation] = await Promise.all([
      client.call('wallpaper.current', {}),
      client.call('rotation.status', {}),
    ]);
    poolsAreOld = true;
    put({
      ...(wallpapers.ok && state.wallpapers === empty ? { wallpapers: wallpapers.value.wallpapers } : {}),
      ...(rotation.ok && state.rotation === null ? { rotation: rotation.value } : {}),
    });
  };
  void begin();

  return {
    state: () => state,
    refresh: tell,
    stop() {
      stopped = true;
      cancel?.();
      for (const stop of stops) stop();
    },
  };
}
