import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled } from '../../shared/errors.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Codec } from '../files/codec.ts';
import { signatureFrom, signatureVersion } from '../files/look.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Store } from '../store/store.ts';
import { createSignatureIndex, type SignatureIndex } from './signature-index.ts';
import { distanceOf, isSure, noDuplicate } from './verdict.ts';

/** Files looked for without a signature, and looked at, in one go. */
const filesAtOnce = 500;
const looksAtOnce = 10;
/** Signatures read from the database, and compared, between two breaths. */
const rowsAtOnce = 2_000;
const comparedAtOnce = 20;
/** Pairs looked at closely in one job of the codec. */
const pairsAtOnce = 20;
/** Of a picture that looks like very many, the nearest so many are looked at: the others are found through them. */
const mostCandidates = 60;
/** Images of the same file that are paired with one another. */
const sameFile = 30;

export interface ScanReport {
  /** Pictures that were compared. */
  readonly compared: number;
  /** Groups have changed. */
  readonly changed: boolean;
}

/**
 * Finds what is the same to the eye: computes the signatures that are missing, and compares those that were not compared with all others. What is done is
 * done: a scan that is cancelled or killed goes on where it was.
 */
export interface Scan {
  run(progress: (done: number, total: number) => void, signal: AbortSignal): Promise<Result<ScanReport>>;
}

export function createScan(parts: {
  readonly store: Pick<Store, 'signatures' | 'duplicates' | 'images' | 'transaction'>;
  readonly codec: Pick<Codec, 'looks' | 'compare'>;
  readonly pictures: Pick<Pictures, 'peek'>;
  /** Where a picture lies that stays in its folder; null: it is not there now. */
  readonly original?: (id: ImageId) => Promise<string | null>;
  readonly yieldNow?: () => Promise<void>;
}): Scan {
  const { store, codec, pictures, original = () => Promise.resolve(null), yieldNow = () => nextTurn() } = parts;
  const { signatures, duplicates } = store;
  let index: SignatureIndex | null = null;
  /** The last signature the index has read. */
  let read = 0;

  /** A file to look at: the thumbnail, which is small, else the picture. */
  async function fileOf(id: ImageId): Promise<string | null> {
    const kept = (await pictures.peek(id, 'small')) ?? (await pictures.peek(id, 'full'));
    return kept?.path ?? (await original(id));
  }

  async function sign(done: (count: number) => void, signal: AbortSignal): Promise<Result<void>> {
    for (let after: string | null = null; ;) {
      const { files, next } = signatures.missing(signatureVersion, after, filesAtOnce);
      for (let at = 0; at < files.length; at += looksAtOnce) {
        if (signal.aborted) return fail(cancelled);
        const some = await Promise.all(
          files.slice(at, at + looksAtOnce).map(async ({ hash, image }) => ({ hash, path: await fileOf(image) })),
        );
        const there = some.flatMap(({ hash, path }) => (path === null ? [] : [{ hash, path }]));
        if (there.length === 0) continue;
        const looks = await codec.looks({ sources: there.map(({ path }) => path) }, signal);
        if (!looks.ok) return looks;
        store.transaction(() => {
          for (const [place, { hash }] of there.entries())
            signatures.write(hash, signatureVersion, looks.value[place] ?? '');
        });
        done(there.length);
        await yieldNow();
      }
      if (next === null) return ok(undefined);
      after = next;
      await yieldNow();
    }
  }

  async function load(signal: AbortSignal): Promise<SignatureIndex | null> {
    index ??= createSignatureIndex();
    for (;;) {
      if (signal.aborted) return null;
      const rows = signatures.page(read, rowsAtOnce);
      for (const { key, value, width, height } of rows) index.set(key, signatureFrom(value), width, height);
      read = rows.at(-1)?.key ?? read;
      if (rows.length < rowsAtOnce) return index;
      await yieldNow();
    }
  }

  /** Looks closely at pairs of signatures. Answers whether groups have changed; null when it was cancelled or failed. */
  async function verify(pairs: readonly (readonly [number, number])[], signal: AbortSignal): Promise<Result<boolean>> {
    let changed = false;
    const files = new Map<number, string | null>();
    const fileFor = async (key: number): Promise<string | null> => {
      if (!files.has(key)) {
        const [image] = signatures.images(key, 1);
        files.set(key, image === undefined ? null : await fileOf(image.id));
      }
      return files.get(key) ?? null;
    };
    for (let at = 0; at < pairs.length; at += pairsAtOnce) {
      if (signal.aborted) return fail(cancelled);
      const some: { readonly keys: readonly [number, number]; readonly one: string; readonly other: string }[] = [];
      for (const keys of pairs.slice(at, at + pairsAtOnce)) {
        const [one, other] = [await fileFor(keys[0]), await fileFor(keys[1])];
        if (one !== null && other !== null) some.push({ keys, one, other });
      }
      if (some.length === 0) continue;
      const differences = await codec.compare({ pairs: some.map(({ one, other }) => ({ one, other })) }, signal);
      if (!differences.ok) return differences;
      for (const [place, { keys }] of some.entries()) {
        const difference = differences.value[place] ?? null;
        if (difference === null || noDuplicate(difference)) continue;
        const [ones, others] = [signatures.images(keys[0], sameFile), signatures.images(keys[1], sameFile)];
        const images = new Map(
          store.images.getMany([...ones, ...others].map(({ id }) => id)).map((image) => [image.id, image]),
        );
        const found = ones.flatMap((one) =>
          others.map((other) => ({
            low: Math.min(one.key, other.key),
            high: Math.max(one.key, other.key),
            distance: distanceOf(difference),
            sure: isSure(difference, images.get(one.id), images.get(other.id)),
          })),
        );
        changed = duplicates.add(found.filter(({ low, high }) => low !== high)) || changed;
      }
      await yieldNow();
    }
    return ok(changed);
  }

  /** Images with the same file are the same content. */
  function sameContent(key: number): boolean {
    const images = signatures.images(key, sameFile);
    const [first, ...others] = images;
    if (first === undefined || others.length === 0) return false;
    return duplicates.add(others.map((other) => ({ low: first.key, high: other.key, distance: 0, sure: true })));
  }

  async function compare(done: (count: number) => void, signal: AbortSignal): Promise<Result<ScanReport>> {
    let compared = 0;
    let changed = false;
    const known = await load(signal);
    if (known === null) return fail(cancelled);
    for (;;) {
      if (signal.aborted) return fail(cancelled);
      const rows = signatures.pending(comparedAtOnce);
      if (rows.length === 0) return ok({ compared, changed });
      const pairs: (readonly [number, number])[] = [];
      for (const { key, value, width, height } of rows) {
        // It may have been computed anew.
        known.set(key, signatureFrom(value), width, height);
        changed = sameContent(key) || changed;
      }
      for (const { key } of rows) {
        const near = known.near(key).slice(0, mostCandidates);
        for (const other of near) {
          // Of two that are both to be compared, one finds the other.
          if (other > key && rows.some((row) => row.key === other)) continue;
          pairs.push([key, other]);
        }
        await yieldNow();
      }
      const verified = await verify(pairs, signal);
      if (!verified.ok) return verified;
      changed = verified.value || changed;
      signatures.compared(rows.map(({ key }) => key));
      compared += rows.length;
      done(rows.length);
      await yieldNow();
    }
  }

  return {
    async run(progress, signal) {
      // Each file is looked at once and compared once.
      const { files, signed, pending } = signatures.counts();
      const total = Math.max(0, 2 * (files - signed) + pending);
      let steps = 0;
      const step = (count: number): void => progress(Math.min((steps += count), total), total);
      const looked = await sign(step, signal);
      if (!looked.ok) return looked;
      return compare(step, signal);
    },
  };
}
