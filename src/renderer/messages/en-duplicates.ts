import { createFormat } from './format.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;
const groups = (count: number): string => `${f.number(count)} ${f.plural(count, { one: 'group', other: 'groups' })}`;

/** English: pictures that are the same to the eye. */
export const enDuplicates = {
  duplicates: {
    title: 'Duplicates',
    label: 'Duplicates',
    back: 'Back to the library',
    open: 'Review duplicates',
    openHint: 'Pictures that are the same to the eye, side by side.',
    place: (at: number, total: number) => `${f.number(at)} of ${groups(total)}`,
    hidden: (count: number) => `${pictures(count)} hidden by your content setting`,
    comparing: (done: number, total: number) => `Comparing pictures, ${f.percent(total === 0 ? 1 : done / total)}`,
    notCompared: (count: number) => `${pictures(count)} not compared yet`,
    scan: 'Compare now',
    stop: 'Stop',
    previous: 'Previous group',
    next: 'Next group',
    group: 'The same picture',
    choose: (subject: string, service: string) => `Keep ${subject} from ${service}`,
    suggested: 'Suggested',
    keeping: 'Keep this one',
    reasons: {
      larger: 'larger',
      lossless: 'lossless',
      bytes: 'less compressed',
      format: 'better format',
      favorite: 'a favorite',
      collected: 'in collections',
      older: 'older',
    },
    why: (reasons: readonly string[]) => (reasons.length === 0 ? '' : f.list(reasons)),
    samePixels: 'Same to the pixel',
    /** `thousandths` of what still counts as the same. */
    apart: (thousandths: number) =>
      thousandths < 100 ? 'Hardly differs' : thousandths < 500 ? 'Differs a little' : 'Differs: look closely',
    notOnDisk: 'Not on this disk',
    inFolder: 'in its folder',
    favorite: 'Favorite',
    collections: (names: readonly string[]) => `In ${f.list(names)}`,
    keep: (others: number) => (others === 1 ? 'Keep, merge the other' : `Keep, merge ${f.number(others)} others`),
    separate: 'Not the same',
    separateHint: 'The chosen picture is different from the others; it is not suggested again.',
    merged: (count: number) => `${pictures(count)} merged. Nothing was deleted.`,
    mergedSure: (count: number, of: number) => `${pictures(count)} in ${groups(of)} merged. Nothing was deleted.`,
    separated: 'They will not be suggested again.',
    undone: (label: string) => `Taken back: ${label}`,
    nothingToUndo: 'There is nothing to take back.',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    zoomReset: 'Whole picture',
    swap: 'Hold to compare in place',
    keys: 'Arrows choose, Enter keeps, S separates, U takes back, hold F to compare in place.',
    sure: 'Merge sure ones …',
    sureTitle: 'Merge what is the same to the pixel?',
    sureText: (merged: number, of: number, more: boolean) =>
      `${more ? 'At least ' : ''}${pictures(merged)} in ${groups(of)} go into the best of each: the same content, or the same pixels in another format. Tags, artists, sources, notes, places in collections and hearts go with them. No file is deleted; Undo takes it back.`,
    sureInto: (subject: string, merged: number) => `${pictures(merged)} into ${subject}`,
    sureNone: 'Nothing is the same to the pixel. What is left asks for your eye.',
    sureAction: 'Merge them',
    merging: 'Merging …',
    empty: {
      title: 'No duplicates',
      text: 'Every picture on this disk was compared with every other. New ones are compared as they come.',
    },
    notYet: {
      title: 'No duplicates so far',
      text: (count: number) =>
        `${pictures(count)} still to be compared. That happens by itself while Kabegami is running.`,
    },
    failed: 'The duplicates could not be read',
  },
};
