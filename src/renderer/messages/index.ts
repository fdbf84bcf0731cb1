import { en } from './en.ts';
import { createFormat } from './format.ts';

/** What every language must bring: the same keys, the same parameters. */
export type Catalog = typeof en;

/** The words in use. English is the only catalog now; another one is an object of the type `Catalog` chosen here. */
export const t: Catalog = en;
export const format = createFormat('en');
