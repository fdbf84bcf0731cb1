import { connect, filePaths, isDesktop } from './connection/connect.ts';
import { nextTask } from './next-task.ts';
import { createMemory } from './state/storage.ts';
import './styles/base.css';

// Known before the settings arrive, so that a dark page never flashes white.
const memory = createMemory(() => globalThis.localStorage);
const theme = memory.read('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme);

// The connection is made while the rest of the page is still being read, which is run in tasks of their own.
const client = connect();
const { startPage } = await import('./start.ts');
await nextTask();
startPage({ client, memory, desktop: isDesktop(), pathOf: filePaths() });
