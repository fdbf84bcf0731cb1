import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it.each(['stdin', 'SIGTERM'] as const)('prints its addresses on one line and ends with %s', async (how) => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--pictures', '24', '--version', 'v5'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const told = JSON.parse(line) as Record<'waifuIm' | 'yiffRest' | 'pictures', { url: string }>;
    const answer = await fetch(`${told.waifuIm.url}/tags`);
    expect(Object.keys((await answer.json()) as object)).toEqual(['versatile', 'nsfw']);
    expect((await fetch(`${told.yiffRest.url}/__control/state`)).status).toBe(200);
    const ended = once(child, 'exit');
    if (how === 'stdin') child.stdin.end();
    else child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
