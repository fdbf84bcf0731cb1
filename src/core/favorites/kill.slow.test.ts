import { expect, it } from 'vitest';
import { killSyncs } from './testing/kill.ts';

it('leaves a clean library when it is killed in the middle of sync and download', async () => {
  const report = await killSyncs(10);
  expect(report.broken).toEqual([]);
  expect(report.files).toBeGreaterThan(0);
}, 300_000);
