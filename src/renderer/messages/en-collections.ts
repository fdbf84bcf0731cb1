import { createFormat } from './format.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;
const changes = (count: number): string => `${f.number(count)} ${f.plural(count, { one: 'change', other: 'changes' })}`;

/** English: collections, notes and the undo stack. */
export const enCollections = {
  collections: {
    label: 'Collections',
    menu: 'Add to collection',
    dropMany: (count: number) => (count === 1 ? 'Add to collection' : `Add ${pictures(count)} to collection`),
    create: 'New collection …',
    createTitle: 'New collection',
    createSmartTitle: 'New smart collection',
    name: 'Name',
    namePlaceholder: 'Autumn',
    createAction: 'Create and add',
    createEmpty: 'Create',
    size: pictures,
    newOne: 'New collection',
    newSmart: 'New smart collection',
    smart: 'Smart',
    smartHint: 'Filled by a search',
    query: 'Search that fills it',
    queryPlaceholder: 'tag:sky orientation:landscape',
    hidden: (count: number) => `${f.number(count)} hidden by your content setting`,
    wasIn: (count: number, name: string) =>
      count === 1 ? `It is in "${name}" already.` : `All of them are in "${name}" already.`,
    back: 'All collections',
    rename: 'Rename',
    remove: 'Remove collection',
    actions: (name: string) => `Actions of ${name}`,
    notes: 'Notes',
    notesPlaceholder: 'Notes on this collection',
    addNotes: 'Add notes',
    editQuery: 'Change its search',
    save: 'Save',
    cover: 'Use as cover',
    noCover: 'Use its first pictures as cover',
    takeOut: 'Take out',
    addTo: 'Add to …',
    moveTo: 'Move to …',
    noOther: 'No other collection yet',
    selection: 'Selected pictures',
    openOne: (name: string, count: number, smart: boolean) =>
      [name, smart ? 'smart collection' : '', pictures(count)].filter(Boolean).join(', '),
    orderHint: 'Drag pictures to reorder them, or move the focused one with Alt and the arrow keys.',
    listHint: 'Alt and the arrow keys move a collection.',
    dropHere: (name: string) => `Drop to add to "${name}"`,
    empty: {
      title: 'No collections yet',
      text: 'Put pictures together that belong together: drag them here, or use "Add to collection" in their menu. A picture may be in many.',
    },
    emptyOne: {
      title: 'Nothing is in it yet',
      text: 'Add pictures with "Add to collection" in the menu of any picture.',
      action: 'Browse pictures',
    },
    emptySmart: { title: 'Its search finds nothing', text: 'Change the search, or wait for pictures that it finds.' },
    allHidden: { title: 'Nothing to show', text: 'All of its pictures are hidden by your content setting.' },
    failed: 'The collections could not be read',
    failedOne: 'This collection could not be read',
    albums: {
      title: 'Albums',
      hint: 'Your albums at waifu.im, as collections. Again, it brings them in step; nothing is changed there.',
      action: 'Bring albums over',
      working: 'Bringing albums over …',
      none: 'Your account has no albums besides its favorites.',
      same: (count: number) =>
        `${f.number(count)} ${f.plural(count, { one: 'album is', other: 'albums are' })} in step already.`,
    },
    moved: (index: number, count: number) => `Moved to ${f.number(index)} of ${f.number(count)}`,
  },
  note: {
    label: 'Note',
    placeholder: 'Your note on this picture',
    saved: 'Saved',
    changed: 'This note was changed elsewhere while you write here. There it says:',
    emptied: 'Nothing any more.',
    mine: 'Keep mine',
    other: 'Take that one',
    both: 'The note was changed elsewhere, too: it keeps both texts.',
  },
  edits: {
    title: 'Recent changes',
    open: 'Recent changes',
    undo: 'Undo',
    redo: 'Redo',
    empty:
      'Nothing to undo. Changes of collections, notes and duplicates are listed here; what is never to be seen again is in Settings.',
    undoTo: (label: string, count: number) => `Undo ${changes(count)}, down to: ${label}`,
    redoTo: (label: string, count: number) => `Make ${changes(count)} again, up to: ${label}`,
    undone: 'Undone',
    changedSince: 'Something else was changed since. The list shows everything that can be undone.',
    nothing: { undo: 'There is nothing to undo.', redo: 'There is nothing to redo.' },
    turned: {
      undo: (label: string) => `Undone: ${label}`,
      redo: (label: string) => `Made again: ${label}`,
    },
    turnedMany: {
      undo: (count: number) => `${changes(count)} undone.`,
      redo: (count: number) => `${changes(count)} made again.`,
    },
    back: { undo: 'Redo', redo: 'Undo' },
  },
};
