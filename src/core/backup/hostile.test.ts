import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { Header } from 'tar';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chooseDriver } from '../store/driver.ts';
import { runDatabaseJob } from './database-jobs.ts';
import type { RunDatabaseJob } from './run-database-job.ts';
import {
  createTestLibrary,
  dumpLibrary,
  fillLibrary,
  silent,
  verifyLibrary,
  type TestLibrary,
} from './testing/library.ts';
import { tarMembers } from './tar-reader.ts';

interface Member {
  readonly name: string;
  readonly content: Buffer;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'Directory' | 'ExtendedHeader' | 'CharacterDevice';
  /** What the header says instead of the length. */
  readonly size?: number;
}

let library: TestLibrary;
let file: string;
let before: unknown;
/** The backup they are all made from. */
let template: TestLibrary;
let whole: Buffer;
let members: readonly Member[];
/** In this thread: a new one for each of them would take most of the time. */
const runJob: RunDatabaseJob = (job) => Promise.resolve().then(() => runDatabaseJob(job) as never);
const backups = () => library.backups({ runJob });

beforeAll(async () => {
  template = createTestLibrary();
  file = path.join(template.outside, 'b.kabegami');
  fillLibrary(template);
  await template.backups().create({ path: file, pictures: 'all', overwrite: false }, silent);
  whole = readFileSync(file);
  members = await readMembers();
});
afterAll(() => template.remove());
beforeEach(() => {
  // Another library is here: nothing of the backup comes from it.
  library = createTestLibrary();
  file = path.join(library.outside, 'b.kabegami');
  writeFileSync(file, whole);
  fillLibrary(library, 7);
  before = dumpLibrary(library.folder);
});
afterEach(() => library.remove());

async function readMembers(): Promise<readonly Member[]> {
  const handle = await open(file, 'r');
  const read: Member[] = [];
  for await (const member of tarMembers(handle)) {
    const pieces: Buffer[] = [];
    await member.read((piece) => Promise.resolve(void pieces.push(Buffer.from(piece))));
    read.push({ name: member.name, content: Buffer.concat(pieces) });
  }
  await handle.close();
  return read;
}

function write(made: readonly Member[]): void {
  const blocks = made.flatMap(({ name, content, type = 'File', size = content.length }) => {
    const header = new Header({ path: name, size, mode: 0o600, mtime: new Date(0), linkpath: '/etc/passwd' });
    header.type = type;
    header.encode();
    return [header.block ?? Buffer.alloc(512), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  writeFileSync(file, Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const named = (name: string): Member =>
  members.find((member) => member.name === name) ?? { name, content: Buffer.alloc(0) };
const replaced = (name: string, content: Buffer): readonly Member[] =>
  members.map((member) => (member.name === name ? { ...member, content } : member));
const manifest = (): Record<string, unknown> =>
  JSON.parse(named('manifest.json').content.toString()) as Record<string, unknown>;
/** The same backup with another database, and a manifest that vouches for it. */
function withDatabase(change: (copy: string) => void): readonly Member[] {
  const copy = path.join(library.outside, 'copy.db');
  writeFileSync(copy, named('library.db').content);
  change(copy);
  const content = readFileSync(copy);
  rmSync(copy);
  const vouched = {
    ...manifest(),
    members: { ...(manifest()['members'] as object), 'library.db': { bytes: content.length, sha256: sha256(content) } },
  };
  return replaced('library.db', content).map((member) =>
    member.name === 'manifest.json' ? { ...member, content: text(vouched) } : member,
  );
}
const sql = (statement: string) => (copy: string) => {
  const db = chooseDriver().open(copy);
  db.exec(statement);
  db.close();
};
/** Between the settings and the pictures. */
const inserted = (...added: readonly Member[]): readonly Member[] => [
  ...members.slice(0, 3),
  ...added,
  ...members.slice(3),
];
const picture = (content: string, name = sha256(Buffer.from(content))): Member => ({
  name: `pictures/${name.slice(0, 2)}/${name}.png`,
  content: Buffer.from(content),
});

async function expectRefused(code = 'bad_backup'): Promise<void> {
  const answer = await backups().restore({ path: file }, silent);
  expect(answer).toMatchObject({ ok: false, error: { code } });
  expect(backups().pending()).toBe(false);
  expect(library.carryOut()).toBe('nothing');
  expect(dumpLibrary(library.folder)).toEqual(before);
  expect(readdirSync(library.folder).sort()).toEqual(['library.db', 'outside', 'pictures']);
}

describe('a backup that is none', () => {
  it('of the same members written by hand is one', async () => {
    write(members);
    expect(await backups().restore({ path: file }, silent)).toMatchObject({ ok: true });
    library.carryOut();
    expect(await verifyLibrary(library.folder)).toMatchObject({ clean: true, problems: [] });
  });

  it.each<[string, () => readonly Member[]]>([
    ['a path that leads out', () => inserted({ name: '../../evil.txt', content: Buffer.from('x') })],
    ['an absolute path', () => inserted({ name: '/tmp/evil.txt', content: Buffer.from('x') })],
    ['a picture that leads out', () => inserted({ name: `pictures/ab/../../../evil.png`, content: Buffer.from('x') })],
    ['a link', () => inserted({ ...picture('x'), content: Buffer.alloc(0), type: 'SymbolicLink' })],
    ['a hard link', () => inserted({ ...picture('x'), content: Buffer.alloc(0), type: 'Link' })],
    ['a folder', () => inserted({ name: 'pictures/', content: Buffer.alloc(0), type: 'Directory' })],
    ['a device', () => inserted({ name: 'outside/x', content: Buffer.alloc(0), type: 'CharacterDevice' })],
    [
      'an extended header',
      () => inserted({ name: 'x', content: Buffer.from('30 path=../../../evil.txt\n'), type: 'ExtendedHeader' }),
    ],
    ['a file of another kind', () => inserted({ name: 'secrets.json', content: Buffer.from('{}') })],
    ['a picture under a wrong hash', () => inserted(picture('x', 'a'.repeat(64)))],
    ['a picture twice', () => inserted(members[4] ?? picture('x'))],
    ['one picture more', () => inserted(picture('one more'))],
    ['one picture less', () => members.filter((_, index) => index !== 4)],
    [
      'other content of a picture',
      () =>
        members.map((member, index) =>
          index === 4 ? { ...member, content: Buffer.from('x'.repeat(member.content.length)) } : member,
        ),
    ],
    ['no table of contents', () => members.slice(0, -1)],
    ['something after its end', () => [...members, picture('late')]],
    ['no manifest', () => members.slice(1)],
    ['a manifest that is none', () => replaced('manifest.json', Buffer.from('{"format":"kabegami-backup"'))],
    ['a manifest of another program', () => replaced('manifest.json', text({ ...manifest(), format: 'other' }))],
    [
      'a manifest as large as a bomb',
      () => replaced('manifest.json', Buffer.concat([named('manifest.json').content, Buffer.alloc(200_000, ' ')])),
    ],
    ['the database last', () => [...members.filter(({ name }) => name !== 'library.db'), named('library.db')]],
    [
      'another database than the manifest says',
      () => replaced('library.db', Buffer.concat([named('library.db').content.subarray(0, -1), Buffer.from([1])])),
    ],
    [
      'settings that are not those',
      () => replaced('settings.json', Buffer.alloc(named('settings.json').content.length, 32)),
    ],
    ['a database that is text', () => withDatabase((copy) => writeFileSync(copy, 'no database '.repeat(500)))],
    [
      'a database with a broken page',
      () =>
        withDatabase((copy) =>
          writeFileSync(
            copy,
            Buffer.concat([readFileSync(copy).subarray(0, 8192), Buffer.alloc(statSync(copy).size - 8192, 7)]),
          ),
        ),
    ],
    [
      'a database with a trigger',
      () => withDatabase(sql('CREATE TRIGGER evil AFTER UPDATE ON image BEGIN DELETE FROM favorite; END')),
    ],
    ['a database with a view', () => withDatabase(sql('DROP TABLE pool; CREATE VIEW pool AS SELECT 1'))],
    [
      'a database that names a file elsewhere',
      () =>
        withDatabase(
          sql(
            "INSERT INTO file (hash, bytes, extension, width, height, added_at, used_at) VALUES ('../../../evil', 1, 'png', 1, 1, 1, 1)",
          ),
        ),
    ],
    ['a database with another ending', () => withDatabase(sql("UPDATE file SET extension = '/../x'"))],
    [
      'a database with references to nothing',
      () => withDatabase(sql("PRAGMA foreign_keys = OFF; DELETE FROM image WHERE id = 'waifu-im:2'")),
    ],
  ])('with %s is refused, and nothing changes', async (_what, make) => {
    write(make());
    await expectRefused();
    expect(existsSync(path.join(library.outside, 'evil.txt'))).toBe(false);
  });

  it.each<[string, () => readonly Member[]]>([
    ['a newer schema', () => replaced('manifest.json', text({ ...manifest(), schema: 9999 }))],
    ['a newer format', () => replaced('manifest.json', text({ ...manifest(), version: 2 }))],
  ])('of %s is refused with that word', async (_what, make) => {
    write(make());
    await expectRefused('database_newer');
  });

  it('is refused when its manifest hides a newer database', async () => {
    write(withDatabase(sql('PRAGMA user_version = 9999')));
    await expectRefused();
  });

  it('that says it is endless is refused before anything is read', async () => {
    write(inserted({ ...picture('x'), size: 8 ** 11 - 1 }));
    await expectRefused();
    write(inserted({ ...picture('x'), size: Number.MAX_SAFE_INTEGER }));
    await expectRefused();
  });

  it('is not followed where it is a folder or missing', async () => {
    rmSync(file);
    await expectRefused('not_found');
    mkdirSync(file);
    await expectRefused('not_found');
  });

  it('is told from a file of another kind', async () => {
    writeFileSync(file, Buffer.alloc(4096, 'a picture, or anything else'));
    expect(await backups().inspect({ path: file }, { check: true }, silent)).toMatchObject({
      ok: false,
      error: { code: 'bad_backup', message: expect.stringContaining('none of Kabegami') },
    });
  });

  it('may lie behind a link', async () => {
    const real = path.join(library.outside, 'real');
    writeFileSync(real, readFileSync(file));
    rmSync(file);
    symlinkSync(real, file);
    expect(await backups().inspect({ path: file }, { check: true }, silent)).toMatchObject({ ok: true });
  });

  it('cut off or changed anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1025),
        fc.boolean(),
        fc.integer({ min: 1, max: 255 }),
        async (at, cut, flip) => {
          writeFileSync(file, whole);
          if (cut) truncateSync(file, at);
          else {
            const changed = Buffer.from(whole);
            changed[at] = (changed[at] ?? 0) ^ flip;
            // Padding, owners and times say nothing.
            writeFileSync(file, changed);
          }
          const answer = await backups().inspect({ path: file }, { check: true }, silent);
          if (cut) expect(answer.ok).toBe(false);
          else if (answer.ok) {
            const read = await readMembers();
            expect(read.map(({ name, content }) => [name, sha256(content)])).toEqual(
              members.map(({ name, content }) => [name, sha256(content)]),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
