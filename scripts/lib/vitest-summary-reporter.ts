import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, TestCase, SerializedError } from 'vitest/node';
import { emptySummary, type Summary } from './summary.ts';

/** Writes what `npm test` sums up, with the reasons of skips, to the file named by `KABEGAMI_SUMMARY`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const file = process.env['KABEGAMI_SUMMARY'];
    if (file === undefined) return;
    const summary = emptySummary();
    for (const module of modules) {
      for (const test of module.children.allTests()) count(summary, test);
      // A file that cannot be loaded has no tests, and must not pass for that.
      for (const error of module.errors()) {
        summary.failed.push(`${module.relativeModuleId}: ${error.message.split('\n')[0] ?? ''}`);
      }
    }
    for (const error of unhandledErrors) summary.failed.push(`unhandled: ${error.message.split('\n')[0] ?? ''}`);
    writeFileSync(file, JSON.stringify(summary));
  }
}

function count(summary: Summary, test: TestCase): void {
  const result = test.result();
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  if (result.state === 'passed') summary.passed += 1;
  else if (result.state === 'failed') summary.failed.push(name);
  else if (result.state === 'skipped') summary.skipped.push({ name, reason: result.note ?? 'no reason given' });
  else summary.failed.push(`${name}: did not end`);
}
