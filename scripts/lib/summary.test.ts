import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSummary, closingLine, emptySummary, fromPlaywright, fromVitest, readSummary } from './summary.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kabegami-summary-'));
});
afterAll(() => rm(folder, { recursive: true }));

const playwright = {
  errors: [],
  suites: [
    {
      title: 'browse.spec.ts',
      specs: [
        {
          title: 'filters',
          file: 'browse.spec.ts',
          tests: [
            { projectName: 'browser', status: 'expected', annotations: [] },
            { projectName: 'desktop', status: 'flaky', annotations: [] },
          ],
        },
      ],
      suites: [
        {
          title: 'the viewer',
          specs: [
            {
              title: 'zooms',
              file: 'browse.spec.ts',
              tests: [
                { projectName: 'browser', status: 'unexpected', annotations: [] },
                { projectName: 'desktop', status: 'skipped', annotations: [{ type: 'skip', description: 'no Xvfb' }] },
              ],
            },
          ],
        },
      ],
    },
  ],
};

describe('summing up', () => {
  it("reads Playwright's report: nested groups, reasons of skips, a repeated success as a failure", () => {
    expect(fromPlaywright(playwright)).toEqual({
      passed: 1,
      failed: ['desktop > browse.spec.ts > filters', 'browser > browse.spec.ts > the viewer > zooms'],
      skipped: [{ name: 'desktop > browse.spec.ts > the viewer > zooms', reason: 'no Xvfb' }],
    });
  });

  it('counts an error outside any test', () => {
    const report = { suites: [], errors: [{ message: 'Cannot find module\nat …' }] };
    expect(fromPlaywright(report).failed).toEqual(['Cannot find module']);
  });

  it('adds suites up and says so in one line', () => {
    const whole = emptySummary();
    addSummary(whole, { passed: 2, failed: [], skipped: [{ name: 'a', reason: 'b' }] });
    addSummary(whole, { passed: 3, failed: ['c'], skipped: [] });
    expect(closingLine(whole)).toBe('5 passed, 1 failed, 1 skipped');
  });
});

describe('a crash never passes', () => {
  it('fails a suite without a report', async () => {
    const summary = await readSummary('e2e', join(folder, 'missing.json'), 0, fromVitest);
    expect(summary).toMatchObject({ passed: 0, failed: [expect.stringContaining('without a report')] });
  });

  it('fails a suite with half a report', async () => {
    const file = join(folder, 'half.json');
    await writeFile(file, '{"passed": 3, "fai');
    expect((await readSummary('e2e', file, 0, fromVitest)).failed).toHaveLength(1);
  });

  it('fails a suite that ended badly with every test passed', async () => {
    const file = join(folder, 'fine.json');
    await writeFile(file, JSON.stringify({ passed: 3, failed: [], skipped: [] }));
    expect(await readSummary('e2e', file, 1, fromVitest)).toMatchObject({
      passed: 3,
      failed: ['e2e: it ended with exit code 1'],
    });
    expect((await readSummary('e2e', file, 0, fromVitest)).failed).toEqual([]);
  });
});
