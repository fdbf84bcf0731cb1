import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The data folder every host uses: `KABEGAMI_HOME`, or the platform's standard place (`$XDG_DATA_HOME/kabegami`,
 * `~/Library/Application Support/Kabegami`, `%APPDATA%\Kabegami`). Always absolute; not created here.
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string = homedir(),
): string {
  const own = env['KABEGAMI_HOME'];
  if (own !== undefined && own !== '') return path.resolve(own);
  if (platform === 'win32') return path.join(env['APPDATA'] || path.join(home, 'AppData', 'Roaming'), 'Kabegami');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Kabegami');
  const xdg = env['XDG_DATA_HOME'];
  // The XDG specification says that a relative path must be ignored.
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share');
  return path.join(base, 'kabegami');
}
