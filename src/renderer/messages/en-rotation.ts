import type { ChangeReason, Relaxation, RotationConfig, RotationStatus } from '../../shared/rotation.ts';
import { createFormat } from './format.ts';

const f = createFormat('en');
const pictures = (count: number): string =>
  `${f.number(count)} ${f.plural(count, { one: 'picture', other: 'pictures' })}`;
const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const days = (of: readonly number[]): string => {
  const key = [...of].sort((a, b) => a - b).join(',');
  if (of.length === 0 || of.length === 7) return 'every day';
  if (key === '1,2,3,4,5') return 'on weekdays';
  if (key === '0,6') return 'at weekends';
  const mondayFirst = [...of].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return `on ${f.list(mondayFirst.map((day) => `${dayNames[day] ?? ''}s`))}`;
};
const minutes = (count: number): string => {
  if (count % 1440 === 0) return count === 1440 ? 'day' : `${f.number(count / 1440)} days`;
  if (count % 60 === 0) return count === 60 ? 'hour' : `${f.number(count / 60)} hours`;
  return count === 1 ? 'minute' : `${f.number(count)} minutes`;
};

/** English: pictures that change by themselves, what was shown, and what is never to be shown again. */
export const enRotation = {
  rotation: {
    label: 'Wallpaper',
    title: 'Wallpaper',
    failed: 'Rotation could not be read',
    loading: 'Looking at the displays …',
    next: 'Next',
    nextHint: 'Another picture on every display',
    working: 'Changing …',
    previous: 'Previous',
    undo: 'Undo the last change',
    previousOn: (display: string) => `Back to what was on ${display} before`,
    pause: 'Pause',
    pauses: { hour: 'For an hour', tomorrow: `Until tomorrow, ${f.timeOfDay('06:00')}`, resumed: 'Until resumed' },
    resume: 'Resume',
    safe: 'Safe now',
    safeHint: 'A safe picture on every display at once; nothing changes until released',
    safeRelease: 'Release',
    released: 'Released: what was there before is back.',
    more: 'More',
    noBackend: 'Nothing on this machine can set the wallpaper. Settings, About, says what was looked for.',
    states: {
      off: 'The picture changes only when you say so.',
      running: (next: string | null, rhythm: string) => (next === null ? rhythm : `Next ${next}. ${rhythm}`),
      noTrigger: 'Rotation is on, but nothing below says when to change.',
      paused: (until: string | null) => (until === null ? 'Paused until you resume.' : `Paused until ${until}.`),
      battery: 'Waiting: this machine runs on battery.',
      'full-screen': 'Waiting: a program fills the screen.',
      safe: 'Safe now: nothing changes until you release it, which brings back what was there.',
    } satisfies Record<RotationStatus['state'] | 'noTrigger', unknown>,
    rhythm: (every: number | null, times: number, events: readonly string[]) => {
      const parts = [
        ...(every === null ? [] : [`every ${minutes(every)}`]),
        ...(times === 0 ? [] : [f.plural(times, { one: 'at 1 set time', other: `at ${f.number(times)} set times` })]),
        ...events,
      ];
      return `Changes ${f.list(parts)}.`;
    },
    playlistNow: (name: string) => `Playlist: ${name}`,
    at: (time: string) => `at ${time}`,
    on: (dateTime: string) => `on ${dateTime}`,
    lastError: (when: string) => `The last change failed ${when}.`,
    moved: (displays: readonly string[], checked: boolean) =>
      `New wallpaper on ${f.list(displays)}${checked ? ' — checked' : ''}.`,
    back: (displays: readonly string[]) => `${f.list(displays)} shows what it showed before.`,
    backMany: (displays: readonly string[]) => `${f.list(displays)} show what they showed before.`,
    nothingChanged: 'There is nothing to change.',

    display: {
      title: 'Displays',
      nothing: 'Nothing set by Kabegami',
      hidden: 'Hidden by your content setting',
      set: (when: string) => `set ${when}`,
      /** Before the name of a pool. */
      from: 'from',
      left: (left: number, total: number, open: boolean) =>
        total === 0
          ? open
            ? 'asked from the service when needed'
            : 'nothing here fits this display'
          : `${f.number(left)} left of the ${f.number(total)} that ${f.plural(total, { one: 'fits', other: 'fit' })} this display`,
      upcoming: 'Next',
      upcomingIs: (subject: string, display: string) => `Next on ${display}: ${subject}`,
      notReady: 'The next picture is not on this disk yet',
      open: (display: string) => `Open the picture on ${display}`,
      gaveWay: {
        still: 'No still picture fits, so animated ones are used (their first frame).',
        orientation: 'No picture lies as this display does, so others are used.',
      } satisfies Record<Relaxation, string>,
      some: (count: number) =>
        `${f.number(count)} more ${f.plural(count, { one: 'display shows a picture', other: 'displays show pictures' })} hidden by your content setting.`,
      none: 'No display was found here.',
    },

    when: {
      title: 'When it changes',
      on: 'Change the picture by itself',
      onHint: (on: boolean) =>
        on ? 'As it is set below. Next and Previous work too.' : 'Off: Next and Previous still work.',
      every: 'Every',
      everyOption: (count: number | null) =>
        count === null ? 'Not by the clock' : minutes(count).replace(/^(day|hour|minute)$/, '1 $1'),
      everyOther: 'Other …',
      minutes: 'minutes',
      everyMinutes: 'Minutes between changes',
      everyInvalid: 'Whole minutes, from 1 to 10,080 (a week).',
      times: 'At set times',
      timesNone: 'None',
      timesFull: 'Twenty set times are the most.',
      time: (time: string, of: readonly number[]) => `${time} ${days(of)}`,
      pattern: (pattern: string) => `Pattern ${pattern}`,
      addTime: 'Add a time',
      addTimeTitle: 'Change at a time of day',
      timeOfDay: 'Time',
      days: 'Days',
      day: (day: number) => dayNames[day] ?? '',
      dayShort: (day: number) => (dayNames[day] ?? '').slice(0, 2),
      chooseDay: 'Choose at least one day.',
      add: 'Add',
      remove: (what: string) => `Remove: ${what}`,
      events: 'Also',
      onStart: 'When Kabegami starts',
      onWake: 'When this machine wakes up',
      onDisplayChange: 'When displays are plugged in or out',
      eventNames: {
        onStart: 'at the start',
        onWake: 'on waking up',
        onDisplayChange: 'when displays change',
        playlists: 'when a playlist begins or ends',
      },
      wait: 'Wait while',
      pauseOnBattery: 'This machine runs on battery',
      pauseOnFullScreen: 'A program fills the screen',
      expert: 'For experts',
      cron: 'Cron pattern',
      cronHint: 'Five fields: minute, hour, day of month, month, day of week. 0 9 * * 1-5 is 09:00 on weekdays.',
      cronInvalid: 'A pattern has five fields, such as 0 9 * * 1-5.',
      zone: 'Time zone',
      zoneHint: 'Set times and playlists are in this time zone. Empty: this machine’s.',
      zoneInvalid: 'No time zone has this name. One is called Europe/Berlin.',
      saveZone: 'Save',
    },

    playlists: {
      title: 'Playlists',
      hint: 'Other pools at certain hours. The first that applies wins; outside of them, the usual pool is used.',
      none: 'No playlist: the same pools at any time.',
      add: 'New playlist',
      edit: (name: string) => `Edit ${name}`,
      remove: (name: string) => `Remove ${name}`,
      earlier: (name: string) => `Move ${name} up`,
      removed: (name: string) => `"${name}" was removed.`,
      titleNew: 'New playlist',
      titleEdit: 'Playlist',
      name: 'Name',
      namePlaceholder: 'Work hours',
      nameMissing: 'A playlist needs a name.',
      days: 'Days on which it begins',
      from: 'From',
      to: 'To',
      overnight: 'Ends on the next day.',
      allDay: 'Lasts a whole day.',
      pool: 'Pool',
      safeOnly: 'Safe pictures only',
      safeOnlyHint: 'Whatever your content setting says, nothing but certainly safe pictures while it lasts.',
      safeMark: 'safe only',
      now: 'now',
      span: (from: string, to: string, of: readonly number[]) => `${from}–${to} ${days(of)}`,
      save: 'Save',
    },

    layout: {
      title: 'How it is shown',
      label: 'Over several displays',
      layouts: {
        each: { name: 'A picture each', hint: 'Every display has a picture of its own.' },
        same: { name: 'The same on all', hint: 'One picture, on every display.' },
        span: { name: 'One across all', hint: 'One picture over all displays, as they stand.' },
      } satisfies Record<RotationConfig['layout'], unknown>,
      pool: 'Pictures come from',
      poolHint: 'For every display that has no pool of its own.',
      perDisplay: 'Displays with their own',
      poolOn: (display: string) => `Pool of ${display}`,
      fitOn: (display: string) => `Fit on ${display}`,
      usualPool: (name: string) => `As all (${name})`,
      usualFit: (name: string) => `As all (${name})`,
      away: 'not plugged in',
      upscale: 'Enlarge pictures',
      upscaleHint: 'Smaller pictures are left out. This rule never gives way.',
      upscaleOption: (times: number) => (times === 1 ? 'Never' : `Up to ${f.number(times)} times`),
      poolGone: 'A pool that is gone',
    },

    rules: {
      title: 'When a pool runs dry',
      text: 'Every picture is shown once before any comes again; then a new round begins. Where nothing in a pool keeps all rules, they give way one after the other:',
      order: {
        still: 'Animated pictures are used too, as a still of their first frame.',
        orientation: 'Pictures that lie another way than the display are used too.',
      } satisfies Record<Relaxation, string>,
      never:
        'Never giving way: your content setting, what you never want to see again, and how far a picture may be enlarged.',
      offline: 'Without a network, what is on this disk is the pool.',
      now: (displays: readonly string[]) => `now on ${f.list(displays)}`,
    },

    safePicture: {
      title: 'Safe now shows',
      auto: 'A safe picture that Kabegami chooses',
      pinnedOne: 'A picture you chose',
      hint: 'To pin one, choose "Show this for Safe now" in the menu of a safe picture.',
      reset: 'Let Kabegami choose',
      pin: 'Show this for Safe now',
      pinned: 'Safe now will show this picture.',
    },
  },

  pools: {
    title: 'Pools',
    hint: 'What pictures are chosen from.',
    failed: 'The pools could not be read',
    builtIn: {
      browse: 'The last search in Browse',
      favorites: 'Favorites',
      library: 'Pictures on this disk',
    } as Readonly<Record<string, string>>,
    count: (left: number, total: number) => (total === 0 ? 'Empty' : `${f.number(left)} of ${pictures(total)} left`),
    /** The same in the middle of a sentence. */
    builtInInside: {
      browse: 'the last search in Browse',
      favorites: 'favorites',
      library: 'what is on this disk',
    } as Readonly<Record<string, string>>,
    /** A pool the service fills: nothing was found in it yet. */
    countOpen: 'Filled by the service as it goes',
    hidden: (count: number) => `${f.number(count)} hidden by your content setting`,
    add: 'New pool',
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Remove ${name}`,
    /** `now`: what takes its place where it was used. */
    removed: (name: string, now: readonly string[]) =>
      `The pool "${name}" was removed.${now.length === 0 ? '' : ` Where it was used, pictures now come from ${f.list(now)}.`}`,
    gone: 'This pool was removed elsewhere. Saving makes it a new one.',
    saveNew: 'Save as a new pool',
    titleNew: 'New pool',
    titleEdit: 'Pool',
    name: 'Name',
    namePlaceholder: 'Quiet landscapes',
    nameMissing: 'A pool needs a name.',
    sources: 'Sources',
    sourcesNone: 'A pool needs at least one source.',
    sourcesFull: 'Twenty sources are the most.',
    addSource: 'Add a source',
    save: 'Save pool',
    saving: 'Saving …',
    weight: (source: string) => `Weight of ${source}`,
    weightTitle: 'How often, against the other sources',
    share: (share: number) => f.percent(share),
    removeSource: (source: string) => `Remove ${source}`,
    kinds: {
      favorites: 'Favorites',
      library: 'Everything on this disk',
      browse: 'The last search in Browse, whatever it is',
      query: 'This search, asked from the service',
      filter: 'This search, on this disk only',
      collection: 'A collection',
      search: 'A saved search',
      folder: 'A folder of this machine',
    },
    groups: { here: 'On this computer', browse: 'Browse', collections: 'Collections', searches: 'Saved searches' },
    search: (service: string, words: string) => `${service}: ${words}`,
    anything: 'anything',
    onDisk: 'on this disk',
    fromService: 'asked from the service',
    collectionGone: 'A collection that is gone',
    noCollections: 'No collection yet: add pictures to one with their menu',
    folderPath: 'Path of the folder',
    folderPlaceholder: '/home/me/Pictures',
    folderInvalid: 'The whole path, such as /home/me/Pictures.',
    folderSafe: 'These pictures are safe for work',
    folderSafeHint: 'Nobody rates your own pictures: unless you say they are safe, they count as adult.',
    folderAdult: 'counts as adult',
    folderIsSafe: 'safe for work',
    folderAdd: 'Add folder',
    summary: (parts: readonly string[]) => f.list(parts),
  },

  history: {
    label: 'History',
    title: 'History',
    display: 'Display',
    allDisplays: 'All displays',
    timeline: 'What was shown',
    today: 'Today',
    yesterday: 'Yesterday',
    noDate: 'Some day',
    current: 'Shown now',
    again: 'Show again',
    againOn: (subject: string, display: string) => `Show again on ${display}: ${subject}`,
    showing: 'Showing …',
    open: (subject: string) => `Open ${subject}`,
    outside: 'Set outside Kabegami',
    plain: 'A plain picture of Kabegami',
    hiddenEntry: 'Hidden by your content setting',
    older: 'Older',
    loadingOlder: 'Looking further back …',
    end: 'This is where it begins.',
    hidden: (count: number) =>
      `${f.number(count)} ${f.plural(count, { one: 'entry is', other: 'entries are' })} hidden by your content setting.`,
    failed: 'The history could not be read',
    olderFailed: 'What was before could not be read.',
    done: (display: string) => `${display} shows it again.`,
    empty: {
      title: 'Nothing was shown yet',
      text: 'Open a picture and choose "Set as wallpaper", or press Next in Wallpaper.',
      action: 'To Wallpaper',
    },
    emptyDisplay: { title: 'Nothing here yet', text: 'Nothing was shown on this display so far.' },
    reasons: {
      set: 'Chosen by you',
      next: 'Next',
      previous: 'Previous',
      undo: 'Undone',
      schedule: 'On schedule',
      start: 'At the start',
      wake: 'On waking up',
      displays: 'Displays changed',
      playlist: 'Another playlist began',
      restore: 'Put back',
      block: 'In place of one you never want again',
      content: 'In place of one no longer allowed',
      safe: 'Safe now',
      outside: 'By another program',
    } satisfies Record<ChangeReason, string>,
  },

  blocks: {
    menu: 'Never again',
    title: 'Never again',
    hint: 'Not shown, not downloaded and not set, under any name and from any service. Favorites among them stay on this disk, unseen.',
    none: 'Nothing. Choose "Never again" in the menu of a picture, its artist or a tag.',
    failed: 'The list could not be read',
    image: 'This picture',
    artist: (name: string) => `Artist: ${name}`,
    tag: (name: string) => `Tag: ${name}`,
    kinds: { image: 'Picture', artist: 'Artist', tag: 'Tag' },
    covers: (count: number) => (count === 0 ? 'no known picture' : pictures(count)),
    since: (when: string) => `since ${when}`,
    allow: 'Allow again',
    allowNamed: (label: string) => `Allow again: ${label}`,
    added: {
      image: 'You will not see this picture again.',
      artist: (name: string) => `You will not see pictures by ${name} again.`,
      tag: (name: string) => `You will not see pictures tagged ${name} again.`,
    },
    replaced: (displays: readonly string[]) => `Replaced on ${f.list(displays)}.`,
    allowed: (label: string) => `"${label}" is allowed again.`,
    find: 'Find in this list',
    more: (count: number) => `${f.number(count)} more`,
    noMatch: 'Nothing in the list matches.',
  },
};
