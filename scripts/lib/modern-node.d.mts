export const root: string;
export function isModernNode(version?: string): boolean;
export function onModernNode(action: () => Promise<unknown>): Promise<void>;
export function runMain(load: () => Promise<{ main: (args: string[]) => Promise<number> }>): Promise<void>;
