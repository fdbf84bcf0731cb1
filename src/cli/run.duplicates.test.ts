import { describe, expect, it } from 'vitest';
import type { DuplicatePage } from '../shared/duplicates.ts';
import { ok } from '../shared/result.ts';
import { expectAsked, expectMistake, image, run } from './testing/run-cli.ts';

const page: DuplicatePage = {
  groups: [
    {
      id: 7,
      best: 'yiff-rest:1',
      why: ['larger', 'lossless'],
      sure: false,
      members: [
        { image: image('yiff-rest:1', { favorite: true }), file: null, distance: 0, collections: [] },
        {
          image: image('waifu-im:2'),
          file: { width: 960, height: 540, bytes: 200_000, extension: 'jpg' },
          distance: 120,
          collections: [{ id: 1, name: 'Autumn' }],
        },
      ],
    },
  ],
  total: 3,
  next: 7,
  hidden: 2,
  scan: { running: false, files: 90, compared: 80 },
};

describe('duplicates', () => {
  it('are listed with the one to keep, why, and what is left', async () => {
    const { out, code } = await run('library duplicates --limit 1', { 'duplicates.list': () => ok(page) });
    expect(code).toBe(0);
    expect(out).toMatch(/\*\s+yiff-rest:1\s+1920×1080\s+1\.4 MB png\s+♥\s+larger, lossless/);
    expect(out).toMatch(/waifu-im:2\s+960×540\s+200\.0 kB jpg\s+12\.0 %\s+Autumn/);
    expect(out).toContain('kabegami library duplicates --after 7');
    expect(out).toContain('2 pictures left out');
    expect(out).toContain('10 pictures not compared yet: kabegami duplicates scan');
    const none = {
      ...page,
      groups: [],
      total: 0,
      next: null,
      hidden: 0,
      scan: { running: false, files: 3, compared: 3 },
    };
    expect((await run('library duplicates', { 'duplicates.list': () => ok(none) })).out).toBe('No duplicates.\n');
  });

  it('ask for what the lines say', async () => {
    await expectAsked('library duplicates --limit 5 --after 9 --sure', 'duplicates.list', {
      limit: 5,
      cursor: 9,
      sure: true,
    });
    await expectAsked('duplicates merge waifu-im:1 yiff-rest:2 local:a', 'duplicates.merge', {
      keep: 'waifu-im:1',
      others: ['yiff-rest:2', 'local:a'],
    });
    await expectAsked('duplicates separate waifu-im:1 yiff-rest:2', 'duplicates.separate', {
      ids: ['waifu-im:1', 'yiff-rest:2'],
      from: [],
    });
    await expectAsked('duplicates scan', 'duplicates.scan', {});
    await expectAsked('duplicates merge-sure', 'duplicates.mergeSure', {});
  });

  it('are refused where they cannot be meant', async () => {
    await expectMistake('duplicates merge waifu-im:1');
    await expectMistake('duplicates merge nonsense waifu-im:2');
    await expectMistake('duplicates separate waifu-im:1');
    await expectMistake('library duplicates --limit 1000');
  });
});
