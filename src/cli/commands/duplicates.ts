import { InvalidArgumentError, type Command } from 'commander';
import type { DuplicateGroup, DuplicatePage, ReasonToKeep } from '../../shared/duplicates.ts';
import type { Context } from '../context.ts';
import { bytesText, count, table } from '../table.ts';

const reasons: Readonly<Record<ReasonToKeep, string>> = {
  larger: 'larger',
  lossless: 'lossless',
  bytes: 'less compressed',
  format: 'better format',
  favorite: 'a favorite',
  collected: 'in more collections',
  older: 'older',
};

/** `library duplicates`, and `duplicates merge | separate | scan`. `library` is the group of verbs that is there already. */
export function addDuplicateCommands(program: Command, library: Command, context: Context): void {
  const { columns } = context.terminal;
  library
    .command('duplicates')
    .description('Pictures that are the same to the eye, and which of them is the one to keep.')
    .option('--limit <n>', 'how many groups, up to 50', whole, 20)
    .option('--after <group>', 'go on below this group', whole)
    .option('--sure', 'only those that are the same to the pixel')
    .action(({ limit, after, sure = false }: { limit: number; after?: number; sure?: boolean }, command: Command) =>
      context.run(
        command,
        (call) => call('duplicates.list', { limit, cursor: after ?? null, sure }),
        (page) => pageText(page, columns),
      ),
    );

  const duplicates = program.command('duplicates').description('Merges duplicates, or says that they are none.');
  duplicates
    .command('merge')
    .description('Keeps one picture; the others are seen nowhere any more, and what they had goes to it.')
    .argument('<keep>', 'the id of the one to keep')
    .argument('<others...>', 'ids of its duplicates')
    .action((keep: string, others: string[], _options, command: Command) =>
      context.run(
        command,
        (call) => call('duplicates.merge', { keep, others }),
        ({ kept, merged }) =>
          `${count(merged.length, 'picture')} merged into ${kept.id}. "kabegami edits undo" takes it back.`,
      ),
    );
  duplicates
    .command('merge-sure')
    .description('Merges all that are the same to the pixel into the best of them.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('duplicates.mergeSure', {}),
        ({ groups, merged }) =>
          groups === 0
            ? 'There is nothing that is the same to the pixel.'
            : `${count(merged, 'picture')} merged in ${count(groups, 'group')}. "kabegami edits undo" takes it back.`,
      ),
    );
  duplicates
    .command('separate')
    .description('These pictures are not the same; they are not suggested again.')
    .argument('<ids...>', 'two ids or more')
    .action((ids: string[], _options, command: Command) =>
      context.run(
        command,
        (call) => call('duplicates.separate', { ids }),
        ({ separated }) => (separated === 0 ? 'That was known already.' : 'They are not suggested again.'),
      ),
    );
  duplicates
    .command('scan')
    .description('Compares every picture on this disk that was not compared yet.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('duplicates.scan', {}),
        ({ compared }) =>
          compared === 0 ? 'All pictures were compared already.' : `${count(compared, 'picture')} compared.`,
      ),
    );
}

function pageText({ groups, total, next, hidden, scan }: DuplicatePage, columns: number | null): string {
  const left = scan.files - scan.compared;
  const end = [
    ...(next === null ? [] : [`More: kabegami library duplicates --after ${next}`]),
    ...(hidden === 0 ? [] : [`${count(hidden, 'picture')} left out because adult content is off.`]),
    ...(left === 0 ? [] : [`${count(left, 'picture')} not compared yet: kabegami duplicates scan`]),
  ];
  if (groups.length === 0) return `${['No duplicates.', ...end].join('\n')}\n`;
  return `${groups.map((group) => groupText(group, columns)).join('\n')}\n${[count(total, 'group'), ...end].join('\n')}\n`;
}

function groupText({ members, best, why, sure }: DuplicateGroup, columns: number | null): string {
  return table(
    ['KEEP', 'ID', 'SIZE', 'FILE', 'APART', '', 'WHY'],
    members.map(({ image, file, distance, collections }) => [
      image.id === best ? '*' : ' ',
      image.id,
      `${file?.width ?? image.width}×${file?.height ?? image.height}`,
      `${bytesText(file?.bytes ?? image.bytes)} ${file?.extension ?? image.extension}`,
      image.id === best ? ' ' : sure ? 'none' : distance === null ? ' ' : `${(distance / 10).toFixed(1)} %`,
      [image.favorite ? '♥' : '', ...collections.map(({ name }) => name)].filter(Boolean).join(', ') || ' ',
      image.id === best ? why.map((reason) => reasons[reason]).join(', ') : ' ',
    ]),
    columns,
  );
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
