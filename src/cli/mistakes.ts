import type { z } from 'zod';
import { contract, type CallName } from '../shared/contract.ts';
import { appError, type AppError } from '../shared/errors.ts';
import { at, wordsOf } from './issue-words.ts';

type Names = Readonly<Record<string, string>>;

/** Where the word on the command line is not the field's own name, or is no flag but an argument. */
const names: Names = {
  tags: '--tag',
  excludedTags: '--exclude-tag',
  displays: '--display',
  everyMinutes: '--every',
  times: '--at',
  ...asTheyAre('id', 'token', 'bypass', 'value', 'path', 'entry', 'playlists'),
  ids: 'id',
  images: 'id',
  others: 'id',
  keep: 'id',
  from: 'id',
  to: 'id',
  paths: 'path',
};

/** Where a verb has its own word for it. */
const own: Partial<Record<CallName, Names>> = {
  'collections.create': asTheyAre('name', 'query'),
  'collections.change': { ...asTheyAre('name', 'query'), notes: 'text', cover: 'image' },
  'collections.arrange': asTheyAre('before'),
  'notes.set': { note: 'text' },
  'searches.save': { ...asTheyAre('name', 'query'), id: '--id' },
  'library.search': asTheyAre('query'),
  'library.facets': asTheyAre('query'),
  'pools.save': { query: '--find', path: '--folder' },
  'rotation.set': { from: '--from', to: '--to' },
  'duplicates.list': { cursor: '--after' },
  'library.gcPreview': { unusedFor: '--older-than', to: '--to' },
  'library.gc': { unusedFor: '--older-than', to: '--to' },
  'export.pictures': { ...asTheyAre('folder'), ids: '--id' },
};

function asTheyAre(...fields: readonly string[]): Names {
  return Object.fromEntries(fields.map((field) => [field, field]));
}

/** Parses the input of a call: null when it is as the contract wants it. */
export function describeInput(name: CallName, input: unknown): AppError | null {
  const parsed = contract[name].input.safeParse(input);
  return parsed.success ? null : appError('invalid_input', describeMistakes(name, parsed.error, input));
}

/** What is wrong with a command line, in its own words: `--min-width: …`, `theme: …`; each a sentence, one for each word. */
function describeMistakes(call: CallName, error: z.ZodError, input: unknown): string {
  const said = new Map<string, string>();
  for (const issue of error.issues) {
    const name = nameOf(call, issue.path);
    if (said.has(name)) continue;
    const isSecret = name === 'token' || name === 'bypass';
    const text = isSecret ? secretText(name, issue.code) : wordsOf(issue, at(input, issue.path));
    said.set(name, isSecret || name === '' ? text : `${name}: ${text}`);
  }
  return [...said.values()].join(' ');
}

/** By the last name on the way to the value: the others are of the contract. */
function nameOf(call: CallName, path: readonly PropertyKey[]): string {
  const field = path.filter((key) => typeof key === 'string').at(-1);
  if (field === undefined) return '';
  if (call === 'settings.set') return field;
  return own[call]?.[field] ?? names[field] ?? `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function secretText(name: string, code: string): string {
  return code === 'too_small'
    ? `The ${name} on standard input is empty.`
    : `The ${name} cannot be used: it is one line of printable characters, at most 4096 of them.`;
}
