import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RemoteImage } from '../../shared/model.ts';
import type { Log } from '../ports.ts';
import { openStore, type OpenedStore } from './open.ts';

/** A log for tests that keeps what it is told. */
export function createTestLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const add = (message: string): void => void lines.push(message);
  return { lines, info: add, warn: add, error: add };
}

/** A real store in a fresh folder. `close` closes it and removes the folder. `clock.time` is its now, in milliseconds. */
export function openTestStore(folder: string = mkdtempSync(path.join(tmpdir(), 'kabegami-store-'))): {
  readonly store: OpenedStore;
  readonly folder: string;
  readonly clock: { time: number };
  readonly close: () => void;
} {
  const clock = { time: Date.UTC(2026, 0, 1) };
  const opened = openStore({ folder, log: createTestLog(), clock: { now: () => clock.time } });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  return {
    store,
    folder,
    clock,
    close() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A safe landscape; every field may be overridden, and the rest follows from `id`. */
export function testImage(
  more: Partial<RemoteImage> & { readonly id: string },
): RemoteImage & { readonly title: string | null } {
  const [provider, remoteId = ''] = more.id.split(':');
  return {
    provider: provider === 'yiff-rest' ? 'yiff-rest' : 'waifu-im',
    remoteId,
    url: `https://cdn.example/${remoteId}.png`,
    width: 1920,
    height: 1080,
    bytes: 1000,
    extension: 'png',
    rating: 'safe',
    animated: false,
    tags: ['landscape', 'sky'],
    category: null,
    artists: [{ name: 'Painter', links: ['https://painter.example/'] }],
    sources: ['https://source.example/1'],
    dominantColor: '#336699',
    hash: '0123456789abcdef',
    md5: null,
    pageUrl: null,
    uploadedAt: '2025-06-01T12:00:00.000Z',
    likedAt: null,
    likes: 3,
    title: null,
    ...more,
  };
}
