/** The search syntax: what it can say (`terms`), how it is read (`parse`) and written (`print`), what it means (`bounds`, `fold`). */
export * from './terms.ts';
export { describeMistake } from './mistake.ts';
export { example, longestSearch, parse } from './parse.ts';
export { isSearchKey, print, printTerm } from './print.ts';
export { numberBounds, timeBounds, type Bounds } from './bounds.ts';
export { closeQuotes } from './scan.ts';
export { fold } from './fold.ts';
