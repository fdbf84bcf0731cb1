import { createFormat } from './format.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;

/** English: folders of this machine, in Settings. */
export const enFolders = {
  folders: {
    title: 'Folders',
    hint: 'Pictures of your own. Nothing in these folders is ever changed; what gallery-dl or Grabber wrote beside a picture is read.',
    none: 'No folders yet.',
    failed: 'The folders could not be read',
    add: 'Add a folder',
    path: 'Path of the folder',
    placeholder: '/home/you/Pictures',
    pathHint: 'The whole path, such as /home/you/Pictures or C:\\Pictures.',
    notWhole: 'Write the whole path, such as /home/you/Pictures or C:\\Pictures, and not ~/Pictures.',
    choose: 'Choose …',
    mode: 'How they come in',
    modes: { reference: 'Leave them there', copy: 'Copy them' },
    modeHints: {
      reference:
        'They stay where they are and take no room here but for their thumbnails. When the folder is away, they are shown as missing. Those you like are copied, so that they stay.',
      copy: 'Each picture is copied into the library and stays for good, whatever becomes of the folder. It takes as much room again.',
    },
    safe: 'All of these pictures are safe',
    safeHint:
      'Nobody but you knows. Otherwise they count as adult, but for those whose data file clearly says that they are safe.',
    watch: 'Notice changes',
    watchHint: 'New, moved and removed pictures are noticed while Kabegami runs, and looked for when it starts.',
    recursive: 'With the folders in it',
    save: 'Add and read it',
    added: (path: string) => `${path} is being read.`,
    states: {
      idle: 'Read when you say so',
      watching: 'Changes are noticed',
      waiting: 'Waits for its turn',
      looking: (found: number) => `Looking through it: ${pictures(found)} so far`,
      reading: (done: number, total: number) => `Reading ${f.number(done)} of ${pictures(total)}`,
      absent: 'Not there now',
      failed: 'It could not be read',
    },
    modeTags: { reference: 'left there', copy: 'copied' },
    ofPool: 'of a pool',
    counts: (count: number, missing: number) =>
      missing === 0 ? pictures(count) : `${pictures(count)}, ${f.number(missing)} missing`,
    hidden: (count: number) =>
      `${pictures(count)} ${f.plural(count, { one: 'counts', other: 'count' })} as adult and ${f.plural(count, { one: 'is', other: 'are' })} hidden.`,
    sayMarked: 'They are safe',
    notTaken: (count: number) => `${pictures(count)} could not be taken`,
    showFailures: 'Which, and why',
    hideFailures: 'Hide them',
    more: (count: number) => `and ${f.number(count)} more`,
    scan: 'Look again',
    scanNamed: (path: string) => `Look through ${path} again`,
    stop: 'Stop',
    stopNamed: (path: string) => `Stop reading ${path}`,
    remove: 'Remove',
    removeNamed: (path: string) => `Remove ${path}`,
    removeTitle: 'Remove this folder?',
    removeTexts: {
      reference: (path: string) =>
        `${path} itself stays as it is. Its pictures leave the library, but for those you have liked, collected or noted something about.`,
      copy: (path: string) => `${path} itself stays as it is. What was copied of it stays in the library, too.`,
      letGo: (path: string) =>
        `${path} itself stays as it is. What was copied of it may go when the library needs room, but for what you have liked or collected.`,
    },
    keep: 'Keep the copies',
    letGo: 'Let the copies go when room is needed',
    removed: (path: string) => `${path} is no longer in the library.`,
    keptForPool: (path: string) => `${path} stays for the pool that names it.`,
    picked: 'only those you chose',
    forgetMissing: (count: number) => `Forget ${f.plural(count, { one: 'it', other: 'them' })}`,
    forgetMissingHint:
      'What is missing leaves the library, but for what you have liked, collected or noted something about.',
    missingNote: (count: number) =>
      `${pictures(count)} ${f.plural(count, { one: 'is', other: 'are' })} missing, found again when the ${f.plural(count, { one: 'file is', other: 'files are' })} back.`,
    place: {
      title: 'Where it lies',
      missing: 'Missing',
      missingTitle: 'Its file is not there',
      missingText:
        'Plug its disk in, or put it back: it is found again, also under another name. What you have made of it stays.',
      look: 'Look again',
      reference: 'It stays in its folder. Without the folder it cannot be seen.',
      copy: 'Copy into the library',
      copied: 'Copied. It stays in the library, whatever becomes of its folder.',
      own: 'In the library',
    },
    drop: {
      here: 'Drop to bring them into the library',
      title: (count: number) =>
        `Bring ${f.number(count)} ${f.plural(count, { one: 'file', other: 'files' })} into the library?`,
      more: (count: number) => `and ${f.number(count)} more`,
      take: 'Bring in',
      taking: (done: number, total: number | null) =>
        total === null ? 'Looking at them …' : `Reading ${f.number(done)} of ${f.number(total)}`,
      taken: (count: number, folders: number) =>
        [
          count > 0 ? `${pictures(count)} came in.` : '',
          folders > 0
            ? `${f.number(folders)} ${f.plural(folders, { one: 'folder is', other: 'folders are' })} being read.`
            : '',
        ]
          .filter(Boolean)
          .join(' '),
      notTaken: (count: number, path: string, reason: string) =>
        count === 1 ? `${path}: ${reason}` : `${f.number(count)} were not taken. ${path}: ${reason}`,
      show: 'Show',
      noFiles: 'That is no file of this machine. Save it first, then drag the file here.',
      notHere: 'A browser does not tell where files lie',
      notHereHow: 'Add their folder in Settings > Folders, or drop them on the desktop program.',
      noPaths:
        'A browser does not tell where files lie. Add their folder in Settings, or use: kabegami library add <files>',
      openSettings: 'Open Settings',
      modeHints: {
        reference: 'They stay where they are. Nothing else of their folder comes with them.',
        copy: 'Each is copied into the library and stays, whatever becomes of the file.',
      },
      safe: 'These pictures are safe',
    },
    watchNamed: (path: string) => `Notice changes in ${path}`,
  },
};
