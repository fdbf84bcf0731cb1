import type { SqlValue } from '../driver.ts';

/** Takes values for parameters and gives their names. */
export interface Binder {
  readonly parameters: Record<string, SqlValue>;
  bind(value: SqlValue): string;
  /** Gives a parameter another value. */
  change(name: string, value: SqlValue): void;
}

/** Names begin with `prefix`: those of several binders are told apart in one statement. */
export function createBinder(prefix = 'p'): Binder {
  const parameters: Record<string, SqlValue> = {};
  return {
    parameters,
    bind(value) {
      const name = `${prefix}${Object.keys(parameters).length}`;
      parameters[name] = value;
      return `:${name}`;
    },
    change(name, value) {
      parameters[name.slice(1)] = value;
    },
  };
}
