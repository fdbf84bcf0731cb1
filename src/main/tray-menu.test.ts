import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { rotationConfig } from '../shared/rotation.ts';
import { anImage, aPool, aStatus, aWallpaper } from './testing/samples.ts';
import { trayTemplate, type TrayActions, type TrayState } from './tray-menu.ts';

type Item = MenuItemConstructorOptions;

function menuOf(state: Partial<TrayState> = {}) {
  const done: unknown[][] = [];
  const actions = new Proxy({} as TrayActions, {
    get:
      (_none, name) =>
      (...args: unknown[]) =>
        void done.push([name, ...args]),
  });
  const template = trayTemplate(
    { wallpapers: [], rotation: null, pools: [], mainDisplay: null, now: Date.UTC(2026, 0, 1), ...state },
    actions,
  );
  const all = (items: readonly Item[]): Item[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])]);
  const item = (id: string): Item | undefined => all(template).find((each) => each.id === id);
  return {
    template,
    done,
    item,
    labels: all(template).map(({ label }) => label),
    press(id: string) {
      const found = item(id);
      if (found === undefined || found.enabled === false) throw new Error(`${id} cannot be pressed`);
      (found.click as () => void)();
    },
  };
}

const one = anImage('1', { favorite: true });
const two = anImage('2', { tags: ['mountain'], artists: [{ name: 'Ame & Co', links: [] }] });

describe('before anything is known', () => {
  it('offers what needs nothing', () => {
    const { item, template } = menuOf();
    expect(template[0]?.id).toBe('next');
    const disabled = ['previous', 'undo', 'favorite', 'never', 'rotation', 'pause', 'pool', 'display', 'safe'];
    expect(disabled.map((id) => item(id)?.enabled)).toEqual(disabled.map(() => false));
    expect(['next', 'open', 'quit'].map((id) => item(id)?.enabled ?? true)).toEqual([true, true, true]);
  });
});

describe('the picture', () => {
  it('is told with its artist and can be favored and blocked', () => {
    const { item, press, done } = menuOf({ wallpapers: [aWallpaper('DP-1', one)], rotation: aStatus() });
    expect(item('picture')).toMatchObject({ label: 'sea, by Mori', enabled: false });
    expect(item('favorite')).toMatchObject({ checked: true });
    press('favorite');
    press('never.image');
    press('never.artist.0');
    expect(done).toEqual([
      ['favorite', one.id],
      ['block', { kind: 'image', value: one.id }],
      ['block', { kind: 'artist', value: 'Mori' }],
    ]);
  });

  it('is told once when all displays show it', () => {
    const { item } = menuOf({ wallpapers: [aWallpaper('DP-1', one), aWallpaper('DP-2', one)] });
    expect(item('picture')).toBeDefined();
    expect(item('never.image')).toBeDefined();
  });

  it('is told for each display that shows another, and the main display’s is "this"', () => {
    const { item, press, done } = menuOf({
      wallpapers: [aWallpaper('DP-1', one), aWallpaper('DP-2', two)],
      rotation: aStatus(['DP-1', 'DP-2']),
      mainDisplay: 'DP-2',
    });
    expect(item('picture.DP-1')?.label).toBe('DP-1: sea, by Mori');
    // `&` alone would underline the letter after it.
    expect(item('picture.DP-2')?.label).toBe('DP-2: mountain, by Ame && Co');
    press('favorite');
    press('never.DP-1.image');
    press('never.DP-2.artist.0');
    press('display.DP-1.favorite');
    press('display.DP-2.previous');
    expect(done).toEqual([
      ['favorite', two.id],
      ['block', { kind: 'image', value: one.id }],
      ['block', { kind: 'artist', value: 'Ame & Co' }],
      ['favorite', one.id],
      ['previous', 'DP-2'],
    ]);
  });

  it('has one short line, whatever its artist calls himself', () => {
    const long = anImage('3', { artists: [{ name: `a\nb\u202e${'😀'.repeat(200)}`, links: [] }] });
    const { item } = menuOf({ wallpapers: [aWallpaper('DP-1', long)] });
    const label = item('picture')?.label ?? '';
    expect([...label].length).toBeLessThanOrEqual(70);
    expect(label).toMatch(/^sea, by a b 😀+…$/u);
  });
});

describe('pausing', () => {
  it('has three lengths', () => {
    const { press, done } = menuOf({ rotation: aStatus() });
    for (const id of ['hour', 'tomorrow', 'resumed']) press(`pause.${id}`);
    expect(done).toEqual([
      ['pause', 'hour'],
      ['pause', 'tomorrow'],
      ['pause', 'resumed'],
    ]);
  });

  it('turns into going on', () => {
    const paused = aStatus(['DP-1'], { state: 'paused', pausedUntil: null });
    const { item, press, done } = menuOf({ rotation: paused });
    expect(item('pause')).toBeUndefined();
    expect(item('state.0')?.label).toBe('Paused');
    press('resume');
    expect(done).toEqual([['resume']]);
  });

  it('is of no use while nothing changes by itself', () => {
    const { item, press, done } = menuOf({
      rotation: aStatus(['DP-1'], { state: 'off', config: rotationConfig.parse({}) }),
    });
    expect(item('pause')).toMatchObject({ enabled: false });
    expect(item('rotation')).toMatchObject({ checked: false });
    press('rotation');
    expect(done).toEqual([['rotate', true]]);
  });

  it('says why nothing changes', () => {
    const says = (state: 'battery' | 'full-screen') =>
      menuOf({ rotation: aStatus(['DP-1'], { state }) }).item('state.0')?.label;
    expect([says('battery'), says('full-screen')]).toEqual(['Paused on battery', 'Paused by a full-screen program']);
  });
});

describe('pools', () => {
  const pools = [aPool('favorites', { name: 'Favorites' }), aPool('work', { name: 'R & D', left: 0, total: 0 })];

  it('are chosen for all displays and for one', () => {
    const config = rotationConfig.parse({ on: true, pool: 'favorites', displays: { 'key-DP-2': { pool: 'work' } } });
    const { item, press, done } = menuOf({ pools, rotation: aStatus(['DP-1', 'DP-2'], { config }) });
    expect(item('pool.favorites')).toMatchObject({ type: 'radio', checked: true, label: 'Favorites (3 of 9 left)' });
    expect(item('pool.work')).toMatchObject({ checked: false, label: 'R && D (empty)' });
    expect(item('display.DP-1.pool')).toMatchObject({ checked: true, label: 'As everywhere (Favorites)' });
    expect(item('display.DP-2.pool')).toMatchObject({ checked: false });
    expect(item('display.DP-2.pool.work')).toMatchObject({ checked: true });
    press('pool.work');
    press('display.DP-1.pool.work');
    press('display.DP-2.pool');
    expect(done).toEqual([
      ['pool', 'work'],
      ['displayPool', 'key-DP-1', 'work'],
      ['displayPool', 'key-DP-2', null],
    ]);
  });
});

describe('safe now', () => {
  it('is turned on, and while it is, nothing else changes the picture', () => {
    const off = menuOf({ rotation: aStatus() });
    off.press('safe');
    const on = menuOf({ rotation: aStatus(['DP-1'], { safe: true, state: 'safe', canUndo: true }) });
    expect(['next', 'previous', 'undo', 'pause', 'rotation'].map((id) => on.item(id)?.enabled)).toEqual(
      Array(5).fill(false),
    );
    expect(on.item('safe')).toMatchObject({ checked: true });
    on.press('safe');
    expect([...off.done, ...on.done]).toEqual([
      ['safe', true],
      ['safe', false],
    ]);
  });
});
