import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { groups, groupsFor } from './groups.ts';
import { json, run } from './testing/run-cli.ts';
import { testContext } from './testing/test-context.ts';

const context = testContext();

describe('groups of commands', () => {
  it.each(groups.map((group) => [group.names.join(', '), group] as const))(
    'are called what they add: %s',
    async (_, group) => {
      const program = new Command();
      await group.add(program, context);
      const added = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
      expect(new Set(added)).toEqual(new Set(group.names));
    },
  );

  it('are loaded alone where a command is asked for, and all for help', () => {
    const names = (...args: readonly string[]) => groupsFor(args).map((group) => group.names[0]);
    expect(names('wallpaper', 'next')).toEqual(['wallpaper']);
    expect(names('--json', 'rotation', 'pools')).toEqual(['rotation']);
    for (const all of [[], ['--help'], ['help', 'wallpaper'], ['walpaper', 'next']])
      expect(names(...all)).toHaveLength(groups.length);
  });

  it('are all in the help, and a mistyped one is told what was meant', async () => {
    const help = await run('--help');
    for (const name of groups.flatMap((group) => group.names)) expect(help.out).toContain(`  ${name}`);
    expect((await run('help wallpaper')).out).toContain('previous');
    const mistyped = await run('walpaper next');
    expect(mistyped.code).toBe(2);
    expect(mistyped.error).toContain('wallpaper');
    expect(json(await run('walpaper next --json'))).toMatchObject({ ok: false });
  });
});
