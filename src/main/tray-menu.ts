import type { MenuItemConstructorOptions } from 'electron';
import type { CurrentWallpaper, Image } from '../shared/model.ts';
import type { Pause } from '../shared/pause.ts';
import type { BlockTarget, PoolInfo, RotationStatus } from '../shared/rotation.ts';
import { t } from './messages.ts';
import { artistNames, oneLine, pictureText } from './picture-text.ts';

/** What the tray's menu tells. Pictures that may not be told are not in it. */
export interface TrayState {
  readonly wallpapers: readonly CurrentWallpaper[];
  /** Null until it is known. */
  readonly rotation: RotationStatus | null;
  readonly pools: readonly PoolInfo[];
  /** `Display.id` of the main display. */
  readonly mainDisplay: string | null;
  readonly now: number;
}

export interface TrayActions {
  readonly open: () => void;
  readonly next: () => void;
  /** On this display; null is all. */
  readonly previous: (display: string | null) => void;
  readonly undo: () => void;
  readonly favorite: (image: string) => void;
  readonly block: (target: BlockTarget) => void;
  readonly rotate: (on: boolean) => void;
  readonly pause: (length: Pause) => void;
  readonly resume: () => void;
  readonly pool: (pool: string) => void;
  /** For one display (its key); null is as everywhere. */
  readonly displayPool: (displayKey: string, pool: string | null) => void;
  readonly safe: (on: boolean) => void;
  readonly quit: () => void;
}

type Item = MenuItemConstructorOptions;
const line: Item = { type: 'separator' };

/** The tray's menu as plain values. Ids are for tests. */
export function trayTemplate(state: TrayState, actions: TrayActions): Item[] {
  const { rotation, wallpapers } = state;
  const safe = rotation?.safe ?? false;
  const main = mainWallpaper(state);
  const said = [...pictureLines(wallpapers), ...stateLines(state)];
  return [
    ...said,
    ...(said.length > 0 ? [line] : []),
    { id: 'next', label: t.tray.next, enabled: !safe, click: actions.next },
    {
      id: 'previous',
      label: t.tray.previous,
      enabled: !safe && rotation !== null,
      click: () => actions.previous(null),
    },
    { id: 'undo', label: t.tray.undo, enabled: !safe && (rotation?.canUndo ?? false), click: actions.undo },
    line,
    favoriteItem('favorite', main?.image ?? null, actions),
    neverItem(state, actions),
    line,
    {
      id: 'rotation',
      label: t.tray.rotation,
      type: 'checkbox',
      checked: rotation?.config.on ?? false,
      enabled: rotation !== null && !safe,
      click: () => actions.rotate(!(rotation?.config.on ?? false)),
    },
    pauseItem(rotation, actions),
    poolItem(state, actions),
    displayItem(state, actions),
    line,
    {
      id: 'safe',
      label: t.tray.safe,
      type: 'checkbox',
      checked: safe,
      enabled: rotation !== null,
      click: () => actions.safe(!safe),
    },
    line,
    { id: 'open', label: t.tray.open, click: actions.open },
    { id: 'quit', label: t.tray.quit, click: actions.quit },
  ];
}

/** What is on the main display, or else on the first that shows anything. */
export function mainWallpaper({
  wallpapers,
  mainDisplay,
}: Pick<TrayState, 'wallpapers' | 'mainDisplay'>): CurrentWallpaper | null {
  return wallpapers.find(({ display }) => display === mainDisplay) ?? wallpapers[0] ?? null;
}

function isOnePicture(wallpapers: readonly CurrentWallpaper[]): boolean {
  return new Set(wallpapers.map(({ image }) => image.id)).size <= 1;
}

function told(id: string, label: string): Item {
  return { id, label: text(label), enabled: false };
}

function pictureLines(wallpapers: readonly CurrentWallpaper[]): Item[] {
  const [first] = wallpapers;
  if (first === undefined) return [];
  if (isOnePicture(wallpapers)) return [told('picture', oneLine(pictureText(first.image)))];
  return wallpapers.map(({ display, image }) =>
    told(`picture.${display}`, oneLine(t.tray.on(display, pictureText(image)))),
  );
}

function stateLines({ rotation, now }: TrayState): Item[] {
  if (rotation === null) return [];
  const { playlist } = rotation;
  const lines = [stateText(rotation, now)];
  if (playlist !== null && rotation.state === 'running') lines.push(t.tray.state.playlist(playlist.name));
  return lines.flatMap((label, index) => (label === null ? [] : [told(`state.${index}`, oneLine(label))]));
}

function stateText({ state, nextAt, pausedUntil }: RotationStatus, now: number): string | null {
  switch (state) {
    case 'off':
      return null;
    case 'running':
      return t.tray.state.running(nextAt, now);
    case 'paused':
      return t.tray.state.paused(pausedUntil, now);
    case 'battery':
      return t.tray.state.battery;
    case 'full-screen':
      return t.tray.state.fullScreen;
    case 'safe':
      return t.tray.state.safe;
  }
}

function favoriteItem(id: string, image: Image | null, actions: TrayActions): Item {
  return {
    id,
    label: t.tray.favorite,
    type: 'checkbox',
    checked: image?.favorite ?? false,
    enabled: image !== null,
    click: () => image && actions.favorite(image.id),
  };
}

function neverItem({ wallpapers }: TrayState, actions: TrayActions): Item {
  const [first] = wallpapers;
  const item = { id: 'never', label: t.tray.never };
  if (first === undefined) return { ...item, enabled: false };
  if (isOnePicture(wallpapers)) return { ...item, submenu: neverChoices('never', first.image, actions) };
  return {
    ...item,
    submenu: wallpapers.map(({ display, image }) => ({
      id: `never.${display}`,
      label: text(oneLine(t.tray.on(display, pictureText(image)))),
      submenu: neverChoices(`never.${display}`, image, actions),
    })),
  };
}

function neverChoices(id: string, image: Image, actions: TrayActions): Item[] {
  return [
    {
      id: `${id}.image`,
      label: t.tray.neverImage,
      click: () => actions.block({ kind: 'image', value: image.id }),
    },
    ...artistNames(image).map((name, index) => ({
      id: `${id}.artist.${index}`,
      label: text(oneLine(t.tray.neverArtist(name))),
      click: () => actions.block({ kind: 'artist', value: name }),
    })),
  ];
}

function pauseItem(rotation: RotationStatus | null, actions: TrayActions): Item {
  if (rotation?.state === 'paused') return { id: 'resume', label: t.tray.resume, click: actions.resume };
  const choice = (id: string, label: string, length: Pause): Item => ({
    id: `pause.${id}`,
    label,
    click: () => actions.pause(length),
  });
  return {
    id: 'pause',
    label: t.tray.pause,
    // Nothing changes by itself that could be paused.
    enabled: rotation !== null && rotation.state !== 'off' && rotation.state !== 'safe',
    submenu: [
      choice('hour', t.tray.pauseHour, 'hour'),
      choice('tomorrow', t.tray.pauseTomorrow, 'tomorrow'),
      choice('resumed', t.tray.pauseResumed, 'resumed'),
    ],
  };
}

function poolItem({ rotation, pools }: TrayState, actions: TrayActions): Item {
  const item = { id: 'pool', label: t.tray.pool };
  if (rotation === null || pools.length === 0) return { ...item, enabled: false };
  return {
    ...item,
    submenu: pools.map((pool) =>
      poolChoice(`pool.${pool.id}`, pool, rotation.config.pool === pool.id, () => actions.pool(pool.id)),
    ),
  };
}

function poolChoice(id: string, { name, left, total }: PoolInfo, checked: boolean, click: () => void): Item {
  return { id, label: text(t.tray.poolItem(oneLine(name, 40), left, total)), type: 'radio', checked, click };
}

function displayItem({ rotation, wallpapers, pools }: TrayState, actions: TrayActions): Item {
  const item = { id: 'display', label: t.tray.display };
  if (rotation === null || rotation.displays.length === 0) return { ...item, enabled: false };
  const { config } = rotation;
  const everywhere = pools.find(({ id }) => id === config.pool)?.name ?? config.pool;
  return {
    ...item,
    submenu: rotation.displays.map(({ key, id }) => {
      const own = config.displays[key]?.pool ?? null;
      const image = wallpapers.find(({ display }) => display === id)?.image ?? null;
      return {
        id: `display.${id}`,
        label: text(id),
        submenu: [
          ...(image === null ? [] : [told(`display.${id}.picture`, oneLine(pictureText(image)))]),
          {
            id: `display.${id}.previous`,
            label: t.tray.previousHere,
            enabled: !rotation.safe,
            click: () => actions.previous(id),
          },
          favoriteItem(`display.${id}.favorite`, image, actions),
          line,
          {
            id: `display.${id}.pool`,
            label: text(t.tray.everywhere(oneLine(everywhere, 40))),
            type: 'radio',
            checked: own === null,
            click: () => actions.displayPool(key, null),
          } as const,
          ...pools.map((pool) =>
            poolChoice(`display.${id}.pool.${pool.id}`, pool, own === pool.id, () => actions.displayPool(key, pool.id)),
          ),
        ],
      };
    }),
  };
}

/** A menu takes `&` for the mark of a key. */
function text(label: string): string {
  return label.replaceAll('&', '&&');
}
