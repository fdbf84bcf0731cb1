import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

/**
 * Packages that stay in node_modules: they bring native binaries, or programs of their own, which they find relative to themselves.
 * Everything else is bundled, so that a start reads a handful of files. Electron and Node's own modules are always external.
 */
const external = [
  'better-sqlite3',
  'libsql',
  '@napi-rs/canvas',
  '@napi-rs/keyring',
  'wallpaper',
  // ws would like these native helpers and does without them.
  'bufferutil',
  'utf-8-validate',
];

/** Commander can run commands that are programs of their own. Ours are not, and Node's `child_process` takes milliseconds to load. */
const withoutPrograms: Plugin = {
  name: 'commander-without-programs',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/node_modules\/commander\/lib\/command\.js$/.test(id)) return null;
    const without = code.replace("require('node:child_process')", 'undefined');
    if (without === code) this.error('Commander loads child_process in another way than it did.');
    return { code: without, map: null };
  },
};

/**
 * A command that a running program carries out is over in the time it takes to load, so what it needs for that is in two files instead of a dozen: one
 * of its own, and one that the other hosts use as well.
 */
const commandFiles = [
  {
    name: 'visit',
    test: /src\/(?:shared\/(?:errors|result|rpc|names)|core\/(?:clock|data-folder|ownership\/(?:visit|connect-locally|lines|socket-path)))\.ts$/,
  },
  {
    name: 'command',
    test: /node_modules\/commander\/|src\/cli\/(?:start|run|context|groups|session|terminal|progress|table|options|local-time)\.ts$/,
  },
].map((group) => ({ ...group, includeDependenciesRecursively: false }));

const here = (path: string): string => resolve(import.meta.dirname, path);

/** The same bundle runs on Electron 33 and 45 and on Node 22 and later, so it is built for the oldest of them. */
export default defineConfig({
  main: {
    plugins: [withoutPrograms],
    build: {
      target: 'node20',
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          index: here('src/main/index.ts'),
          cli: here('src/cli/main.ts'),
          // Loaded by the terminal host when it is asked to serve: the hosts do not know each other.
          web: here('src/web/serve.ts'),
          codec: here('src/core/files/codec-process.ts'),
          'database-worker': here('src/core/backup/database-worker.ts'),
        },
        external,
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          codeSplitting: { groups: commandFiles },
          // Without comments and white space, which Node would read, decode and compare at every start; names stay, for the log.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: here('src/preload/index.ts') },
        // A sandboxed preload must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: here('src/renderer'),
    plugins: [svelte({ configFile: false })],
    build: {
      target: 'chrome130',
      minify: true,
      // The content policy allows neither inline scripts nor data: URLs, so nothing is inlined.
      assetsInlineLimit: 0,
      // The page's parts come one by one, its styles at once: their order decides which one wins.
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: here('src/renderer/index.html') },
    },
  },
});
