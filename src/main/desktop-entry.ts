/** What a session starts: a program with its arguments and, where it needs them, variables. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A file for `~/.config/autostart`, after the Desktop Entry and the Desktop Application Autostart specifications. */
export function desktopEntry(entry: {
  readonly name: string;
  readonly comment: string;
  readonly icon: string;
  readonly command: Command;
}): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${escaped(entry.name)}`,
    `Comment=${escaped(entry.comment)}`,
    `Icon=${escaped(entry.icon)}`,
    `Exec=${escaped(execLine(entry.command))}`,
    'Terminal=false',
    'StartupNotify=false',
    '',
  ].join('\n');
}

/** The command as the key `Exec` wants it, before the escapes that every string of the file has. */
function execLine({ program, args, env }: Command): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = variables.length > 0 ? ['env', ...variables, program, ...args] : [program, ...args];
  return words.map(quoted).join(' ');
}

/** Within quotes four characters need a backslash; a percent sign would be a field code. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9/._=:-]+$/.test(word)) return word;
  return `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

/** Has somebody turned this entry off in the desktop's own list? */
export function isTurnedOff(text: string): boolean {
  return /^\s*(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/m.test(text);
}
