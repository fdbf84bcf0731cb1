import { describe, expect, it } from 'vitest';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import type { PicturesExported } from '../shared/transfer.ts';
import { expectMistake, json, run } from './testing/run-cli.ts';

const all: PicturesExported = {
  folder: '/out',
  exported: 2,
  same: 1,
  missing: 0,
  failures: [],
  hidden: 0,
  kept: 0,
  bytes: 3_000,
};

describe('export pictures', () => {
  const exporting = (more: Partial<PicturesExported> = {}, flags = '') =>
    run(`export pictures /out --favorites ${flags}`, { 'export.pictures': () => ok({ ...all, ...more }) });

  it('says what was done', async () => {
    expect(await exporting()).toMatchObject({
      code: 0,
      out: '2 pictures exported to /out (3.0 kB).\n1 picture there already.\n',
    });
    expect((await exporting({ hidden: 3 })).code).toBe(0);
  });

  it('names what was not, and ends with 1', async () => {
    const more = { missing: 1, failures: [{ id: 'waifu-im:9', reason: 'It is not on this disk.' }] };
    const ran = await exporting(more);
    expect(ran).toMatchObject({ code: 1, error: '' });
    expect(ran.out).toMatch(/^1 picture not exported\.$/m);
    expect(ran.out).toMatch(/^waifu-im:9 +It is not on this disk\.$/m);
    expect(json(await exporting(more, '--json'))).toMatchObject({ ok: true, value: more });
    expect((await exporting({ kept: 1 })).code).toBe(1);
  });
});

describe('import', () => {
  it.each([
    ['import', 'lists', ''],
    ['export', 'pictures', '', '--favorites'],
    ['library', 'add', '/a.png', ''],
    ['library', 'import', ''],
    ['folders', 'add', ''],
    ['backup', 'create', ''],
    ['backup', 'restore', ''],
    ['pools', 'add', 'calm', '--folder', ''],
  ])('does not take an empty path for the current folder: %s %s', async (...words) => {
    const ran = await run(words);
    expect(ran).toMatchObject({ code: 2, opened: 0 });
    expect(ran.error).toContain('It must not be empty.');
  });

  it('points to the verb that takes pictures', async () => {
    await expectMistake('import p1.png');
    for (const line of ['import p1.png', 'import p1.png --json'])
      expect(Object.values(await run(line)).join(' ')).toContain('kabegami library add p1.png');
    const refused = fail(appError('invalid_input', 'That holds no lists.'));
    const picture = await run('import lists /p1.png', { 'import.lists': () => refused });
    expect(picture).toMatchObject({
      code: 2,
      error: 'kabegami: That holds no lists. Pictures come in with: kabegami library add /p1.png.\n',
    });
    const other = await run('import lists a.json', { 'import.lists': () => refused });
    expect(other.error).toBe('kabegami: That holds no lists.\n');
  });
});
