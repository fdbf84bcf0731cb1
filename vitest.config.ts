import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const hosts = ['src/**', 'e2e/**', 'scripts/**', 'bench/**'];
const named = (suffix: string): string[] => hosts.map((host) => `${host}/*.${suffix}`);

/**
 * Tests stand beside the code they test. `node` and `renderer` are the quick ones that `npm run check` runs; `npm test` adds
 * `integration` (`*.integration.test.ts`: real desktops, real programs, the built program) and `slow` (`*.slow.test.ts`: long property
 * runs, kill -9).
 */
export default defineConfig({
  test: {
    // By itself it would leave one of two processors idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          // One process for many files: no test leaves anything behind, and starting is half of what they take.
          isolate: false,
          // For a loaded machine; nothing here takes long on a quiet one.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: named('test.ts'),
          exclude: ['src/renderer/**', '**/*.integration.test.ts', '**/*.slow.test.ts'],
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['src/renderer/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/*.slow.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          include: named('integration.test.ts'),
          // They start X servers, session buses and the program itself.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          environment: 'node',
          include: named('slow.test.ts'),
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
