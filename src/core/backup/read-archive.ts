import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { appError, type AppError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { isMissing } from '../files/disk.ts';
import { newestSchema } from '../store/database-copies.ts';
import {
  contents as contentsSchema,
  formatVersion,
  manifest as manifestSchema,
  parseMember,
  pictureLimit,
  textLimit,
  type Contents,
  type Manifest,
  type Member,
} from './archive-format.ts';
import { openToRead } from './open-to-read.ts';
import { BadTar, tarMembers, type TarMember } from './tar-reader.ts';

export interface ReadOptions {
  /** Reads every member and compares it with its hash; otherwise only their names and sizes are looked at. */
  readonly check: boolean;
  /** Where to put a member's content, piece by piece; null: nowhere. Asked once a member, only with `check`. */
  readonly sink?: SinkFor | undefined;
  /** Called once the manifest is known, before anything else is read; what it answers ends the reading. */
  readonly begin?: (manifest: Manifest, bytes: number) => Promise<AppError | null>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

type Content = Exclude<Member, { kind: 'manifest' | 'contents' }>;
type SinkFor = (member: Content, size: number) => Promise<Sink | null>;

export interface Sink {
  write(piece: Uint8Array): Promise<void>;
  /** The content was right. */
  keep(): Promise<void>;
  /** It was not, or the reading ended. */
  drop(): Promise<void>;
}

export interface Archive {
  readonly manifest: Manifest;
  readonly contents: Contents;
  /** Of the whole file. */
  readonly bytes: number;
}

/** Reads a backup through. Errors: `not_found`, `bad_backup`, `database_newer`, and what `begin` answers. Throws what the file system and the signal throw. */
export async function readArchive(file: string, options: ReadOptions): Promise<Result<Archive>> {
  let opened: Awaited<ReturnType<typeof openToRead>>;
  try {
    opened = await openToRead(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return fail(appError('not_found', `There is no file ${file}.`));
  }
  if (opened === null) return fail(appError('not_found', `${file} is not a file.`));
  const { handle, size } = opened;
  try {
    return await read(handle, file, size, options);
  } catch (error) {
    if (error instanceof BadTar) return bad(file, error.message);
    throw error;
  } finally {
    await handle.close();
  }
}

function bad(file: string, what: string): Result<never> {
  return fail(
    appError('bad_backup', `The backup ${path.basename(file)} ${what}. Nothing was changed. Use another backup.`),
  );
}

async function read(handle: FileHandle, file: string, bytes: number, options: ReadOptions): Promise<Result<Archive>> {
  const { check, sink, begin, onProgress, signal } = options;
  const names = createHash('sha256');
  const counted = { pictures: 0, outside: 0, bytes: 0 };
  let manifest: Manifest | null = null;
  let contents: Contents | null = null;
  /** Members that come once, in this order; pictures lie between the last two. */
  const order = ['manifest', 'database', 'settings', 'contents'] as const;
  let turn = 0;
  let done = 0;

  for await (const member of tarMembers(handle)) {
    signal?.throwIfAborted();
    const parsed = parseMember(member.name);
    if (parsed === null || contents !== null)
      return bad(file, manifest === null ? 'is no backup of Kabegami' : 'holds what no backup holds');
    if (parsed.kind === 'picture' || parsed.kind === 'outside') {
      if (turn !== 3) return bad(file, 'is damaged');
      if (member.size > pictureLimit) return bad(file, 'holds a picture that is larger than any');
      names.update(`${member.name}\n`);
      counted[parsed.kind === 'picture' ? 'pictures' : 'outside'] += 1;
      counted.bytes += member.size;
    } else if (parsed.kind !== order[turn]) return bad(file, 'is damaged');
    else turn += 1;

    if (parsed.kind === 'manifest') {
      const known = parseManifest(await readText(member), file);
      if (!known.ok) return known;
      manifest = known.value;
      const refused = (await begin?.(manifest, bytes)) ?? null;
      if (refused !== null) return fail(refused);
    } else if (parsed.kind === 'contents') {
      const known = contentsSchema.safeParse(json(await readText(member)));
      if (!known.success) return bad(file, 'is damaged');
      contents = known.data;
    } else if (manifest !== null) {
      const named =
        parsed.kind === 'database' || parsed.kind === 'settings'
          ? manifest.members[parsed.kind === 'database' ? 'library.db' : 'settings.json']
          : null;
      if (named !== null && named.bytes !== member.size) return bad(file, 'is damaged');
      const expected = named?.sha256 ?? ('hash' in parsed ? parsed.hash : '');
      if (check && !(await readMember(member, parsed, expected, { sink, signal })))
        return bad(file, 'is damaged: its content is not what was backed up');
    }
    done += member.size;
    onProgress?.(Math.min(done, bytes), bytes);
  }
  if (manifest === null || contents === null)
    return bad(file, manifest === null ? 'is no backup of Kabegami' : 'is cut off');
  const same =
    contents.pictures === counted.pictures &&
    contents.outside === counted.outside &&
    contents.bytes === counted.bytes &&
    contents.sha256 === names.digest('hex');
  return same ? ok({ manifest, contents, bytes }) : bad(file, 'is damaged: pictures are missing in it');
}

function parseManifest(text: string | null, file: string): Result<Manifest> {
  const value = json(text);
  const head = manifestSchema.pick({ format: true, version: true, schema: true }).safeParse(value);
  if (!head.success) return bad(file, 'is no backup of Kabegami');
  if (head.data.version > formatVersion || head.data.schema > newestSchema) {
    return fail(
      appError(
        'database_newer',
        `The backup ${path.basename(file)} was made by a newer Kabegami (its library has version ${head.data.schema}, this program knows ${newestSchema}). ` +
          'Install that Kabegami and restore it there. Nothing was changed.',
      ),
    );
  }
  const whole = manifestSchema.safeParse(value);
  return whole.success ? ok(whole.data) : bad(file, 'is damaged');
}

async function readMember(
  member: TarMember,
  parsed: Content,
  expected: string,
  { sink: sinkFor, signal }: Pick<ReadOptions, 'sink' | 'signal'>,
): Promise<boolean> {
  const sink = (await sinkFor?.(parsed, member.size)) ?? null;
  let right = false;
  try {
    const hash = await member.read(sink === null ? undefined : (piece) => sink.write(piece), signal);
    // An outside picture is named by the start of its hash.
    right = hash.slice(0, expected.length) === expected;
    if (right) await sink?.keep();
    return right;
  } finally {
    if (!right) await sink?.drop();
  }
}

/** Null where it is too large to be one of ours. */
async function readText(member: TarMember): Promise<string | null> {
  if (member.size > textLimit) return null;
  const pieces: Buffer[] = [];
  await member.read((piece) => Promise.resolve(void pieces.push(Buffer.from(piece))));
  return Buffer.concat(pieces).toString('utf8');
}

function json(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}
