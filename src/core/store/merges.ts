import { z } from 'zod';
import { imageId, type Artist, type ImageId } from '../../shared/model.ts';
import type { Blocks } from './blocks.ts';
import type { Database } from './driver.ts';
import { createImageWords } from './search/image-words.ts';
import { siteOf } from './search/sites.ts';
import { artistsIn, readJsonSilently, textsIn } from './stored-json.ts';
import type { Transaction } from './transaction.ts';

/** Characters of a note. */
const longestNote = 20_000;

/** All it takes to take a merge back, to the last row. Kept as JSON in the undo stack. */
export const mergeRecord = z.object({
  keep: imageId,
  others: z.array(imageId).min(1),
  /** What the kept one got and had not. */
  inherited: z.array(z.object({ kind: z.enum(['tag', 'artist', 'source', 'rating']), value: z.string() })),
  /** The kept one's row before; null: it was none. Absent: nothing was changed. */
  favorite: z.object({ likedAt: z.number(), removedAt: z.number().nullable() }).nullable().optional(),
  /** It was not kept for good before. */
  pinned: z.boolean(),
  note: z.object({ text: z.string(), at: z.number() }).nullable().optional(),
  /** Places in collections that were left, and those that were taken. */
  left: z.array(z.object({ collection: z.number(), image: imageId, position: z.number() })),
  taken: z.array(z.number()),
  /** Entries of the wallpaper history that now tell of the kept one. */
  shown: z.array(z.object({ image: imageId, entries: z.array(z.number()) })),
});
export type MergeRecord = z.output<typeof mergeRecord>;

/** Merging near-duplicates: nothing is deleted. Both run in the caller's transaction, or in one of their own. */
export interface MergeRepository {
  /**
   * The others go into `keep`: it gets their tags, artists, sources, notes, places in collections and in the history, and their heart. They are seen nowhere any
   * more. Null: one is not known, merged already, or blocked; nothing is changed then.
   */
  merge(keep: ImageId, others: readonly ImageId[]): MergeRecord | null;
  /** Answers false where the images are not merged (any more). */
  unmerge(record: MergeRecord): boolean;
}

interface Row {
  readonly key: number;
  readonly tags: string;
  readonly artists: string;
  readonly sources: string;
  readonly rating: string;
  readonly uploaded: number;
  readonly width: number;
  readonly kept: number;
  readonly blocked: number;
}

export function createMergeRepository(
  db: Database,
  {
    transaction,
    blocks,
    written,
  }: {
    readonly transaction: Transaction;
    readonly blocks: Pick<Blocks, 'judge'>;
    /** Hears of every image that was changed. */
    readonly written: (id: ImageId) => void;
  },
): MergeRepository {
  const read = db.prepare<Row>(
    'SELECT key, tags, artists, sources, rating, uploaded, width, kept, blocked FROM image WHERE id = ?',
  );
  const hide = db.prepare('UPDATE image SET merged_into = :keep, blocked = 1 WHERE key = :key');
  const show = db.prepare('UPDATE image SET merged_into = NULL, blocked = 0 WHERE key = :key AND merged_into = :keep');
  const inherit = db.prepare(
    'INSERT INTO inherited (image_key, kind, value) VALUES (:key, :kind, :value) ON CONFLICT DO NOTHING',
  );
  const disinherit = db.prepare('DELETE FROM inherited WHERE image_key = :key AND kind = :kind AND value = :value');
  const traits = db.prepare(
    'UPDATE image SET tags = :tags, artists = :artists, sources = :sources, rating = :rating WHERE key = :key',
  );
  const pin = db.prepare('UPDATE image SET kept = :kept WHERE key = :key');
  const words = createImageWords(db);
  const favoriteOf = db.prepare<{ liked_at: number; removed_at: number | null }>(
    'SELECT liked_at, removed_at FROM favorite WHERE image_id = ?',
  );
  const setFavorite = db.prepare(
    `INSERT INTO favorite (image_id, liked_at, removed_at) VALUES (:id, :likedAt, :removedAt)
     ON CONFLICT (image_id) DO UPDATE SET liked_at = excluded.liked_at, removed_at = excluded.removed_at`,
  );
  const noFavorite = db.prepare('DELETE FROM favorite WHERE image_id = ?');
  const places = db.prepare<{ collection: number; image: string; position: number }>(
    `SELECT collection_key AS collection, image_id AS image, position FROM collection_image
     WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY collection_key, position, image_id`,
  );
  const take = db.prepare(
    `INSERT INTO collection_image (collection_key, image_id, position)
     SELECT :collection, :image, :position WHERE EXISTS (SELECT 1 FROM collection WHERE key = :collection)
     ON CONFLICT DO NOTHING`,
  );
  const give = db.prepare('DELETE FROM collection_image WHERE collection_key = :collection AND image_id = :image');
  const noteOf = db.prepare<{ note: string; at: number }>('SELECT note, at FROM image_note WHERE image_id = ?');
  const setNote = db.prepare(
    `INSERT INTO image_note (image_id, note, at) VALUES (:id, :text, :at)
     ON CONFLICT (image_id) DO UPDATE SET note = excluded.note, at = excluded.at`,
  );
  const noNote = db.prepare('DELETE FROM image_note WHERE image_id = ?');
  const entries = db.prepare<{ key: number }>('SELECT key FROM wallpaper WHERE image_id = ? ORDER BY key');
  const retell = db.prepare('UPDATE wallpaper SET image_id = :to WHERE key IN (SELECT value FROM json_each(:keys))');

  function setTraits(
    image: Pick<Row, 'key' | 'uploaded' | 'width'>,
    to: { tags: readonly string[]; artists: readonly Artist[]; sources: readonly string[]; rating: string },
  ): void {
    traits.run({
      key: image.key,
      tags: JSON.stringify(to.tags),
      artists: JSON.stringify(to.artists),
      sources: JSON.stringify(to.sources),
      rating: to.rating,
    });
    const { key, uploaded, width } = image;
    const of = { key, uploaded, width, rating: to.rating, known: true };
    words.tags(of, to.tags);
    words.artists(
      of,
      to.artists.map(({ name }) => name),
    );
    words.sites(
      of,
      to.sources.flatMap((source) => siteOf(source) ?? []),
    );
  }

  function merge(keep: ImageId, others: readonly ImageId[]): MergeRecord | null {
    const into = read.get([keep]);
    const rows = others.map((id) => ({ id, row: read.get([id]) }));
    if (into === undefined || into.blocked === 1 || others.includes(keep)) return null;
    if (new Set(others).size < others.length) return null;
    const inherited: MergeRecord['inherited'] = [];
    // Its own stay as they are, however often its service named one: taking the merge back takes away what came, and nothing else.
    const tags = textsIn(readJsonSilently(into.tags, 'tags'));
    const sources = textsIn(readJsonSilently(into.sources, 'sources'));
    const artists = artistsIn(readJsonSilently(into.artists, 'artists'));
    const named = (name: string): boolean => artists.some((artist) => artist.name.toLowerCase() === name.toLowerCase());
    let rating = into.rating;
    let pinned = false;
    for (const { row } of rows) {
      if (row === undefined || row.blocked === 1) return null;
      for (const tag of textsIn(readJsonSilently(row.tags, 'tags'))) {
        if (tags.includes(tag)) continue;
        tags.push(tag);
        inherited.push({ kind: 'tag', value: tag });
      }
      for (const source of textsIn(readJsonSilently(row.sources, 'sources'))) {
        if (sources.includes(source)) continue;
        sources.push(source);
        inherited.push({ kind: 'source', value: source });
      }
      for (const artist of artistsIn(readJsonSilently(row.artists, 'artists'))) {
        if (named(artist.name)) continue;
        artists.push(artist);
        inherited.push({ kind: 'artist', value: JSON.stringify(artist) });
      }
      // The same picture cannot be safe and adult: what is not certainly safe is adult.
      if (row.rating !== 'safe' && rating === 'safe') {
        rating = row.rating;
        inherited.push({ kind: 'rating', value: row.rating });
      }
      pinned ||= row.kept === 1 && into.kept === 0;
    }
    for (const one of inherited) inherit.run({ key: into.key, ...one });
    setTraits(into, { tags, artists, sources, rating });
    if (pinned) pin.run({ key: into.key, kept: 1 });
    const favorite = mergeFavorites(keep, others);
    const note = mergeNotes(keep, others);
    const { left, taken } = mergePlaces(keep, others);
    const shown = others.flatMap((image) => {
      const keys = entries.all([image]).map(({ key }) => key);
      if (keys.length === 0) return [];
      retell.run({ to: keep, keys: JSON.stringify(keys) });
      return [{ image, entries: keys }];
    });
    for (const { row } of rows) if (row !== undefined) hide.run({ key: row.key, keep: into.key });
    for (const id of [keep, ...others]) written(id);
    return { keep, others: [...others], inherited, ...favorite, ...note, pinned, left, taken, shown };
  }

  /** The heart is the kept one's from now on, since when the first of them had it. What a service was told of the others stays as it is. */
  function mergeFavorites(keep: ImageId, others: readonly ImageId[]): Pick<MergeRecord, 'favorite'> {
    const own = favoriteOf.get([keep]);
    const liked = others.flatMap((id) => {
      const row = favoriteOf.get([id]);
      return row === undefined || row.removed_at !== null ? [] : [row.liked_at];
    });
    if (liked.length === 0 || (own !== undefined && own.removed_at === null)) return {};
    setFavorite.run({ id: keep, likedAt: Math.min(...liked), removedAt: null });
    return { favorite: own === undefined ? null : { likedAt: own.liked_at, removedAt: own.removed_at } };
  }

  /** What was written about the others is added; theirs stay where they are, unseen. */
  function mergeNotes(keep: ImageId, others: readonly ImageId[]): Pick<MergeRecord, 'note'> {
    const own = noteOf.get([keep]);
    const texts = own === undefined ? [] : [own.note];
    let at = own?.at ?? 0;
    for (const id of others) {
      const row = noteOf.get([id]);
      if (row === undefined || texts.some((text) => text.includes(row.note))) continue;
      texts.push(row.note);
      at = Math.max(at, row.at);
    }
    if (texts.length === (own === undefined ? 0 : 1)) return {};
    setNote.run({ id: keep, text: texts.join('\n\n').slice(0, longestNote), at });
    return { note: own === undefined ? null : { text: own.note, at: own.at } };
  }

  /** In each collection the kept one takes the first of their places, if it has none there. */
  function mergePlaces(keep: ImageId, others: readonly ImageId[]): Pick<MergeRecord, 'left' | 'taken'> {
    const own = new Set(places.all([JSON.stringify([keep])]).map(({ collection }) => collection));
    const left = places
      .all([JSON.stringify(others)])
      .map(({ collection, image, position }) => ({ collection, image, position }));
    const taken: number[] = [];
    for (const { collection, image, position } of left) {
      give.run({ collection, image });
      if (own.has(collection)) continue;
      own.add(collection);
      taken.push(collection);
      take.run({ collection, image: keep, position });
    }
    return { left, taken };
  }

  function unmerge(record: MergeRecord): boolean {
    const into = read.get([record.keep]);
    if (into === undefined) return false;
    const back = record.others.filter((id) => {
      const row = read.get([id]);
      return row !== undefined && show.run({ key: row.key, keep: into.key }).changes > 0;
    });
    if (back.length === 0) return false;
    const gone = (kind: string): ReadonlySet<string> =>
      new Set(record.inherited.filter((one) => one.kind === kind).map(({ value }) => value));
    for (const one of record.inherited) disinherit.run({ key: into.key, ...one });
    const [tags, sources, artists] = [gone('tag'), gone('source'), gone('artist')];
    setTraits(into, {
      tags: textsIn(readJsonSilently(into.tags, 'tags')).filter((tag) => !tags.has(tag)),
      sources: textsIn(readJsonSilently(into.sources, 'sources')).filter((source) => !sources.has(source)),
      artists: artistsIn(readJsonSilently(into.artists, 'artists')).filter(
        (artist) => !artists.has(JSON.stringify(artist)),
      ),
      rating: gone('rating').size > 0 ? 'safe' : into.rating,
    });
    if (record.pinned) pin.run({ key: into.key, kept: 0 });
    if (record.favorite === null) noFavorite.run([record.keep]);
    else if (record.favorite !== undefined) setFavorite.run({ id: record.keep, ...record.favorite });
    if (record.note === null) noNote.run([record.keep]);
    else if (record.note !== undefined) setNote.run({ id: record.keep, ...record.note });
    for (const collection of record.taken) give.run({ collection, image: record.keep });
    for (const place of record.left) if (back.includes(place.image)) take.run(place);
    for (const { image, entries: keys } of record.shown)
      if (back.includes(image)) retell.run({ to: image, keys: JSON.stringify(keys) });
    for (const id of [record.keep, ...back]) {
      written(id);
      blocks.judge(id);
    }
    return true;
  }

  return {
    merge: (keep, others) => transaction(() => merge(keep, others)),
    unmerge: (record) => transaction(() => unmerge(record)),
  };
}
