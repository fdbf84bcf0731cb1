import type { Command } from 'commander';
import type { CallOutput } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { parse } from '../../shared/search/index.ts';
import type { Image } from '../../shared/model.ts';
import { orNotFound, type Call, type Context } from '../context.ts';
import { imageTable } from '../images.ts';
import { wholeNumber } from '../options.ts';
import { count, table } from '../table.ts';

interface SearchOptions {
  readonly limit?: number;
  readonly cursor?: string;
}
type Found = CallOutput<'library.search'>;

const pageLimit = 200;
const defaultLimit = 60;

export function addSearchCommands(program: Command, library: Command, context: Context): void {
  const { columns } = context.terminal;

  library
    .command('search')
    .description('Looks in everything known here: words, tag:sky -tag:night width:>=2560 is:favorite sort:likes …')
    .argument('[query...]')
    .allowUnknownOption()
    .option('--limit <n>', 'at most this many', wholeNumber(1))
    .option('--cursor <cursor>', 'go on below an answer, with its "next"')
    .action((words: readonly string[], options: SearchOptions, command: Command) => {
      const query = words.join(' ');
      return context.run(
        command,
        (call) => checked(query, () => search(call, query, options)),
        (found) => imageTable(found.images, columns) + remarks(found),
      );
    });

  library
    .command('facets')
    .description('What a search can be narrowed by, with counts.')
    .argument('[query...]')
    .allowUnknownOption()
    .action((words: readonly string[], _options, command: Command) => {
      const query = words.join(' ');
      return context.run(
        command,
        (call) => checked(query, () => call('library.facets', { query })),
        ({ facets, exact }) =>
          table(
            ['TERM', 'IMAGES'],
            facets.flatMap(({ values }) => values.map(({ term, count }) => [term, `${exact ? '' : '~'}${count}`])),
            columns,
          ),
      );
    });

  const searches = program.command('searches').description('Searches with a name.');
  searches
    .command('list')
    .description('All of them.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('searches.list', {}),
        (found) =>
          found.searches.length === 0
            ? 'There are no saved searches.'
            : table(
                ['ID', 'NAME', 'SEARCH'],
                found.searches.map(({ id, name, query }) => [id, name, query]),
                columns,
              ),
      ),
    );
  searches
    .command('save')
    .description('Keeps a search; with --id it changes that one.')
    .argument('<name>')
    .argument('<query...>')
    .allowUnknownOption()
    .option('--id <id>', 'its number in "searches list"', wholeNumber(1))
    .action((name: string, words: readonly string[], { id }: { readonly id?: number }, command: Command) => {
      const query = words.join(' ');
      return context.run(
        command,
        (call) => checked(query, () => call('searches.save', { id: id ?? null, name, query })),
        (saved) => `${saved.id} "${saved.name}": ${saved.query}`,
      );
    });
  searches
    .command('remove')
    .description('Removes it.')
    .argument('<id>', 'its number in "searches list"', wholeNumber(1))
    .action((id: number, _options, command: Command) =>
      context.run(
        command,
        async (call) =>
          orNotFound(
            await call('searches.remove', { id }),
            ({ removed }) => removed,
            `There is no saved search ${id}.`,
          ),
        () => 'Removed.',
      ),
    );
}

/** A mistake in the query is shown where it is, and nothing is asked. */
function checked<T>(query: string, ask: () => Promise<Result<T>>): Promise<Result<T>> {
  const [mistake] = parse(query).mistakes;
  if (mistake === undefined) return ask();
  const { at, length, message } = mistake;
  // What cannot be drawn one to one would move the caret.
  const line = query.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
  const caret =
    ' '.repeat([...line.slice(0, at)].length) + '^'.repeat(Math.max(1, [...line.slice(at, at + length)].length));
  return Promise.resolve(fail(appError('invalid_input', `${message}\n  ${line}\n  ${caret}`)));
}

/** Follows the pages until there are `--limit` images or no more. */
async function search(
  call: Call,
  query: string,
  { limit = defaultLimit, cursor }: SearchOptions,
): Promise<Result<Found>> {
  const images: Image[] = [];
  let next: string | null = cursor ?? null;
  for (;;) {
    const page: Result<Found> = await call('library.search', {
      query,
      cursor: next,
      limit: Math.min(pageLimit, limit - images.length),
    });
    if (!page.ok) return page;
    images.push(...page.value.images);
    next = page.value.next;
    if (next === null || images.length >= limit) return ok({ ...page.value, images, next });
  }
}

function remarks({ total, exact, images, hidden, next }: Found): string {
  const about = exact ? '' : 'about ';
  return (
    (next === null ? '' : `${images.length} of ${about}${total} shown. Go on with --cursor ${next}\n`) +
    (hidden > 0 ? `${about}${count(hidden, 'image')} hidden by your content setting.\n` : '')
  );
}
