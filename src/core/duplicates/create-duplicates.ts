import { setImmediate as nextTurn } from 'node:timers/promises';
import { appError, cancelled } from '../../shared/errors.ts';
import type {
  DuplicateGroup,
  DuplicateMember,
  DuplicateMerged,
  DuplicatePage,
  DuplicateScan,
  DuplicatesSeparated,
  SureMerged,
} from '../../shared/duplicates.ts';
import type { Edit } from '../../shared/edits.ts';
import type { Image, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Edits } from '../edits/edits.ts';
import { seldom } from '../files/seldom.ts';
import type { EventBus } from '../events.ts';
import type { Codec } from '../files/codec.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Clock, Log } from '../ports.ts';
import type { StoredGroup } from '../store/duplicates.ts';
import type { Store } from '../store/store.ts';
import { rankDuplicates } from './best.ts';
import { createDuplicateEdits } from './edits.ts';
import { createScan, type ScanReport } from './scan.ts';

/** Pictures arrive in bursts: they are compared once no more came for so many milliseconds. */
const quietFor = 10_000;
/** Milliseconds between two reports of a scan. */
const reportEvery = 250;
/** Groups merged in one transaction when all sure ones are. */
const mergedAtOnce = 10;

/** What is the same to the eye: finding it, choosing, merging, and saying that it is not. */
export interface Duplicates {
  list(page: { readonly cursor: number | null; readonly limit: number; readonly sure: boolean }): DuplicatePage;
  merge(keep: ImageId, others: readonly ImageId[]): Result<DuplicateMerged>;
  /** Merges every group that asks no eye into its best one. */
  mergeSure(progress: (done: number, total: number) => void, signal: AbortSignal): Promise<Result<SureMerged>>;
  separate(ids: readonly ImageId[], from: readonly ImageId[]): Result<DuplicatesSeparated>;
  /** Compares what was not compared yet. One scan at a time: a second one waits for the first. */
  scan(progress: (done: number, total: number) => void, signal: AbortSignal): Promise<Result<ScanReport>>;
  /** A picture has come: it is compared when no more come. */
  soon(): void;
  /** Compares in the background from now on. */
  start(): void;
  stop(): Promise<void>;
}

export function createDuplicates(parts: {
  readonly store: Pick<Store, 'signatures' | 'duplicates' | 'merges' | 'images' | 'files' | 'transaction' | 'likeness'>;
  readonly codec: Pick<Codec, 'looks' | 'compare'>;
  readonly pictures: Pick<Pictures, 'peek'>;
  /** Where a picture lies that stays in its folder; null: it is not there now. */
  readonly original?: (id: ImageId) => Promise<string | null>;
  readonly gate: ContentGate;
  readonly adult: () => boolean;
  readonly edits: Pick<Edits, 'make' | 'apply' | 'register'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Log;
  /** Hearts went to other pictures, or came back. */
  readonly favoritesChanged: () => void;
}): Duplicates {
  const { store, gate, adult, edits, events, clock, log } = parts;
  const { merging, parting } = createDuplicateEdits({ ...parts, changed });
  const scanner = createScan(parts);
  const stopping = new AbortController();
  let running: Promise<unknown> | null = null;
  let cancelSoon: (() => void) | null = null;
  let started = false;

  /** Clients drop what is merged, and put back what no longer is: they are told the images themselves, with the mark. */
  function changed(ids: readonly ImageId[]): void {
    const images = store.images.getMany(ids).filter(({ rating }) => gate.allows({ rating }));
    if (images.length > 0) events.emit('images.changed', { images });
    if (ids.length > 0) {
      parts.favoritesChanged();
      events.emit('pools.changed', { what: 'collections' });
      const collections = [...new Set(store.duplicates.places(ids).map(({ id }) => id))];
      events.emit('collections.changed', { collections, notes: ids });
    }
    events.emit('duplicates.changed', {});
  }

  function groupFrom(stored: StoredGroup): DuplicateGroup | null {
    const images = store.images.getMany(stored.members.map(({ id }) => id)).filter(gate.allows);
    if (images.length < 2) return null;
    const keys = new Map(stored.members.map(({ key, id }) => [id, key]));
    const places = store.duplicates.places(images.map(({ id }) => id));
    const members = images.map((image) => {
      const record = store.files.of(image.id);
      const collections = places.filter((place) => place.image === image.id).map(({ id, name }) => ({ id, name }));
      const file =
        record === null
          ? image.inFolder
            ? { width: image.width, height: image.height, bytes: image.bytes ?? 0, extension: image.extension }
            : null
          : { width: record.width, height: record.height, bytes: record.bytes, extension: record.extension };
      return { image, file, collections };
    });
    const { ranked, why } = rankDuplicates(
      members.map((member) => ({
        id: member.image.id,
        width: member.file?.width ?? member.image.width,
        height: member.file?.height ?? member.image.height,
        bytes: member.file?.bytes ?? member.image.bytes,
        extension: member.file?.extension ?? member.image.extension,
        favorite: member.image.favorite,
        collections: member.collections.length,
        at: timeOf(member.image),
      })),
    );
    const best = ranked[0]?.id ?? '';
    const bestKey = keys.get(best) ?? -1;
    const pairWith = (id: ImageId) => {
      const key = keys.get(id) ?? -1;
      const [low, high] = [Math.min(key, bestKey), Math.max(key, bestKey)];
      return stored.pairs.find((pair) => pair.low === low && pair.high === high) ?? null;
    };
    const ordered = ranked.flatMap(({ id }): DuplicateMember[] => {
      const member = members.find(({ image }) => image.id === id);
      return member === undefined ? [] : [{ ...member, distance: id === best ? 0 : (pairWith(id)?.distance ?? null) }];
    });
    const sure = ordered.every(({ image }) => image.id === best || pairWith(image.id)?.sure === true);
    return { id: stored.key, members: ordered, best, why, sure };
  }

  function scanState(): DuplicateScan {
    const { files, signed, pending } = store.signatures.counts();
    return { running: running !== null, files, compared: Math.max(0, Math.min(files, signed - pending)) };
  }

  const list: Duplicates['list'] = ({ cursor, limit, sure }) => {
    const { groups, next } = store.duplicates.page({ adult: adult(), before: cursor, limit, sure });
    const told = groups.flatMap((group) => groupFrom(group) ?? []).filter((group) => !sure || group.sure);
    return {
      groups: told,
      total: store.duplicates.count(adult()),
      next,
      hidden: groups.reduce((sum, { hidden }) => sum + hidden, 0),
      scan: scanState(),
    };
  };

  /** As a person calls it: the id of a picture of this machine says nothing. */
  const nameOf = (id: ImageId): string => {
    const title = store.images.get(id)?.title;
    return title == null ? id : `"${title}"`;
  };

  function merge(keep: ImageId, others: readonly ImageId[]): Result<DuplicateMerged> {
    const wanted = [keep, ...others];
    if (new Set(wanted).size < wanted.length) return fail(appError('invalid_input', 'A picture is named twice.'));
    const images = store.images.getMany(wanted);
    for (const id of wanted) {
      const image = images.find((one) => one.id === id);
      if (image === undefined) return fail(appError('not_found', `There is no image ${id} in the library.`));
      const allowed = gate.check(image);
      if (!allowed.ok) return allowed;
    }
    const { edit } = edits.make(() => {
      const { inverse } = edits.apply([merging.of({ keep, others: [...others] })]);
      return { value: null, label: mergedWords(others.length, nameOf(keep)), inverse };
    });
    const kept = store.images.get(keep);
    if (edit === null || kept === null)
      return fail(appError('not_found', 'These pictures cannot be merged any more. Look at the list again.'));
    return ok({ kept, merged: others, edits: [edit] });
  }

  async function mergeSure(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<SureMerged>> {
    const made: Edit[] = [];
    let merged = 0;
    let groups = 0;
    for (let cursor: number | null = null; ;) {
      if (signal.aborted) return groups > 0 ? ok({ groups, merged, edits: made }) : fail(cancelled);
      const page: DuplicatePage = list({ cursor, limit: mergedAtOnce, sure: true });
      const pairs = page.groups.map(({ best, members }) => ({
        keep: best,
        others: members.map(({ image }) => image.id).filter((id) => id !== best),
      }));
      if (pairs.length > 0) {
        const count = pairs.reduce((sum, { others }) => sum + others.length, 0);
        const { edit } = edits.make(() => {
          const { inverse } = edits.apply(pairs.map((pair) => merging.of(pair)));
          const label = `Merged ${count} ${count === 1 ? 'duplicate' : 'duplicates'}, the same to the pixel`;
          return { value: null, label, inverse };
        });
        if (edit !== null) made.push(edit);
        merged += count;
        groups += pairs.length;
        progress(groups, Math.max(groups, page.total));
      }
      if (page.next === null) return ok({ groups, merged, edits: made });
      cursor = page.next;
      await nextTurn();
    }
  }

  function separate(ids: readonly ImageId[], from: readonly ImageId[]): Result<DuplicatesSeparated> {
    const known = new Set(
      store.images
        .getMany([...ids, ...from])
        .filter(gate.allows)
        .map(({ id }) => id),
    );
    for (const id of [...ids, ...from])
      if (!known.has(id)) return fail(appError('not_found', `There is no image ${id} in the library.`));
    const pairs = (
      from.length > 0
        ? ids.flatMap((one) => from.map((other) => [one, other] as const))
        : ids.flatMap((one, place) => ids.slice(place + 1).map((other) => [one, other] as const))
    ).filter(([one, other]) => one !== other);
    if (pairs.length === 0) return fail(appError('invalid_input', 'At least two different pictures are needed.'));
    const { value, edit } = edits.make(() => {
      const { inverse } = edits.apply([parting.of({ pairs: pairs.map(([one, other]) => [one, other]) })]);
      return { value: inverse.length > 0, label: 'Said that pictures are not the same', inverse };
    });
    return ok({ separated: value ? pairs.length : 0, edits: edit === null ? [] : [edit] });
  }

  async function scan(
    progress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Result<ScanReport>> {
    while (running !== null) {
      if (signal.aborted) return fail(cancelled);
      await running;
    }
    const both = AbortSignal.any([signal, stopping.signal]);
    const work = scanner.run(seldom(progress, clock, reportEvery), both);
    running = work.catch(() => undefined);
    try {
      const report = await work;
      return report;
    } finally {
      running = null;
      events.emit('duplicates.changed', {});
    }
  }

  /** What blocks and the shuffle bag ask, ready before they do. */
  async function readLikeness(): Promise<void> {
    while (!stopping.signal.aborted && !store.likeness.loadSome()) await nextTurn();
  }

  async function inBackground(): Promise<void> {
    cancelSoon = null;
    await readLikeness();
    if (running !== null) return soon();
    const { files, signed, pending } = store.signatures.counts();
    if (files <= signed && pending === 0) return;
    try {
      const report = await scan(
        (done, total) =>
          events.emit('progress', { request: null, kind: 'duplicates', image: null, done, total, unit: 'items' }),
        stopping.signal,
      );
      if (report.ok) log.info('Compared pictures', { ...report.value });
      else if (report.error.code !== 'cancelled') log.warn('Pictures could not be compared', { ...report.error });
    } catch (error) {
      log.error('Comparing pictures failed', { error: error instanceof Error ? error.stack : String(error) });
    }
  }

  function soon(): void {
    if (!started || stopping.signal.aborted) return;
    cancelSoon?.();
    cancelSoon = clock.after(quietFor, () => void inBackground());
  }

  return {
    list,
    merge,
    mergeSure,
    separate,
    scan,
    soon,
    start() {
      started = true;
      soon();
    },
    async stop() {
      stopping.abort();
      cancelSoon?.();
      await running;
    },
  };
}

function timeOf({ uploadedAt }: Image): number | null {
  const at = uploadedAt === null ? Number.NaN : Date.parse(uploadedAt);
  return Number.isFinite(at) ? at : null;
}

function mergedWords(count: number, kept: string): string {
  return `Merged ${count} ${count === 1 ? 'duplicate' : 'duplicates'} into ${kept}`;
}
