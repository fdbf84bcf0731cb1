import { Argument, type Command } from 'commander';
import { appError } from '../../shared/errors.ts';
import type { Account, ProviderId } from '../../shared/model.ts';
import { providerIds } from '../../shared/names.ts';
import { fail } from '../../shared/result.ts';
import type { Context } from '../context.ts';
import { table } from '../table.ts';

const provider = (): Argument => new Argument('<provider>', 'the image service').choices(providerIds);

export function addAccountCommands(program: Command, context: Context): void {
  const { terminal } = context;
  const account = program.command('account').description('Your accounts at the services.');

  account
    .command('list')
    .description('Which accounts are set, and where their tokens are kept.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('account.list', {}),
        ({ accounts }) => accountTable(accounts, terminal.columns),
      ),
    );

  account
    .command('set')
    .description('Saves a token, read from standard input so that it is in no history and no process list.')
    .addArgument(provider())
    .option('--stdin', 'read the token from standard input')
    .action(async (id: ProviderId, { stdin = false }: { stdin?: boolean }, command: Command) => {
      if (!stdin) return context.end(command, fail(fromStdin('set')), String);
      const token = await terminal.input();
      await context.run(command, (call) => call('account.set', { provider: id, token }), accountText);
    });

  account
    .command('bypass')
    .description('Saves the personal header value that waifu.im gives to users in blocked regions.')
    .addArgument(provider())
    .option('--stdin', 'read the value from standard input')
    .option('--remove', 'forget it')
    .action(async (id: ProviderId, options: { stdin?: boolean; remove?: boolean }, command: Command) => {
      if ((options.stdin ?? false) === (options.remove ?? false)) {
        return context.end(command, fail(fromStdin('bypass', ', or --remove')), String);
      }
      const bypass = options.remove === true ? null : await terminal.input();
      await context.run(command, (call) => call('account.setBypass', { provider: id, bypass }), accountText);
    });

  account
    .command('test')
    .description('Asks the service whether the token is good.')
    .addArgument(provider())
    .action((id: ProviderId, _options, command: Command) =>
      context.run(
        command,
        async (call) => {
          const tested = await call('account.test', { provider: id });
          // The core speaks to windows as well; here the way is a command.
          return !tested.ok && /Add one in Settings\.$/.test(tested.error.message)
            ? fail({
                ...tested.error,
                message: tested.error.message.replace(/\.$/, `, or with: kabegami account set ${id} --stdin`),
              })
            : tested;
        },
        accountText,
      ),
    );

  account
    .command('remove')
    .description('Forgets the token.')
    .addArgument(provider())
    .action((id: ProviderId, _options, command: Command) =>
      context.run(command, (call) => call('account.remove', { provider: id }), accountText),
    );
}

const fromStdin = (verb: string, or = '') =>
  appError(
    'invalid_input',
    `Secrets are read from standard input only: give --stdin${or}, such as: kabegami account ${verb} waifu-im --stdin < token.txt`,
  );

function accountTable(accounts: readonly Account[], columns: number | null): string {
  return table(
    ['PROVIDER', 'TOKEN', 'KEPT IN', 'VALID', 'REMARK'],
    accounts.map((account) => [
      account.provider,
      account.configured ? 'set' : 'none',
      account.storage,
      account.valid === null ? 'not tested' : account.valid ? 'yes' : 'no',
      account.warning,
    ]),
    columns,
  );
}

function accountText(account: Account): string {
  const state = !account.configured
    ? 'no token is set'
    : account.valid === null
      ? 'the token is set'
      : account.valid
        ? 'the token is good'
        : 'the service does not take this token';
  return `${account.provider}: ${state}.\n${account.warning === null ? '' : `${account.warning}\n`}`;
}
