import type { CallInput, CallName, CallOutput, EventName, Events } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import type { CurrentWallpapers, Display, Fit, Image, ImageId, Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type {
  Block,
  ChangeReason,
  HistoryEntry,
  PoolInfo,
  RotationConfig,
  RotationStatus,
} from '../../shared/rotation.ts';

type Names = Extract<CallName, `wallpaper.${string}` | `rotation.${string}` | `pools.${string}` | `blocks.${string}`>;
type Handlers = { [N in Exclude<Names, 'wallpaper.backends'>]: (input: CallInput<N>) => Result<CallOutput<N>> };

export const fakeRotationConfig: RotationConfig = {
  on: false,
  layout: 'each',
  pool: 'browse',
  displays: {},
  everyMinutes: 30,
  times: [],
  timeZone: null,
  onStart: false,
  onWake: false,
  onDisplayChange: false,
  playlists: [],
  pauseOnBattery: false,
  pauseOnFullScreen: false,
  maxUpscale: 1,
  safeImage: null,
};

export interface FakeRotation {
  config: RotationConfig;
  /** Parts of the status that the data does not make. */
  status: Partial<RotationStatus>;
  /** Newest last. */
  history: HistoryEntry[];
  pools: PoolInfo[];
  blocks: Block[];
  /** Adult wallpapers on the desktop that are not told. */
  hiddenWallpapers: number;
  /** The pools have nothing that keeps all rules. */
  dry: boolean;
  readonly handlers: Handlers;
  current(): CurrentWallpapers;
  put(id: ImageId, displays: readonly string[], fit: Fit, reason?: ChangeReason, at?: string): void;
}

const builtIn = (id: string, kind: 'browse' | 'favorites' | 'library', left: number, total: number): PoolInfo => ({
  id,
  name: id,
  sources: [{ kind, weight: 1 }],
  builtIn: true,
  left,
  total,
  hidden: 0,
});

/** Rotation, history, pools and blocks over data in memory: enough to drive a page. */
export function createFakeRotation(options: {
  readonly images: Map<ImageId, Image>;
  readonly displays: readonly Display[];
  readonly settings: () => Settings;
  readonly emit: <N extends EventName>(name: N, payload: Events[N]) => void;
}): FakeRotation {
  const { images, displays, emit } = options;
  let key = 0;
  let cursor = 7;
  let paused: { until: string | null } | null = null;
  let safe = false;

  const known = (id: ImageId): Image | null => {
    const image = images.get(id);
    return image && !image.blocked ? image : null;
  };
  /** Blocked ones are left out, adult ones are there without their picture. */
  const told = (entry: HistoryEntry): readonly HistoryEntry[] => {
    if (entry.image === null) return [entry];
    const image = known(entry.image.id);
    if (image === null) return [];
    const hidden = image.rating !== 'safe' && !options.settings().adultContent;
    return [{ ...entry, image: hidden ? null : image, hidden }];
  };
  const now = (display: string): HistoryEntry | undefined =>
    fake.history.find((entry) => entry.current && entry.display === display);
  const status = (): RotationStatus => ({
    config: fake.config,
    state: safe ? 'safe' : !fake.config.on ? 'off' : paused ? 'paused' : 'running',
    pausedUntil: paused?.until ?? null,
    safe,
    nextAt: fake.config.on && !paused && !safe ? '2026-03-10T11:50:00.000Z' : null,
    playlist: null,
    lastChange: null,
    lastError: null,
    displays: displays.map((display, index) => {
      const id = fake.config.displays[display.key]?.pool ?? fake.config.pool;
      const pool = fake.pools.find((each) => each.id === id);
      return {
        key: display.key,
        id: display.id,
        pool: { id, name: pool?.name ?? id },
        fit: fake.config.displays[display.key]?.fit ?? options.settings().wallpaperFit,
        left: fake.dry ? index : 12 + index * 9,
        total: fake.dry ? index * 2 : 48,
        relaxed: fake.dry ? (['still', 'orientation'] as const).slice(0, index) : [],
        upcoming: fake.dry && index === 0 ? null : known([...images.keys()][cursor + index + 1] ?? ''),
      };
    }),
    canUndo: fake.history.length > 0,
    ...fake.status,
  });
  const telling = (): Result<RotationStatus> => {
    emit('rotation.changed', status());
    return ok(status());
  };
  const applied = (ids: readonly string[], shown: readonly ImageId[]) =>
    ok({ applied: ids.map((display) => ({ display, backend: 'feh', verified: true })), images: [...new Set(shown)] });
  const all = displays.map(({ id }) => id);
  const fit = (): Fit => options.settings().wallpaperFit;
  const changed = (): void => {
    emit('wallpaper.changed', fake.current());
    emit('rotation.changed', status());
  };
  const back = (wanted: readonly string[] | null) => {
    const moved: HistoryEntry[] = [];
    for (const display of displays.filter(({ id }) => wanted?.includes(id) ?? true)) {
      const shown = now(display.key);
      const before = fake.history.findLast((entry) => entry.display === display.key && entry.key < (shown?.key ?? 0));
      if (!shown || !before) continue;
      fake.history = fake.history.map((entry) =>
        entry.key === shown.key || entry.key === before.key ? { ...entry, current: entry.key === before.key } : entry,
      );
      moved.push(before);
    }
    if (moved.length === 0) return fail(appError('not_found', 'Nothing was shown before this.'));
    changed();
    return applied(
      moved.map(({ displayName }) => displayName),
      moved.flatMap(({ image }) => image?.id ?? []),
    );
  };
  const next = (): ReturnType<typeof applied> | ReturnType<typeof fail> => {
    const candidates = [...images.values()].filter((image) => !image.blocked);
    if (candidates.length === 0) return fail(appError('no_candidate', 'There is nothing to choose from.'));
    const shown = all.map((display) => {
      cursor = (cursor + 1) % candidates.length;
      const id = candidates[cursor]?.id ?? '';
      fake.put(id, [display], fit(), 'next');
      return id;
    });
    return applied(all, shown);
  };
  const blocked = (target: CallInput<'blocks.add'>, value: boolean): Image[] => {
    const hit = (image: Image): boolean =>
      target.kind === 'image'
        ? image.id === target.value
        : target.kind === 'artist'
          ? image.artists.some(({ name }) => name.toLowerCase() === target.value.toLowerCase())
          : image.tags.includes(target.value);
    const found = [...images.values()].filter(hit).map((image) => ({ ...image, blocked: value }));
    for (const image of found) images.set(image.id, image);
    return found;
  };
  const fake: FakeRotation = {
    config: fakeRotationConfig,
    status: {},
    history: [],
    pools: [
      builtIn('browse', 'browse', 0, 0),
      builtIn('favorites', 'favorites', 21, 60),
      builtIn('library', 'library', 132, 200),
    ],
    blocks: [],
    hiddenWallpapers: 0,
    dry: false,
    current: () => ({
      wallpapers: displays.flatMap((display) => {
        const entry = now(display.key);
        const image = entry?.image ? known(entry.image.id) : null;
        return entry && image
          ? [{ display: display.id, displayKey: display.key, image, fit: entry.fit, setAt: entry.at }]
          : [];
      }),
      hidden: fake.hiddenWallpapers,
    }),
    put(id, names, how, reason = 'set', at = '2026-03-10T11:20:00Z') {
      for (const display of displays.filter((each) => names.includes(each.id))) {
        key += 1;
        fake.history = [
          ...fake.history.map((entry) => (entry.display === display.key ? { ...entry, current: false } : entry)),
          {
            key,
            display: display.key,
            displayName: display.id,
            image: reason === 'outside' ? null : (images.get(id) ?? null),
            outside: reason === 'outside',
            hidden: false,
            fit: how,
            at,
            reason,
            current: true,
          },
        ];
      }
      changed();
    },
    handlers: {
      'wallpaper.set': ({ id, displays: wanted, fit: how }) => {
        fake.put(id, wanted ?? all, how ?? fit());
        return applied(wanted ?? all, [id]);
      },
      'wallpaper.next': () => next() as Result<CallOutput<'wallpaper.next'>>,
      'wallpaper.previous': (input) => back(input?.displays ?? null),
      'wallpaper.undo': () => back(null),
      'wallpaper.restore': () => applied(all, []),
      'wallpaper.history': (input) => {
        const { display = null, before = null, limit = 50 } = input ?? {};
        const found = fake.history
          .filter((entry) => (display === null || entry.display === display) && (before === null || entry.key < before))
          .reverse();
        return ok({
          entries: found.slice(0, limit).flatMap(told),
          next: found.length > limit ? (found[limit - 1]?.key ?? null) : null,
          hidden: 0,
        });
      },
      'wallpaper.jump': ({ entry: wanted }) => {
        const entry = fake.history.find((each) => each.key === wanted);
        if (!entry?.image) return fail(appError('not_found', 'There is no such entry.'));
        fake.put(entry.image.id, [entry.displayName], entry.fit, 'set');
        return applied([entry.displayName], [entry.image.id]);
      },
      'wallpaper.safe': ({ on }) => {
        safe = on;
        return telling();
      },
      'wallpaper.current': () => ok(fake.current()),
      'rotation.status': () => ok(status()),
      'rotation.set': ({ patch }) => {
        fake.config = { ...fake.config, ...(patch as Partial<RotationConfig>) };
        return telling();
      },
      'rotation.pause': (input) => {
        paused = { until: input?.until ?? null };
        return telling();
      },
      'rotation.resume': () => {
        paused = null;
        return telling();
      },
      'rotation.run': () => next() as Result<CallOutput<'rotation.run'>>,
      'pools.list': () => ok({ pools: fake.pools }),
      'pools.save': (pool) => {
        const saved: PoolInfo = { ...(pool as PoolInfo), builtIn: false, left: 30, total: 40, hidden: 0 };
        fake.pools = [...fake.pools.filter(({ id }) => id !== pool.id), saved];
        return ok(saved);
      },
      'pools.remove': ({ id }) => {
        fake.pools = fake.pools.filter((pool) => pool.id !== id);
        if (fake.config.pool === id) fake.config = { ...fake.config, pool: 'browse' };
        emit('rotation.changed', status());
        return ok({ pools: fake.pools });
      },
      'blocks.list': () => ok({ blocks: fake.blocks }),
      'blocks.add': (target) => {
        const found = blocked(target, true);
        const artist = images.get(target.value)?.artists[0]?.name;
        const block: Block = {
          kind: target.kind,
          value: target.value,
          label: target.kind === 'image' ? (artist ?? target.value) : target.value,
          at: '2026-03-10T11:25:00Z',
          images: found.length,
        };
        fake.blocks = [block, ...fake.blocks];
        emit('images.changed', { images: found });
        emit('blocks.changed', { blocks: fake.blocks });
        return ok({ block, replaced: [] });
      },
      'blocks.remove': (target) => {
        fake.blocks = fake.blocks.filter(({ kind, value }) => kind !== target.kind || value !== target.value);
        emit('images.changed', { images: blocked(target, false) });
        emit('blocks.changed', { blocks: fake.blocks });
        return ok({ removed: true });
      },
    },
  };
  return fake;
}
