import type { AppError } from '../shared/errors.ts';
import type { Result } from '../shared/result.ts';
import type { BlockTarget } from '../shared/rotation.ts';
import type { Client } from '../shared/rpc.ts';
import type { ShortcutAction } from '../shared/shortcuts.ts';
import type { Log } from '../core/ports.ts';
import { t } from './messages.ts';
import { pauseUntil } from '../shared/pause.ts';
import { pictureText } from './picture-text.ts';
import { mainWallpaper, type TrayActions, type TrayState } from './tray-menu.ts';

export interface ActionParts {
  readonly client: Pick<Client, 'call'>;
  /** What the tray tells: an action without a subject is about that. */
  readonly state: () => Pick<TrayState, 'wallpapers' | 'mainDisplay' | 'rotation'>;
  readonly now: () => Date;
  readonly open: () => void;
  readonly quit: () => void;
  /** Says what went wrong where it will be read. */
  readonly fail: (error: AppError) => void;
  /** Says what a key did: whoever pressed it may see nothing of it. */
  readonly tell: (title: string, body: string) => void;
  /** After each action, done or failed: a menu ticks its boxes by itself. */
  readonly done: () => void;
  readonly log: Log;
}

export interface Actions {
  readonly tray: TrayActions;
  /** Carries out a global key. */
  readonly key: (action: ShortcutAction) => Promise<void>;
}

/** What can be asked of the desktop program without its window. Every one is a call of the contract. */
export function createActions(parts: ActionParts): Actions {
  const { client, log } = parts;

  /** Answers whether it was done. A change that a newer one has replaced is no failure. */
  const carry = async (what: string, work: () => Promise<Result<unknown>>): Promise<boolean> => {
    const result = await work();
    parts.done();
    if (result.ok) return true;
    const { code, message } = result.error;
    if (code === 'cancelled') return false;
    log.warn(`${what} failed`, { code, message });
    parts.fail(result.error);
    return false;
  };

  const next = () => carry('Next wallpaper', () => client.call('wallpaper.next', {}));
  const previous = (display: string | null) =>
    carry('Previous wallpaper', () =>
      client.call('wallpaper.previous', { displays: display === null ? null : [display] }),
    );
  const block = (target: BlockTarget) => carry('Never again', () => client.call('blocks.add', target));
  const safe = (on: boolean) => carry('Safe now', () => client.call('wallpaper.safe', { on }));
  const pause = (until: string | null) => carry('Pause', () => client.call('rotation.pause', { until }));
  const resume = () => carry('Resume', () => client.call('rotation.resume', {}));

  const displayPool = (key: string, pool: string | null) =>
    carry('Pool of a display', async () => {
      // What is set now, not when the menu was made: the patch replaces all displays.
      const status = await client.call('rotation.status', {});
      if (!status.ok) return status;
      const { displays } = status.value.config;
      const own = { fit: displays[key]?.fit ?? null, pool };
      return client.call('rotation.set', { patch: { displays: { ...displays, [key]: own } } });
    });

  const tray: TrayActions = {
    open: parts.open,
    quit: parts.quit,
    next: () => void next(),
    previous: (display) => void previous(display),
    undo: () => void carry('Undo', () => client.call('wallpaper.undo', {})),
    favorite: (id) => void carry('Favorite', () => client.call('favorites.toggle', { id })),
    block: (target) => void block(target),
    rotate: (on) => void carry('Rotation', () => client.call('rotation.set', { patch: { on } })),
    pause: (length) => void pause(pauseUntil(length, parts.now())),
    resume: () => void resume(),
    pool: (pool) => void carry('Pool', () => client.call('rotation.set', { patch: { pool } })),
    displayPool: (key, pool) => void displayPool(key, pool),
    safe: (on) => void safe(on),
  };

  const favoriteByKey = async (): Promise<void> => {
    const image = mainWallpaper(parts.state())?.image;
    if (image === undefined) return;
    let favorite = false;
    const carried = await carry('Favorite', async () => {
      const result = await client.call('favorites.toggle', { id: image.id });
      if (result.ok) favorite = result.value.favorite;
      return result;
    });
    if (carried) parts.tell(favorite ? t.notification.favorite : t.notification.unfavorite, pictureText(image));
  };
  const neverByKey = async (): Promise<void> => {
    const image = mainWallpaper(parts.state())?.image;
    if (image === undefined) return;
    if (await block({ kind: 'image', value: image.id })) parts.tell(t.notification.never, pictureText(image));
  };
  const pauseByKey = async (): Promise<void> => {
    const paused = parts.state().rotation?.state === 'paused';
    if (await (paused ? resume() : pause(null)))
      parts.tell(t.program, paused ? t.notification.resumed : t.notification.paused);
  };

  return {
    tray,
    async key(action) {
      switch (action) {
        case 'next':
          return void (await next());
        case 'previous':
          return void (await previous(null));
        case 'favorite':
          return favoriteByKey();
        case 'never':
          return neverByKey();
        case 'pause':
          return pauseByKey();
        case 'safe':
          return void (await safe(true));
        case 'release':
          return void (await safe(false));
        case 'open':
          return parts.open();
      }
    },
  };
}
