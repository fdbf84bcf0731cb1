import { writeFile } from 'node:fs/promises';
import type { Display } from '../../../shared/model.ts';
import type { Rect } from '../../files/codec.ts';
import type { Target, Verdict } from '../backend.ts';
import { patchPlaces, patchSize, samePatch, type Patch, type Point, type ReadPatches } from '../patches.ts';
import { encodePng } from '../png.ts';
import type { XClient } from './client.ts';
import type { UseX } from './use.ts';

/** What can be learnt of an X screen's background. */
export interface RootReader {
  /** A program that draws its own desktop window hides the root window altogether; null when none does. */
  desktopWindow(): Promise<{ readonly covered: boolean; readonly reason: string }>;
  /** Compares what the screen's background is with the targets. Never throws. */
  compare(targets: readonly Target[]): Promise<ReadonlyMap<string, Verdict>>;
  /** Reads what `compare` will need of these files. Never throws. */
  expect(targets: readonly Target[]): Promise<void>;
  /** Saves what the background shows on one display. */
  capture(display: Display, file: string): Promise<boolean>;
}

/** At least this share of the patches must look the same. */
const enough = 0.95;

/**
 * Reads the background in two places: the root window itself where no window covers it, and the pixmap that the wallpaper setter left (`_XROOTPMAP_ID`,
 * whole, even under windows) elsewhere.
 */
export function createRootReader({
  use,
  readPatches,
}: {
  readonly use: UseX;
  readonly readPatches: ReadPatches;
}): RootReader {
  return {
    async desktopWindow() {
      try {
        return await use(async (client) => {
          const found = await findDesktopWindow(client);
          return found
            ? { covered: true, reason: 'another program draws its own desktop over the root window' }
            : { covered: false, reason: 'nothing draws over the root window' };
        });
      } catch (error) {
        return { covered: true, reason: `the X server cannot be asked (${messageOf(error)})` };
      }
    },
    async compare(targets) {
      try {
        return await use(async (client) => {
          const [pixmap, covers, desktop] = await Promise.all([
            rootPixmap(client),
            coveringWindows(client),
            findDesktopWindow(client),
          ]);
          const verdicts = new Map<string, Verdict>();
          for (const target of targets) {
            const expected = await readPatches(target.file, target.display);
            const verdict = !expected.ok
              ? unknown(expected.error.message)
              : desktop
                ? { shows: 'other' as const, detail: 'another program draws its own desktop over the root window' }
                : await compareOne(client, target.display, expected.value, pixmap, covers);
            verdicts.set(target.display.id, verdict);
          }
          return verdicts;
        });
      } catch (error) {
        return new Map(targets.map((target) => [target.display.id, unknown(messageOf(error))]));
      }
    },
    async expect(targets) {
      for (const { file, display } of targets) await readPatches(file, display);
    },
    async capture(display, file) {
      try {
        const rgb = await use(async (client) => {
          const pixmap = await rootPixmap(client);
          return pixmap === null || !contains(pixmap.size, display) ? null : readInStrips(client, pixmap.id, display);
        });
        if (rgb === null) return false;
        await writeFile(file, await encodePng({ width: display.width, height: display.height, rgb }));
        return true;
      } catch {
        return false;
      }
    },
  };
}

const unknown = (detail: string): Verdict => ({ shows: 'unknown', detail });

async function compareOne(
  client: XClient,
  display: Rect,
  expected: readonly Patch[],
  pixmap: RootPixmap | null,
  covers: readonly Rect[],
): Promise<Verdict> {
  const places = patchPlaces(display).map((place) => ({ x: place.x + display.x, y: place.y + display.y }));
  const root: Rect = { x: 0, y: 0, width: client.screen.width, height: client.screen.height };
  if (!contains(root, display)) return { shows: 'other', detail: 'the display has left the screen meanwhile' };

  const same = (places: readonly (readonly [Point, Patch])[], drawable: number): Promise<number> =>
    Promise.all(
      places.map(async ([place, patch]) =>
        samePatch(patch, await client.pixels(drawable, { ...place, width: patchSize, height: patchSize })) ? 1 : 0,
      ),
    ).then((each) => each.reduce<number>((sum, one) => sum + one, 0));

  const all = places.flatMap((place, index) => {
    const patch = expected[index];
    return patch ? [[place, patch] as const] : [];
  });
  // Each place is looked at once: on the screen itself where nothing covers it, else in the pixmap.
  const seen = all.filter(([place]) => !covers.some((cover) => overlaps(cover, place)));
  const hidden = all.filter((each) => !seen.includes(each));
  if (seen.length > 0) {
    const share = (await same(seen, client.screen.root)) / seen.length;
    if (share < enough) return { shows: 'other', detail: `only ${Math.round(share * 100)} % of the root window match` };
  }
  if (hidden.length === 0) return { shows: 'target', detail: 'the root window shows it' };
  if (pixmap === null || !contains(pixmap.size, display)) {
    return seen.length >= all.length / 4
      ? { shows: 'target', detail: 'the root window shows it' }
      : unknown('windows cover the root window, and the wallpaper left no pixmap to read');
  }
  const share = (await same(hidden, pixmap.id)) / hidden.length;
  return share >= enough
    ? { shows: 'target', detail: 'the background pixmap and the root window show it' }
    : { shows: 'other', detail: `only ${Math.round(share * 100)} % of the background pixmap match` };
}

interface RootPixmap {
  readonly id: number;
  readonly size: Rect;
}

async function rootPixmap(client: XClient): Promise<RootPixmap | null> {
  const [id] = await client.property(client.screen.root, await client.atom('_XROOTPMAP_ID'));
  if (id === undefined || id === 0) return null;
  try {
    return { id, size: await client.geometry(id) };
  } catch {
    // Its owner has gone and taken it along.
    return null;
  }
}

async function coveringWindows(client: XClient): Promise<readonly Rect[]> {
  const windows = await client.children(client.screen.root);
  const rects = await Promise.all(
    windows.map(async (window) => {
      try {
        return (await client.visible(window)) ? await client.geometry(window) : null;
      } catch {
        return null; // closed meanwhile
      }
    }),
  );
  return rects.filter((rect) => rect !== null);
}

/** Windows of the type `_NET_WM_WINDOW_TYPE_DESKTOP`: those a window manager lists, and children of the root where there is none. */
async function findDesktopWindow(client: XClient): Promise<boolean> {
  const [type, desktop, list] = await Promise.all(
    ['_NET_WM_WINDOW_TYPE', '_NET_WM_WINDOW_TYPE_DESKTOP', '_NET_CLIENT_LIST'].map((name) => client.atom(name)),
  );
  if (!type || !desktop) return false;
  const managed = await client.property(client.screen.root, list ?? 0);
  const windows = new Set([...managed, ...(await client.children(client.screen.root))]);
  const found = await Promise.all(
    [...windows].map(async (window) => {
      try {
        return (await client.property(window, type)).includes(desktop) && (await client.visible(window));
      } catch {
        return false;
      }
    }),
  );
  return found.includes(true);
}

/** A whole display at once would be one reply of tens of megabytes. */
async function readInStrips(client: XClient, drawable: number, rect: Rect): Promise<Uint8Array> {
  const rgb = new Uint8Array(rect.width * rect.height * 3);
  const step = 64;
  for (let y = 0; y < rect.height; y += step) {
    const height = Math.min(step, rect.height - y);
    rgb.set(await client.pixels(drawable, { x: rect.x, y: rect.y + y, width: rect.width, height }), y * rect.width * 3);
  }
  return rgb;
}

function contains(outer: Rect, inner: Rect): boolean {
  return inner.x >= 0 && inner.y >= 0 && inner.x + inner.width <= outer.width && inner.y + inner.height <= outer.height;
}

function overlaps(rect: Rect, place: Point): boolean {
  return (
    place.x < rect.x + rect.width &&
    place.x + patchSize > rect.x &&
    place.y < rect.y + rect.height &&
    place.y + patchSize > rect.y
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
