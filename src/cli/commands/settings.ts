import type { Command } from 'commander';
import { appError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Context } from '../context.ts';
import { list } from '../table.ts';

export function addSettingsCommands(program: Command, context: Context): void {
  const command = program.command('settings').description('What the program is to do.');

  command
    .command('get')
    .description('All settings, or one.')
    .argument('[key]')
    .action(async (key: string | undefined, _options, own: Command) => {
      const known = key === undefined ? ok(null) : await knownKey(key);
      if (!known.ok) return context.end(own, known, String);
      return context.run(
        own,
        async (call): Promise<Result<Partial<Settings>>> => {
          const all = await call('settings.get', {});
          return !all.ok || known.value === null ? all : ok({ [known.value]: all.value[known.value] });
        },
        settingsText,
      );
    });

  command
    .command('set')
    .description('Changes one: true, false, null and numbers are what they look like.')
    .argument('<key>')
    .argument('<value>')
    .action(async (key: string, value: string, _options, own: Command) => {
      const known = await knownKey(key);
      if (!known.ok) return context.end(own, known, String);
      // What does not fit the key is refused by the schema, before anything is opened.
      return context.run(own, (call) => call('settings.set', { patch: { [key]: typed(value) } }), settingsText);
    });
}

/** The value a word on the command line means. */
export function typed(text: string): string | number | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** The schema knows the keys; it is loaded only where one is named. */
async function knownKey(key: string): Promise<Result<keyof Settings>> {
  const { settings } = await import('../../shared/model.ts');
  if (Object.hasOwn(settings.shape, key)) return ok(key as keyof Settings);
  const known = Object.keys(settings.shape).join(', ');
  return fail(appError('invalid_input', `There is no setting "${key}". There are: ${known}.`));
}

function settingsText(values: Partial<Settings>): string {
  return list(Object.entries(values).map(([key, value]) => [key, String(value)] as const));
}
