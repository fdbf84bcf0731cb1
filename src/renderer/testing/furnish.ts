import type { ChangeReason, RotationStatus } from '../../shared/rotation.ts';
import type { FakeClient } from './fake-client.ts';
import { fakeDisplays } from './fake-data.ts';

/** A desktop that has been changing for days: history, pools, playlists, blocks, collections. */
export function furnish(client: FakeClient): void {
  const { rotation } = client;
  const ids = [...client.images.keys()];
  const names = fakeDisplays.map(({ id }) => id);
  const now = Date.now();
  const reasons: readonly ChangeReason[] = [
    'schedule',
    'next',
    'schedule',
    'outside',
    'set',
    'playlist',
    'wake',
    'block',
  ];
  for (let step = 140; step >= 0; step -= 1) {
    const at = new Date(now - step * 47 * 60_000 - 120_000).toISOString();
    const id = ids[(step * 7) % ids.length] ?? '';
    const reason = step < 3 ? 'schedule' : (reasons[step % reasons.length] ?? 'next');
    rotation.put(id, [names[step % names.length] ?? ''], step % 5 === 0 ? 'blur' : 'fill', reason, at);
  }
  rotation.pools = [
    ...rotation.pools,
    {
      id: 'quiet',
      name: 'Quiet landscapes for long evenings, with a rather long name of many words',
      sources: [
        { kind: 'favorites', weight: 3 },
        {
          kind: 'query',
          weight: 1,
          filter: {
            provider: 'waifu-im',
            tags: ['hills', 'sky'],
            excludedTags: [],
            category: null,
            orientation: 'landscape',
            minWidth: 2560,
            minHeight: 1440,
            maxBytes: null,
            order: 'random',
            rating: 'safe',
            animated: 'no',
          },
        },
        { kind: 'folder', path: '/home/aki/Pictures/Wallpapers of the last ten years', rating: 'safe', weight: 1 },
      ],
      builtIn: false,
      left: 41,
      total: 96,
      hidden: 3,
    },
  ];
  client.collections.add('Autumn', ids.slice(20, 43), { notes: 'For the long evenings.' });
  client.collections.add('For the small display in the corner of the room', ids.slice(3, 4));
  rotation.blocks = [
    { kind: 'artist', value: 'Hoshino Aki', label: 'Hoshino Aki', at: '2026-03-01T10:00:00Z', images: 42 },
    { kind: 'image', value: 'waifu-im:7123', label: 'kawasemi27', at: '2026-02-12T10:00:00Z', images: 2 },
    { kind: 'tag', value: 'uniform', label: 'uniform', at: '2026-01-12T10:00:00Z', images: 0 },
  ];
  rotation.config = {
    ...rotation.config,
    on: true,
    pool: 'favorites',
    times: ['0 9 * * 1-5', '*/20 8-18 * * *'],
    onWake: true,
    displays: { [fakeDisplays[2]?.key ?? '']: { pool: 'quiet', fit: 'blur' } },
    playlists: [
      {
        id: 'work',
        name: 'Work hours',
        days: [1, 2, 3, 4, 5],
        from: '09:00',
        to: '17:30',
        pool: 'library',
        safeOnly: true,
      },
      { id: 'night', name: 'Night', days: [5, 6], from: '22:00', to: '06:00', pool: 'quiet', safeOnly: false },
    ],
    safeImage: ids[4] ?? null,
  };
  const held = new URLSearchParams(globalThis.location.search).get('held');
  const states: Readonly<Record<string, Partial<RotationStatus>>> = {
    safe: { state: 'safe', safe: true, nextAt: null },
    paused: { state: 'paused', pausedUntil: new Date(now + 3_600_000).toISOString(), nextAt: null },
    battery: { state: 'battery', nextAt: null },
    error: {
      lastError: {
        code: 'no_backend',
        message:
          'Nothing here can set the wallpaper: this is a plain X11 session and feh is not installed. Install feh and try again.',
        at: new Date(now - 300_000).toISOString(),
      },
    },
  };
  rotation.status = {
    playlist: { id: 'work', name: 'Work hours' },
    nextAt: new Date(now + 17 * 60_000).toISOString(),
    ...states[held ?? ''],
  };
  rotation.dry = held === 'dry';
}
