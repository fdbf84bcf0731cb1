import { z } from 'zod';
import type { Artist, Rating } from '../../../shared/model.ts';
import { cleanLine, datesOf, httpLinks, namesOf, ratingOf, tagsOf } from './values.ts';

/** What a program that fetched a picture wrote down beside it. Empty where it says nothing. */
export interface Sidecar {
  readonly title: string | null;
  readonly tags: readonly string[];
  readonly artists: readonly Artist[];
  readonly sources: readonly string[];
  readonly pageUrl: string | null;
  readonly category: string | null;
  /** UTC ISO 8601. */
  readonly date: string | null;
  /** Null: it says nothing of it. Anything but a clear "safe" is adult. */
  readonly rating: Rating | null;
}

/** Larger files are not sidecars. */
export const sidecarLimit = 1024 * 1024;

/** Every key may be missing or of any shape: each is looked at for itself, and what does not fit says nothing. */
const record = z.record(z.string(), z.unknown());

/** Data of gallery-dl (its keys vary by extractor) or of Grabber (its keys are its tokens), as JSON. Null: not such a file. */
export function parseJsonSidecar(text: string): Sidecar | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = record.safeParse(value);
  if (!parsed.success) return null;
  const data = parsed.data;
  const nested = record.safeParse(data['tags']);
  const groups: Readonly<Record<string, unknown>> = nested.success ? nested.data : {};

  const artistNames = [
    ...tagsOf(data['tag_string_artist']),
    ...tagsOf(data['tags_artist']),
    ...tagsOf(groups['artist']),
    ...namesOf(data['artist']),
    ...namesOf(data['artists']),
  ];
  const people =
    artistNames.length > 0
      ? artistNames
      : firstOf(data, ['author', 'user', 'creator', 'username', 'account', 'uploader']);
  const tags = [
    ...tagsOf(data['tag_string']),
    ...(nested.success ? Object.values(groups).flatMap(tagsOf) : tagsOf(data['tags'])),
    ...['all', 'general', 'copyright', 'character', 'model', 'hashtags', 'tag_string_general'].flatMap((key) =>
      tagsOf(data[key]),
    ),
  ];
  const site = cleanLine(data['category'], 40) ?? cleanLine(data['websitename'], 40);
  const sidecar: Sidecar = {
    title: cleanLine(data['title'], 300),
    tags: unique(tags).slice(0, 500),
    artists: unique(people)
      .slice(0, 20)
      .map((name) => ({ name, links: [] })),
    sources: unique([
      ...['source', 'sources', 'url_original', 'md5_source'].flatMap((key) => httpLinks(data[key])),
    ]).slice(0, 20),
    pageUrl:
      ['post_url', 'page_url', 'webpage_url', 'url_page', 'permalink'].flatMap((key) => httpLinks(data[key]))[0] ??
      null,
    category: null,
    date: datesOf([data['date'], data['created_at'], data['create_date'], data['published_at'], data['timestamp']]),
    rating: ratingOf(data, site),
  };
  return saysSomething(sidecar) ? sidecar : null;
}

/**
 * A text file of tags: Grabber's and gallery-dl's, one a line or all in one, with or without namespaces (`artist:`, `rating:`, `source:`),
 * or lines of `name: value` as Grabber's owner may have set them. Null: not such a file.
 */
export function parseTextSidecar(text: string): Sidecar | null {
  // eslint-disable-next-line no-control-regex -- a binary file is no list of tags
  if (/[\u0000-\u0008\u000e-\u001f]/.test(text)) return null;
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const data: Record<string, unknown> = {};
  const tags: string[] = [];
  const artists: string[] = [];
  const put = (key: string, value: string): void => {
    const name = key.toLowerCase();
    if (name === 'artist') artists.push(...(value.includes(',') ? value.split(',') : [value]));
    else if (['rating', 'source', 'sources', 'title', 'date', 'author', 'url_page', 'websitename'].includes(name))
      data[name] = value;
    else if (['tags', 'all', 'general', 'copyright', 'character', 'model', 'meta'].includes(name))
      tags.push(...tagsOf(value));
  };
  for (const line of lines.slice(0, 2000)) {
    const pair = /^([A-Za-z_]{2,20})\s*[:=]\s+(.+)$/.exec(line);
    if (pair !== null) put(pair[1] ?? '', pair[2] ?? '');
    else if (/^https?:\/\/\S+$/.test(line)) data['source'] ??= line;
    else {
      // One tag a line may hold spaces; several on a line are parted by commas or spaces.
      const words = line.includes(',') ? line.split(',') : lines.length > 2 ? [line] : line.split(/\s+/);
      for (const word of words.map((each) => each.trim()).filter(Boolean)) {
        const [, space, rest] =
          /^(artist|rating|source|general|copyright|character|model|meta):(.+)$/i.exec(word) ?? [];
        if (space === undefined || rest === undefined) tags.push(word);
        else if (['artist', 'rating', 'source'].includes(space.toLowerCase())) put(space, rest);
        else tags.push(rest);
      }
    }
  }
  return parseJsonSidecar(JSON.stringify({ ...data, tags, artists }));
}

function firstOf(data: Readonly<Record<string, unknown>>, keys: readonly string[]): readonly string[] {
  for (const key of keys) {
    const names = namesOf(data[key]);
    if (names.length > 0) return names;
  }
  return [];
}

function saysSomething({ title, tags, artists, sources, date, rating }: Sidecar): boolean {
  return (
    title !== null || tags.length > 0 || artists.length > 0 || sources.length > 0 || date !== null || rating !== null
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
