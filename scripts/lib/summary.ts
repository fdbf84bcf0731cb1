import { readFile } from 'node:fs/promises';

/** The outcome of one suite, and of all of them together. */
export interface Summary {
  passed: number;
  /** Names of failed tests, and of whatever else went wrong. */
  readonly failed: string[];
  readonly skipped: { readonly name: string; readonly reason: string }[];
}

export function emptySummary(): Summary {
  return { passed: 0, failed: [], skipped: [] };
}

/** Adds one suite's outcome to the whole. */
export function addSummary(whole: Summary, part: Summary): void {
  whole.passed += part.passed;
  whole.failed.push(...part.failed);
  whole.skipped.push(...part.skipped);
}

/** The one closing line. */
export function closingLine({ passed, failed, skipped }: Summary): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}

/**
 * A suite's outcome from its report file and exit code. No report, or a bad exit without a failed test, is a failure of the suite itself: a
 * crash never passes.
 */
export async function readSummary(
  suite: string,
  file: string,
  exitCode: number,
  parse: (report: unknown) => Summary,
): Promise<Summary> {
  let summary: Summary;
  try {
    summary = parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return { passed: 0, failed: [`${suite}: it ended with exit code ${exitCode} and without a report`], skipped: [] };
  }
  if (exitCode !== 0 && summary.failed.length === 0) {
    summary.failed.push(`${suite}: it ended with exit code ${exitCode}`);
  }
  return summary;
}

interface PlaywrightSuite {
  readonly title: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
}

/** Playwright's JSON report. A test that passed only when repeated counts as failed. */
export function fromPlaywright(report: unknown): Summary {
  const { suites, errors } = report as {
    readonly suites: readonly PlaywrightSuite[];
    readonly errors: readonly { readonly message?: string }[];
  };
  const summary = emptySummary();
  const visit = (suite: PlaywrightSuite, titles: readonly string[]): void => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const name = [test.projectName, spec.file, ...titles, spec.title].join(' > ');
        if (test.status === 'expected') summary.passed += 1;
        else if (test.status === 'skipped') {
          const note = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
          summary.skipped.push({ name, reason: note?.description ?? 'not run (an earlier test of its group failed?)' });
        } else summary.failed.push(name);
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title]);
  };
  // The outermost suites are the files, named by their specs already.
  for (const file of suites) visit(file, []);
  for (const error of errors) summary.failed.push((error.message ?? 'an error outside any test').split('\n')[0] ?? '');
  return summary;
}

/** The file that our own Vitest reporter writes. */
export function fromVitest(report: unknown): Summary {
  return report as Summary;
}
