import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, as a sentence. zod's own messages speak of types and patterns: nobody typed those. */
export function wordsOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'too_big':
      return limitText(issue.origin, `at most ${String(issue.maximum)}`, value);
    case 'too_small':
      return Number(issue.minimum) === 1 && issue.origin !== 'number' && issue.origin !== 'int'
        ? 'It must not be empty.'
        : limitText(issue.origin, `at least ${String(issue.minimum)}`, value);
    case 'invalid_type':
      return `It must be ${kinds[issue.expected] ?? 'something else'}${notThis(value)}.`;
    case 'invalid_value':
      return `It must be ${oneOf(issue.values.map(String))}${notThis(value)}.`;
    case 'unrecognized_keys':
      return `There is no ${oneOf(issue.keys)}.`;
    case 'invalid_union':
      return unionText(issue, value);
    default:
      return ownText(issue.message, value);
  }
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  string: 'text',
};

/** How long a text or list may be, or how large a number. */
function limitText(origin: string, limit: string, value: unknown): string {
  if (origin === 'string') return `It must have ${limit} characters.`;
  if (origin === 'array') return `There may be ${limit} of them.`;
  return `It must be ${limit}${notThis(value)}.`;
}

/** The mistake of the form that came nearest; none of them may be what was meant. */
function unionText({ errors }: z.core.$ZodIssueInvalidUnion, value: unknown): string {
  const [nearest] = [...errors].filter((issues) => issues.length > 0).sort((a, b) => a.length - b.length);
  const [issue] = nearest ?? [];
  return issue === undefined ? `${quoted(value) ?? 'It'} cannot be understood.` : wordsOf(issue, at(value, issue.path));
}

/** The contract's own messages say what a value is not, such as `not an image id such as "waifu-im:7622"`, or what it must be. */
function ownText(message: string, value: unknown): string {
  if (/^Invalid\b/.test(message)) return `${quoted(value) ?? 'It'} cannot be understood.`;
  if (message.startsWith('not ')) return `${quoted(value) ?? 'It'} is ${message}.`;
  return `${/^must\b/.test(message) ? `It ${message}` : message.charAt(0).toUpperCase() + message.slice(1)}`.replace(
    /[^.?!]$/,
    '$&.',
  );
}

/** The value at a path of an input; undefined where there is none. */
export function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[key] : undefined,
    input,
  );
}

function notThis(value: unknown): string {
  const told = quoted(value);
  return told === null ? '' : `, not ${told}`;
}

/** Null: there is nothing to tell, or too much. */
function quoted(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= 100 ? `"${value}"` : null;
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
