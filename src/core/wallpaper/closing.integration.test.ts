import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { openStore } from '../store/open.ts';

const nothing = (): void => undefined;
const silent = { info: nothing, warn: nothing, error: nothing };
const program = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** A compositor in two scripts: `swww` keeps what it is told in a file, and does not come back from it while there is a file named `hold`. */
const swww = (state: string): string => `#!/bin/sh
if [ "$1" = query ]; then
  [ -e '${state}/shown' ] && echo "DP-1: 64x40, scale: 1, currently displaying: image: $(cat '${state}/shown')"
  exit 0
fi
for file; do :; done
printf %s "$file" > '${state}/shown'
[ -e '${state}/hold' ] && touch '${state}/held'
while [ -e '${state}/hold' ]; do sleep 0.05; done
exit 0
`;
const outputs = [
  { name: 'DP-1', enabled: true, modes: [{ width: 64, height: 40, current: true }], position: { x: 0, y: 0 } },
];

interface Entry {
  readonly image: { readonly id: string } | null;
  readonly current: boolean;
}

describe.skipIf(process.platform !== 'linux')(
  'the program, ended in the middle of a change',
  { timeout: 120_000 },
  () => {
    let home: string;
    let state: string;
    let env: NodeJS.ProcessEnv;
    let ids: readonly string[];
    const children: ChildProcess[] = [];

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'kabegami-closing-'));
      state = join(home, 'state');
      const bin = join(home, 'bin');
      for (const folder of [state, bin, join(home, 'run')]) mkdirSync(folder, { mode: 0o700 });
      writeFileSync(join(bin, 'swww'), swww(state));
      writeFileSync(join(bin, 'wlr-randr'), `#!/bin/sh\necho '${JSON.stringify(outputs)}'\n`);
      for (const name of ['swww', 'wlr-randr']) chmodSync(join(bin, name), 0o755);
      env = {
        PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
        HOME: home,
        LANG: 'C.UTF-8',
        XDG_RUNTIME_DIR: join(home, 'run'),
        XDG_CURRENT_DESKTOP: 'river',
        WAYLAND_DISPLAY: 'wayland-closing',
        KABEGAMI_HOME: join(home, 'data'),
      };
      const pictures = await Promise.all(
        ['#c03020', '#2040c0', '#20a040'].map(async (background, n) => {
          const file = join(home, `${n}.png`);
          await sharp({ create: { width: 64, height: 40, channels: 3, background } })
            .png()
            .toFile(file);
          return file;
        }),
      );
      const added = await kabegami('library', 'add', '--copy', '--rating', 'safe', ...pictures);
      ids = (added as { readonly images: readonly string[] }).images;
      expect(ids).toHaveLength(3);
    }, 60_000);
    afterAll(() => {
      rmSync(join(state, 'hold'), { force: true });
      for (const child of children) child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });

    /** Runs a command to its end and answers what it says. */
    async function kabegami(...args: readonly string[]): Promise<unknown> {
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], { env });
      return (JSON.parse(stdout) as { readonly value: unknown }).value;
    }

    /** Starts the program that stays, and answers once it is there. */
    async function serve(): Promise<{ readonly child: ChildProcess; readonly ended: Promise<unknown> }> {
      const child = spawn(process.execPath, [program, 'serve', '--json'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
      children.push(child);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      return { child, ended };
    }

    /** Has the program change the picture, and answers while the desktop shows it and has not said so yet. */
    async function heldChange(
      id: string,
    ): Promise<{ readonly answered: Promise<unknown>; readonly letGo: () => void }> {
      rmSync(join(state, 'held'), { force: true });
      writeFileSync(join(state, 'hold'), '');
      const answered = kabegami('wallpaper', 'set', id).catch(() => null);
      await expect.poll(() => existsSync(join(state, 'held')), { timeout: 60_000 }).toBe(true);
      return { answered, letGo: () => rmSync(join(state, 'hold')) };
    }

    const history = async (): Promise<readonly string[]> => {
      const { entries } = (await kabegami('wallpaper', 'history')) as { readonly entries: readonly Entry[] };
      return entries.map(({ image, current }) => `${image?.id ?? 'outside'}${current ? ' *' : ''}`);
    };
    /** The same, with nobody's help. */
    function recorded(): readonly (string | null)[] {
      const opened = openStore({ folder: join(home, 'data'), log: silent, clock: systemClock });
      if (!opened.ok) throw new Error(opened.error.message);
      const entries = opened.value.wallpapers.list({ display: null, before: null, limit: 10 });
      opened.value.close();
      return entries.map(({ image }) => image);
    }
    const shown = (): string => readFileSync(join(state, 'shown'), 'utf8');

    it('has it in the history, whether it was asked to end or killed', async () => {
      const [one = '', two = '', three = ''] = ids;
      const first = await serve();
      await kabegami('wallpaper', 'set', one);
      const red = shown();

      const closing = await heldChange(two);
      first.child.kill('SIGTERM');
      // Whoever asked hears that the program ends: it is closing by now.
      await closing.answered;
      closing.letGo();
      await first.ended;
      const blue = shown();
      expect(blue).not.toBe(red);
      // In the database already: nothing was left for the next start.
      expect(recorded()).toEqual([two, one]);

      const second = await serve();
      const killed = await heldChange(three);
      second.child.kill('SIGKILL');
      await second.ended;
      killed.letGo();
      await killed.answered;
      expect(await history()).toEqual([`${three} *`, two, one]);
      await kabegami('wallpaper', 'undo');
      expect(shown()).toBe(blue);
    });
  },
);
