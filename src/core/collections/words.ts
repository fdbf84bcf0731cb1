/** `3 pictures`, `1 picture`: for the labels of edits. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function quoted(name: string): string {
  return `"${name}"`;
}
