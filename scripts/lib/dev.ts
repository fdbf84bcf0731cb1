import { join } from 'node:path';
import { ensureElectron } from './electron-runtime.ts';
import { root } from './modern-node.mjs';
import { runInherited } from './processes.ts';

/** `npm run dev`: electron-vite's development server with hot reload, on the Electron that `npm start` would use. */
export async function main(args: string[]): Promise<number> {
  const electron = await ensureElectron((line) => console.error(line));
  if (!electron.ok) {
    console.error(electron.message);
    return 1;
  }
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  return runInherited(process.execPath, [tool, 'dev', '--watch', ...args], {
    cwd: root,
    env: { ...process.env, ELECTRON_EXEC_PATH: electron.runtime.executable },
  });
}
