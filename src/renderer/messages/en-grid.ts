import { createFormat } from './format.ts';

const f = createFormat('en');

/** English: what a grid says of itself. */
export const enGrid = {
  pictureGrid: {
    position: (index: number, count: number) => `${f.number(index)} of ${f.number(count)}`,
    loading: 'Loading …',
    ruler: 'Place in the list',
    rulerAt: (label: string, index: number, count: number) =>
      [label, `${f.number(index)} of ${f.number(count)}`].filter(Boolean).join(', '),
  },
};
