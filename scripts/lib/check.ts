import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './modern-node.mjs';
import { runCaptured } from './processes.ts';
import { addSummary, emptySummary, fromVitest, readSummary, type Summary } from './summary.ts';

const cache = join(root, '.cache');
const unitReport = join(cache, 'unit.json');

interface Step {
  readonly name: string;
  /** Path of a package's program inside node_modules. */
  readonly program: string;
  readonly args: readonly string[];
}

/** The longest first: two run at a time. */
const steps: readonly Step[] = [
  {
    name: 'unit',
    program: 'vitest/vitest.mjs',
    args: [
      'run',
      ...['--project', 'node', '--project', 'renderer'],
      ...['--reporter', 'dot', '--reporter', './scripts/lib/vitest-summary-reporter.ts'],
    ],
  },
  {
    name: 'eslint',
    program: 'eslint/bin/eslint.js',
    args: ['.', '--max-warnings', '0', '--cache', '--cache-location', join(cache, 'eslint')],
  },
  {
    name: 'svelte-check',
    program: 'svelte-check/bin/svelte-check',
    args: ['--tsconfig', 'src/renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  { name: 'types', program: 'typescript/bin/tsc', args: ['--project', '.'] },
  { name: 'types-e2e', program: 'typescript/bin/tsc', args: ['--project', 'e2e'] },
  {
    name: 'prettier',
    program: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '--cache', '--cache-location', join(cache, 'prettier'), '.'],
  },
];

/**
 * `npm run check [-- unit|eslint|svelte-check|types|types-e2e|prettier …]`: types, lint, format and the quick tests. Each step says how long it took,
 * and its output only when it failed.
 */
export async function main(names: string[]): Promise<number> {
  const unknown = names.find((name) => steps.every((step) => step.name !== name));
  if (unknown !== undefined) {
    console.error(`There is no step "${unknown}": ${steps.map((step) => step.name).join(', ')}.`);
    return 2;
  }
  const started = performance.now();
  const summary = await check(names);
  console.log(`${summary.failed.length === 0 ? 'All is well' : 'Failed'} (${seconds(performance.now() - started)})`);
  return summary.failed.length === 0 ? 0 : 1;
}

/** Runs the named steps, or all, two at a time. Each step but the unit tests counts as one test. */
export async function check(names: readonly string[] = []): Promise<Summary> {
  await mkdir(cache, { recursive: true });
  const summary = emptySummary();
  const waiting = steps.filter(({ name }) => names.length === 0 || names.includes(name));
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      addSummary(summary, await runStep(step));
    }
  };
  await Promise.all([worker(), worker()]);
  return summary;
}

async function runStep({ name, program, args }: Step): Promise<Summary> {
  const started = performance.now();
  const run = await runCaptured(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    env: {
      ...process.env,
      KABEGAMI_SUMMARY: unitReport,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
    },
  });
  const took = seconds(performance.now() - started);
  console.log(run.code === 0 ? `ok      ${name} (${took})` : `FAILED  ${name} (${took})\n${run.output.trim()}\n`);
  if (name === 'unit') return readSummary(name, unitReport, run.code, fromVitest);
  return run.code === 0 ? { ...emptySummary(), passed: 1 } : { ...emptySummary(), failed: [name] };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
