import { defineConfig } from '@playwright/test';
import type { HostOption } from './e2e/fixtures/test.ts';

// The tests draw pictures, and no text: the fonts of the system are not read (@napi-rs/canvas).
process.env['DISABLE_SYSTEM_FONTS_LOAD'] = '1';

/**
 * Every spec runs on both hosts, through the fixture `app`; `*.browser.spec.ts` and `*.desktop.spec.ts` on theirs alone. A test with the tag
 * `@once` is of what is the same in both: the quicker host runs it. `npm test` starts this after a build.
 */
export default defineConfig<HostOption>({
  testDir: 'e2e/specs',
  outputDir: 'test-results',
  // Two at a time: each has its own services, X server, data folder and host.
  workers: 2,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: { viewport: { width: 1280, height: 800 }, colorScheme: 'light', locale: 'en-US' },
  projects: [
    { name: 'browser', use: { host: 'browser' }, testIgnore: '**/*.desktop.spec.ts' },
    { name: 'desktop', use: { host: 'desktop' }, testIgnore: '**/*.browser.spec.ts', grepInvert: /@once/ },
  ],
});
