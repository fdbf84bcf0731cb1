import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { groups } from './groups.ts';
import { testContext } from './testing/test-context.ts';
import { run } from './testing/run-cli.ts';

/** Every line of words that leads to a verb or a group of verbs: `rotation playlists add`. */
async function allVerbs(): Promise<readonly string[]> {
  const program = new Command();
  for (const group of groups) await group.add(program, testContext());
  const below = (command: Command, path: readonly string[]): readonly string[] =>
    command.commands.flatMap((child) => {
      const own = [...path, child.name()];
      return [own.join(' '), ...below(child, own)];
    });
  return ['', ...below(program, [])];
}

describe('the help', () => {
  it('of every verb fits 80 columns', async () => {
    const verbs = await allVerbs();
    expect(verbs.length).toBeGreaterThan(80);
    const wide: string[] = [];
    for (const verb of verbs) {
      const { out, code } = await run(`${verb} --help`);
      expect(code, verb).toBe(0);
      wide.push(
        ...out
          .split('\n')
          .filter((line) => line.length > 80)
          .map((line) => `${verb}: ${line}`),
      );
    }
    expect(wide).toEqual([]);
  });
});
