import { expect, it } from 'vitest';
import { connectX } from './client.ts';

it('rejects where no X server listens, even while it still looks for the cookie', async () => {
  // A stale DISPLAY is common (ssh, tmux, a restarted X): it must be an error, not the end of the process.
  await expect(connectX({ env: { DISPLAY: ':65123', HOME: '/nonexistent' } })).rejects.toThrow(
    /X server|ENOENT|ECONNREFUSED/,
  );
  await expect(connectX({ env: { DISPLAY: 'nonsense' } })).rejects.toThrow(/names no X server/);
});
