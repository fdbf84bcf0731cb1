import { appError } from '../../shared/errors.ts';
import { startPage } from '../start.ts';
import { createMemory } from '../state/storage.ts';
import '../styles/base.css';
import { createFakeClient } from './fake-client.ts';
import { fakeGroups } from './fake-duplicates.ts';
import { furnish } from './furnish.ts';

/**
 * The whole page over made-up data, to look at without a host: `npx vite --config src/renderer/testing/vite.config.ts`.
 * `?count=100000` for many pictures, `?state=offline|error|empty|held` for what is seldom seen,
 * `?duplicates` for some duplicates (in `#duplicates`),
 * `?rotation` for a desktop that has been changing for days (`&held=safe|paused|battery|error|dry`).
 */
const query = new URLSearchParams(globalThis.location.search);
const client = createFakeClient({ count: Number(query.get('count') ?? 300), delay: Number(query.get('delay') ?? 40) });
const ids = [...client.images.keys()];
const parked = {
  id: ids[5] ?? '',
  desired: 'liked',
  attempts: 3,
  parked: true,
  reason: 'waifu.im no longer has this picture.',
} as const;
const waiting = { id: ids[10] ?? '', desired: 'unliked', attempts: 0, parked: false, reason: null } as const;
client.sync = { ...client.sync, account: true, lastSuccessAt: new Date(Date.now() - 240_000).toISOString(), hidden: 2 };
client.tombstones = [...client.images.values()]
  .filter((_, index) => [11, 22, 31].includes(index))
  .map((image) => ({ image, removedAt: '2026-03-01T00:00:00Z' }));
client.pending = [waiting, parked];
client.sync = { ...client.sync, pending: 1, parked: 1 };
client.accounts = [
  {
    provider: 'waifu-im',
    configured: true,
    storage: 'file',
    warning: 'No keyring was found here: the token is kept in a file that only your user can read.',
    valid: true,
    bypass: false,
  },
  { provider: 'yiff-rest', configured: false, storage: null, warning: null, valid: null, bypass: false },
];
if (query.has('duplicates')) {
  client.duplicates.groups = fakeGroups([...client.images.values()]);
  client.duplicates.scan = { running: false, files: 1284, compared: 1251 };
}
const state = query.get('state');
if (state === 'offline') client.pageOffline = true;
if (state === 'error')
  client.fail('browse', appError('rate_limited', 'waifu.im asks for a pause of 12 seconds. Try again after that.'));
if (state === 'empty') client.images.clear();
if (state === 'held') client.sync = { ...client.sync, held: 48 };
if (state === 'failed')
  client.sync = {
    ...client.sync,
    lastError: { code: 'unauthorized', message: 'waifu.im refuses the token. Set a new one in Settings.' },
  };
if (state === 'nowallpaper')
  client.fail(
    'wallpaper.set',
    appError(
      'no_backend',
      'Nothing here can set the wallpaper: this is a plain X11 session and feh is not installed. Install feh and try again.',
    ),
  );
if (query.has('wallpaper')) {
  await client.call('wallpaper.set', { id: ids[0] ?? '', displays: ['DP-1'], fit: 'fill' });
  await client.call('wallpaper.set', { id: ids[2] ?? '', displays: ['HDMI-1'], fit: 'blur' });
  await client.call('wallpaper.set', { id: ids[4] ?? '', displays: ['DP-2'], fit: 'fill' });
}
if (query.has('rotation')) furnish(client);
if (query.has('desktop')) client.host = 'desktop';
startPage({ client, memory: createMemory(() => globalThis.localStorage), desktop: query.has('desktop'), pathOf: null });
