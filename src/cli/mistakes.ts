import type { z } from 'zod';
import { contract, type CallName } from '../shared/contract.ts';
import { appError, type AppError } from '../shared/errors.ts';

/** Where the word on the command line is not the field's own name. */
const flags: Readonly<Record<string, string>> = {
  tags: '--tag',
  excludedTags: '--exclude-tag',
  displays: '--display',
};
/** Arguments and settings are called what they are; what else an input holds is a flag. */
const plain: ReadonlySet<string> = new Set(['id', 'ids', 'token', 'bypass']);

/** Parses the input of a call: null when it is as the contract wants it. */
export function describeInput(name: CallName, input: unknown): AppError | null {
  const parsed = contract[name].input.safeParse(input);
  return parsed.success ? null : appError('invalid_input', describeMistakes(parsed.error));
}

/** What is wrong with a command line, in its own words: `--min-width: …`, `theme: …`; each a sentence, one for each word. */
export function describeMistakes(error: z.ZodError): string {
  const said = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = nameOf(path.map(String));
    if (said.has(name)) continue;
    const text =
      name === 'token' || name === 'bypass' ? secretText(name, message) : `${name === '' ? '' : `${name}: `}${message}`;
    said.set(name, /[.?!]$/.test(text) ? text : `${text}.`);
  }
  return [...said.values()].join(' ');
}

function nameOf([first = '', second]: readonly string[]): string {
  if (first === 'patch') return second ?? '';
  const field = first === 'filter' ? (second ?? '') : first;
  if (field === '') return '';
  if (plain.has(field)) return field === 'ids' ? 'id' : field;
  return flags[field] ?? `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function secretText(name: string, message: string): string {
  return /^Too small/.test(message)
    ? `The ${name} on standard input is empty`
    : `The ${name} cannot be used: ${message}`;
}
