import { createFormat } from './format.ts';
import { enCollections } from './en-collections.ts';
import { enDuplicates } from './en-duplicates.ts';
import { enFolders } from './en-folders.ts';
import { enGrid } from './en-grid.ts';
import { enBackup } from './en-backup.ts';
import { enLibrary } from './en-library.ts';
import { enRotation } from './en-rotation.ts';
import { enSearch } from './en-search.ts';
import { enSettings } from './en-settings.ts';
import { enStorage } from './en-storage.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;

/** English. Whole sentences, functions where something is put in: word order belongs to the language. */
export const en = {
  ...enCollections,
  ...enDuplicates,
  ...enFolders,
  ...enGrid,
  ...enBackup,
  ...enLibrary,
  ...enRotation,
  ...enSearch,
  ...enSettings,
  ...enStorage,
  app: {
    name: 'Kabegami',
    navigation: 'Main',
    views: {
      browse: 'Browse',
      library: 'Library',
      favorites: 'Favorites',
      collections: 'Collections',
      rotation: 'Wallpaper',
      history: 'History',
      settings: 'Settings',
      duplicates: 'Duplicates',
    },
    skip: 'Skip to the pictures',
    connecting: 'Connecting to Kabegami …',
    replaced: 'Kabegami was started again: open the address it printed.',
    lost: 'The connection to Kabegami was lost. Is it still running? Trying again …',
    back: 'Connected again.',
    incomplete: {
      title: 'This part could not be loaded',
      text: 'A part of the page could not be loaded from Kabegami. Is it still running? Try again, or reload the page.',
    },
  },
  common: {
    close: 'Close',
    cancel: 'Cancel',
    retry: 'Try again',
    undo: 'Undo',
    dismiss: 'Dismiss',
    remove: (what: string) => `Remove ${what}`,
    loading: 'Loading …',
    notKnown: 'Not known',
    pictures,
    selected: (count: number) => `${f.number(count)} selected`,
  },
  image: {
    by: (names: readonly string[]) => f.list(names),
    unknownArtist: 'Artist not named',
    /** What a tile is called for those who do not see it. */
    describe: (parts: {
      readonly subject: string;
      readonly artist: string | null;
      readonly size: string;
      readonly favorite: boolean;
      readonly animated: boolean;
      /** Its file is not where it was. */
      readonly lost?: boolean;
    }) =>
      [
        parts.artist ? `${parts.subject}, by ${parts.artist}` : parts.subject,
        parts.size,
        parts.animated ? 'animated' : '',
        parts.lost ? 'missing' : '',
        parts.favorite ? 'favorite' : '',
      ]
        .filter(Boolean)
        .join(', '),
    subject: (words: readonly string[], id: string) => (words.length > 0 ? words.join(' ') : `Picture ${id}`),
    favorite: 'Add to favorites',
    unfavorite: 'Remove from favorites',
    download: 'Download',
    downloaded: 'On this disk',
    downloading: (share: number | null) => (share === null ? 'Downloading …' : `Downloading, ${f.percent(share)}`),
    kept: 'Downloaded. It stays on this disk.',
    wallpaper: 'Set as wallpaper',
    open: 'Open',
    more: 'More actions',
    local: 'This machine',
    openPage: 'Open its page',
    copyId: 'Copy its id',
    copied: (id: string) => `${id} is in the clipboard.`,
    notCopied: (id: string) => `It could not be put into the clipboard. The id is ${id}.`,
    animated: 'Animated',
    adult: 'Adult',
    notOffline: 'Not on this disk yet',
    select: 'Select',
    loadFailed: 'This picture could not be loaded.',
  },
  grid: {
    label: 'Pictures',
    loading: 'Looking for pictures …',
    loadingMore: 'Looking for more …',
    loaded: (count: number) => `${pictures(count)} shown`,
    end: (count: number) => (count === 1 ? 'That is the only one.' : `That is all: ${pictures(count)}.`),
    goOn: 'Look further',
    sparse: 'Nothing in the last pages matched. There may be more.',
    hidden: (count: number) => `${f.number(count)} hidden by your content setting.`,
    dropped: (count: number) =>
      f.plural(count, {
        one: '1 picture could not be used and was left out.',
        other: `${f.number(count)} pictures could not be used and were left out.`,
      }),
    moreFailed: 'The next pictures could not be loaded.',
  },
  browse: {
    label: 'Browse',
    service: 'Service',
    tags: 'Tags',
    tagsPlaceholder: 'Search tags',
    tagsHint: 'Type - before a tag to leave it out',
    categories: 'Category',
    categoriesPlaceholder: 'Search categories',
    showList: 'Show all',
    tagMode: 'Pictures',
    tagModes: { include: 'with these tags', exclude: 'without them' },
    noTag: (text: string) => `No tag is called "${text}".`,
    noCategory: (text: string) => `No category is called "${text}".`,
    listFailed: 'The list could not be loaded.',
    listHidden: (count: number) => `${f.number(count)} more hidden by your content setting`,
    listUnrated: (count: number) =>
      `${f.number(count)} more ${f.plural(count, { one: 'is', other: 'are' })} still being looked up.`,
    order: 'Order',
    orders: { random: 'Shuffled', newest: 'Newest', favorites: 'Most liked' },
    filters: 'Filters',
    filtersActive: (count: number) => `Filters, ${f.number(count)} active`,
    reset: 'Reset filters',
    reload: 'Load again',
    shuffle: 'Shuffle again',
    active: 'Active filters',
    empty: {
      title: 'Nothing matches',
      text: 'No picture fits all of these filters at once. Take one away, or start over.',
    },
    emptyPlain: { title: 'Nothing here', text: 'The service sent no pictures. Try again in a moment.' },
    emptyHidden: (count: number) =>
      `${pictures(count)} ${f.plural(count, { one: 'matches but is', other: 'match but are' })} hidden by your content setting.`,
    failed: 'The pictures could not be loaded',
    offline: (name: string) => `${name} cannot be reached. You see what is on this disk.`,
    trouble: (said: string) => `${said} You see what is on this disk.`,
    emptyOffline: {
      title: 'Nothing on this disk yet',
      text: 'The service cannot be reached, and no picture on this disk fits. Favorites still work.',
    },
  },
  filter: {
    orientation: 'Orientation',
    orientations: { any: 'Any', landscape: 'Landscape', portrait: 'Portrait', square: 'Square' },
    size: 'At least',
    unset: 'any',
    sizes: { any: 'Any size', display: 'My display', hd: 'Full HD', qhd: 'QHD', uhd: '4K', custom: 'Custom' },
    width: 'Width in pixels',
    height: 'Height in pixels',
    weight: 'File size',
    weights: { any: 'Any', mb2: 'up to 2 MB', mb5: 'up to 5 MB', mb10: 'up to 10 MB' },
    motion: 'Motion',
    motions: { any: 'Any', no: 'Still', yes: 'Animated' },
    rating: 'Content',
    ratings: { safe: 'Safe only', any: 'Everything', adult: 'Adult only' },
    chip: {
      with: (tag: string) => tag,
      without: (tag: string) => `not ${tag}`,
      minSize: (width: number, height: number) =>
        width > 0 && height > 0
          ? `at least ${width} × ${height}`
          : width > 0
            ? `at least ${width} wide`
            : `at least ${height} high`,
      maxBytes: (bytes: number) => `up to ${f.bytes(bytes)}`,
      removeName: (label: string) => `Remove filter: ${label}`,
      flipToExclude: (tag: string) => `${tag}: leave it out instead`,
      flipToInclude: (tag: string) => `${tag}: look for it instead`,
    },
  },
  viewer: {
    label: (subject: string) => `Viewer: ${subject}`,
    back: 'Back to the grid',
    previous: 'Previous picture',
    next: 'Next picture',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    zoomFit: 'Show the whole picture',
    zoom: (share: number) => f.percent(share),
    details: 'Details',
    loadingFull: 'Loading the full picture …',
    fullFailed: 'Only the preview could be loaded.',
    field: {
      artist: 'Artist',
      artists: 'Artists',
      size: 'Size',
      bytes: 'File',
      rating: 'Content',
      category: 'Category',
      uploaded: 'Uploaded',
      dated: 'Date',
      liked: 'Liked',
      likes: 'Likes',
      color: 'Color',
      tags: 'Tags',
      sources: 'Source',
      id: 'Id',
      disk: 'On this disk',
    },
    file: (extension: string, bytes: number | null) =>
      bytes === null ? extension.toUpperCase() : `${extension.toUpperCase()}, ${f.bytes(bytes)}`,
    ratings: { safe: 'Safe', adult: 'Adult' },
    yes: 'Yes, in full',
    inFolder: 'Yes, in its folder',
    no: 'Not yet',
    showTag: (tag: string) => `Show pictures tagged ${tag}`,
    showCategory: (name: string) => `Show pictures of ${name}`,
    megapixels: (size: { readonly width: number; readonly height: number }) =>
      `${f.number(Math.round((size.width * size.height) / 100_000) / 10)} MP`,
    position: (index: number, count: number) => `${f.number(index)} of ${f.number(count)}`,
  },
  wallpaper: {
    title: 'Set as wallpaper',
    fit: 'Fit',
    fits: {
      fill: 'Fill',
      fit: 'Fit',
      blur: 'Blur',
      center: 'Center',
      stretch: 'Stretch',
      tile: 'Tile',
      span: 'Span',
    },
    fitHints: {
      fill: 'Covers the display; what does not fit is cut off.',
      fit: 'The picture whole, on black.',
      blur: 'The picture whole, over its own blurred self.',
      center: 'Pixel for pixel in the middle.',
      stretch: 'Pulled to the edges. Shapes change.',
      tile: 'Repeated, pixel for pixel.',
      span: 'One picture across all chosen displays.',
    },
    displays: 'Displays',
    display: (id: string, size: string) => `${id}, ${size}`,
    choose: (id: string) => `Use ${id}`,
    primary: 'main',
    noDisplays: 'No display was found here.',
    set: 'Set wallpaper',
    setting: 'Setting …',
    fetching: (share: number | null) =>
      share === null ? 'Fetching the full picture …' : `Fetching the full picture, ${f.percent(share)}`,
    composing: 'Composing and applying …',
    verified: (display: string) => `Set on ${display} — checked`,
    unverified: (display: string, backend: string) =>
      `Set on ${display} through ${backend}; the desktop cannot be asked`,
    failed: 'The wallpaper was not changed',
    soft: (times: number) => `Enlarged up to ${f.number(Math.round(times * 10) / 10)} times: it may look soft.`,
    still: 'Animated picture: the wallpaper will be its first frame, still.',
    chooseOne: 'Choose at least one display.',
    done: 'Done',
  },
  shortcuts: {
    title: 'Keyboard',
    open: 'Keyboard shortcuts',
    groups: { anywhere: 'Anywhere', grid: 'In a grid', viewer: 'In the viewer' },
    lines: {
      search: 'Search',
      help: 'This list',
      views: 'Browse, Library, Favorites, Collections, Wallpaper, History, Settings',
      nextWallpaper: 'Next wallpaper',
      previousWallpaper: 'Previous wallpaper',
      safe: 'Safe now',
      // A key of its own: pressed twice in a hurry, the first must not bring back what was hidden.
      release: 'Release what is safe now',
      block: 'Never again',
      close: 'Close, or clear the selection',
      move: 'Move',
      ends: 'First, last',
      open: 'Open',
      favorite: 'Favorite',
      download: 'Download',
      wallpaper: 'Set as wallpaper',
      select: 'Select (Library, Favorites, Collections)',
      selectAll: 'Select all',
      undo: 'Undo',
      redo: 'Redo',
      reorder: 'Move in a collection',
      neighbours: 'Previous, next',
      zoom: 'Zoom in, out, whole picture',
      details: 'Details',
    },
  },
};
