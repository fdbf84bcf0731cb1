import type { Block, BlockTarget } from '../../shared/rotation.ts';
import { Hashes, isHash, nearDuplicate } from './hashes.ts';
import { serviceHash } from './likeness.ts';
import { artistsIn, readJsonSilently, textsIn } from './stored-json.ts';

/** A row of `block`. Of an image it keeps what makes it known under another name. */
export interface BlockRow {
  readonly kind: Block['kind'];
  readonly value: string;
  readonly label: string;
  readonly at: number;
  readonly file_hash: string | null;
  readonly md5: string | null;
  readonly own_hash: string | null;
  /** `provider:hash` */
  readonly service_hash: string | null;
}

/** What of an image decides whether a block covers it. */
export interface Traits {
  readonly key: number;
  readonly id: string;
  readonly provider: string;
  readonly tags: string;
  readonly artists: string;
  readonly hash: string | null;
  readonly own_hash: string | null;
  readonly md5: string | null;
  readonly file_hash: string | null;
  /** Content of a file of it that was refused, and is not here. */
  readonly refused_hash: string | null;
}

/** Content and look of a file. */
export interface FileTraits {
  readonly hash: string;
  readonly md5: string | null;
  readonly ownHash: string | null;
}

/** All blocks, ready to be asked about an image. Blocks are told by their place in the list they were made of. */
export interface BlockRules {
  readonly empty: boolean;
  /** Which blocks cover the image. */
  covering(image: Traits): ReadonlySet<number>;
  coversFile(file: FileTraits): boolean;
}

/** Artists and tags are known by name whatever its case. */
export function valueOf(target: BlockTarget): string {
  return target.kind === 'image' ? target.value : target.value.toLowerCase();
}

export function artistNames(artists: string): readonly string[] {
  return artistsIn(readJsonSilently(artists, 'artists')).map(({ name }) => name);
}

export function createBlockRules(rows: readonly BlockRow[]): BlockRules {
  const own = new Hashes();
  const services = new Map<string, Hashes>();
  for (const [place, row] of rows.entries()) {
    own.set(place, row.own_hash);
    if (row.service_hash === null) continue;
    const colon = row.service_hash.indexOf(':');
    const provider = row.service_hash.slice(0, colon);
    const hashes = services.get(provider) ?? new Hashes();
    services.set(provider, hashes);
    hashes.set(place, row.service_hash.slice(colon + 1));
  }
  const named = (kind: Block['kind']) => places(rows, (row) => (row.kind === kind ? valueOf(row) : null));
  const ids = named('image');
  const artists = named('artist');
  const tags = named('tag');
  const files = places(rows, ({ file_hash }) => file_hash);
  const md5s = places(rows, ({ md5 }) => md5);

  const near = (hashes: Hashes | undefined, hash: string | null): readonly number[] =>
    hashes !== undefined && isHash(hash) ? hashes.near(hash, nearDuplicate) : [];
  const at = (index: Places, value: string | null): readonly number[] =>
    value === null ? [] : (index.get(value) ?? []);

  return {
    empty: rows.length === 0,
    covering(image) {
      const found = new Set<number>();
      const add = (those: readonly number[]): void => those.forEach((place) => found.add(place));
      add(at(ids, image.id));
      add(at(files, image.file_hash));
      add(at(files, image.refused_hash));
      add(at(md5s, image.md5));
      add(near(own, image.own_hash));
      add(near(services.get(image.provider), serviceHash(image)));
      if (tags.size > 0)
        for (const tag of textsIn(readJsonSilently(image.tags, 'tags'))) add(at(tags, tag.toLowerCase()));
      if (artists.size > 0) for (const name of artistNames(image.artists)) add(at(artists, name.toLowerCase()));
      return found;
    },
    coversFile: ({ hash, md5, ownHash }) =>
      files.has(hash) || at(md5s, md5).length > 0 || near(own, ownHash).length > 0,
  };
}

type Places = ReadonlyMap<string, readonly number[]>;

function places(rows: readonly BlockRow[], valueAt: (row: BlockRow) => string | null): Places {
  const found = new Map<string, number[]>();
  for (const [place, row] of rows.entries()) {
    const value = valueAt(row);
    if (value === null) continue;
    const those = found.get(value);
    if (those === undefined) found.set(value, [place]);
    else those.push(place);
  }
  return found;
}
