import { describe, expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import type { HistoryEntry } from '../shared/rotation.ts';
import { expectAsked, expectMistake, image, json, run } from './testing/run-cli.ts';

const shown = { applied: [{ display: 'LEFT', backend: 'x11-root', verified: true }], images: ['waifu-im:1'] };
const applied = ok(shown);

describe('going through the history', () => {
  it.each([
    ['wallpaper previous', 'wallpaper.previous', { displays: null }],
    ['wallpaper previous --display LEFT --display RIGHT', 'wallpaper.previous', { displays: ['LEFT', 'RIGHT'] }],
    ['wallpaper undo', 'wallpaper.undo', {}],
    ['wallpaper restore', 'wallpaper.restore', {}],
    ['wallpaper jump 12', 'wallpaper.jump', { entry: 12 }],
    ['wallpaper safe', 'wallpaper.safe', { on: true }],
    ['wallpaper safe off', 'wallpaper.safe', { on: false }],
    ['wallpaper history', 'wallpaper.history', { display: null, before: null, limit: 20 }],
    [
      'wallpaper history --display edid:del-1 --limit 3 --before 40',
      'wallpaper.history',
      { display: 'edid:del-1', before: 40, limit: 3 },
    ],
    ['displays', 'displays.list', {}],
  ] as const)('%s', (line, name, input) => expectAsked(line, name, input));

  it.each([
    'wallpaper jump',
    'wallpaper jump first',
    'wallpaper jump 0',
    'wallpaper safe maybe',
    'wallpaper history --limit 0',
    'wallpaper history --before x',
    'wallpaper undo everything',
  ])('%s is a mistake', (line) => expectMistake(line));

  it('say what is shown now, and where it is not certain', async () => {
    for (const [line, name] of [
      ['wallpaper previous', 'wallpaper.previous'],
      ['wallpaper undo', 'wallpaper.undo'],
      ['wallpaper jump 3', 'wallpaper.jump'],
      ['wallpaper restore', 'wallpaper.restore'],
    ] as const) {
      const ran = await run(line, { [name]: () => applied });
      expect(ran, line).toMatchObject({ code: 0, error: '' });
      expect(ran.out, line).toContain('waifu-im:1');
    }
    const noted = await run('wallpaper undo', {
      'wallpaper.undo': () => ok({ ...shown, note: 'On "LEFT" another picture came.' }),
    });
    expect(noted.out).toContain('On "LEFT" another picture came.');
  });

  it('says so when nothing was lost', async () => {
    const ran = await run('wallpaper restore', { 'wallpaper.restore': () => ok({ applied: [], images: [] }) });
    expect(ran).toMatchObject({ code: 0, out: 'Nothing was lost.\n' });
  });
});

describe('wallpaper history', () => {
  const entry = (key: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
    key,
    display: 'edid:1',
    displayName: 'LEFT',
    image: image(`waifu-im:${key}`),
    outside: false,
    hidden: false,
    fit: 'fill',
    at: '2026-11-25T12:00:00.000Z',
    reason: 'next',
    current: false,
    ...more,
  });

  it('marks what is shown now, and tells outside pictures and hidden ones from ours', async () => {
    const page = {
      entries: [
        entry(4, { image: null, reason: 'safe' }),
        entry(3, { current: true }),
        entry(2, { image: null, outside: true, reason: 'outside' }),
        entry(1, { image: null, hidden: true }),
      ],
      next: 1,
      hidden: 1,
    };
    const ran = await run('wallpaper history', { 'wallpaper.history': () => ok(page) });
    expect(ran.out).toMatch(/^\* {2}3 .* LEFT {5}waifu-im:3 .* next$/m);
    expect(ran.out).toMatch(/^ {3}4 .* \(a plain one, drawn by Kabegami\) .* safe$/m);
    expect(ran.out).toMatch(/^ {3}2 .* \(set by another program\) .* outside$/m);
    expect(ran.out).toMatch(/^ {3}1 .* \(hidden\) /m);
    expect(ran.out).toContain('1 hidden by your content setting.\n');
    expect(ran.out).toContain('Older ones: --before 1\n');
    expect(json(await run('wallpaper history --json', { 'wallpaper.history': () => ok(page) }))).toEqual({
      ok: true,
      value: page,
    });
  });

  it('is told when it is empty', async () => {
    const ran = await run('wallpaper history', {
      'wallpaper.history': () => ok({ entries: [], next: null, hidden: 0 }),
    });
    expect(ran).toMatchObject({ code: 0, out: 'Nothing was shown yet.\n' });
  });
});
