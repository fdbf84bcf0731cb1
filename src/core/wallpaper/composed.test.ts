import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import type { ComposeJob } from '../files/codec.ts';
import { createComposedFolder } from './composed.ts';

describe('createComposedFolder', () => {
  let home: string;
  let folder: string;
  let jobs: ComposeJob[];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kabegami-composed-'));
    folder = join(home, 'composed');
    jobs = [];
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const codec = {
    compose: (job: ComposeJob) => {
      jobs.push(job);
      writeFileSync(job.target, `${job.width}`);
      return Promise.resolve(ok(undefined));
    },
  };
  const open = () => createComposedFolder({ folder, codec });
  const job = (width = 100, x = 0) => ({
    width,
    height: 50,
    background: '#000000',
    layers: [
      {
        source: '/pictures/a.png',
        from: { x, y: 0, width: 10, height: 10 },
        to: { x: 0, y: 0, width, height: 50 },
        blur: 0,
        brightness: 1,
      },
    ],
  });
  const make = async (...args: Parameters<typeof job>): Promise<string> => {
    const made = await open().make(job(...args), () => 'hash-a', 'png');
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  };
  const piece = (file: string) => ({ file, width: 100, height: 50, fit: 'fill' as const });

  it('names a file by all that decides its content, and composes it once', async () => {
    const [one, again, wider, cropped] = [await make(), await make(), await make(101), await make(100, 1)];
    expect(one).toBe(again);
    expect(new Set([one, wider, cropped]).size).toBe(3);
    expect(jobs).toHaveLength(3);
    const other = await open().make(job(), () => 'hash-b', 'png');
    expect(other.ok && other.value).not.toBe(one);
    // The same content from another path is the same picture.
    expect(basename(one)).toMatch(/^[0-9a-f]{40}\.png$/);
    expect(readdirSync(folder).every((name) => !name.includes('.tmp.'))).toBe(true);
  });

  it('leaves nothing half-written when the codec fails', async () => {
    const failing = createComposedFolder({
      folder,
      codec: {
        compose: ({ target }) => {
          writeFileSync(target, 'half');
          return Promise.resolve(fail(appError('bad_picture', 'Broken.')));
        },
      },
    });
    expect(await failing.make(job(), () => 'h', 'png')).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what to do when the folder cannot be written', async () => {
    writeFileSync(folder, 'a file in its place');
    expect(await open().make(job(), () => 'h', 'png')).toMatchObject({
      ok: false,
      error: { code: 'data_folder_unwritable' },
    });
    const full = createComposedFolder({
      folder: join(home, 'other'),
      codec: { compose: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) },
    });
    expect(await full.make(job(), () => 'h', 'png')).toMatchObject({ ok: false, error: { code: 'disk_full' } });
  });

  it('remembers what is shown over a restart, and believes only in files that are there', async () => {
    const [one, two, whole] = [await make(1), await make(2), await make(3)];
    await open().remember({ pieces: { A: piece(one), B: piece(two) }, whole });
    expect(await open().shown()).toEqual({ pieces: { A: piece(one), B: piece(two) }, whole });
    rmSync(two);
    rmSync(whole);
    expect(await open().shown()).toEqual({ pieces: { A: piece(one) }, whole: null });
  });

  it('forgets a broken note, and never follows it out of its folder', async () => {
    expect(await open().shown()).toEqual({ pieces: {}, whole: null });
    mkdirSync(folder);
    writeFileSync(join(home, 'secret'), '');
    writeFileSync(
      join(folder, 'shown.json'),
      JSON.stringify({ pieces: { A: piece('../secret') }, whole: '../secret' }),
    );
    expect(await open().shown()).toEqual({ pieces: {}, whole: null });
    writeFileSync(join(folder, 'shown.json'), '{"pieces": 7');
    expect(await open().shown()).toEqual({ pieces: {}, whole: null });
  });

  it('removes old files, never one that is shown, and what a crash left', async () => {
    const files: string[] = [];
    for (let n = 1; n <= 12; n += 1) {
      const file = await make(n);
      utimesSync(file, n, n);
      files.push(file);
    }
    writeFileSync(join(folder, 'crashed.tmp.png'), '');
    // The two oldest are on the displays.
    const [first = '', second = ''] = files;
    await open().remember({ pieces: { A: piece(first) }, whole: second });
    const left = readdirSync(folder).filter((name) => name.endsWith('.png'));
    expect(left.sort()).toEqual([first, second, ...files.slice(-6)].map((file) => basename(file)).sort());
  });

  it('takes in a captured picture under the name of its content', async () => {
    const folderWith = open();
    const write = (text: string) => (path: string) => {
      writeFileSync(path, text);
      return Promise.resolve(true);
    };
    const [one, again, other] = [
      await folderWith.adopt(write('a')),
      await folderWith.adopt(write('a')),
      await folderWith.adopt(write('b')),
    ];
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    expect(readFileSync(one ?? '', 'utf8')).toBe('a');
    expect(await folderWith.adopt(() => Promise.resolve(false))).toBeNull();
    expect(await folderWith.adopt(() => Promise.reject(new Error('no')))).toBeNull();
    expect(existsSync(folder) && readdirSync(folder)).toHaveLength(2);
  });
});
