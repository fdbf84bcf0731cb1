import type { FavoriteQuery, ImageId, Rating } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import { favoriteConditions, favoriteOrder } from './favorite-query.ts';

export interface FavoriteMatches {
  /** In the order asked, all of them: ids are cheap, images are fetched in parts. */
  readonly ids: readonly ImageId[];
  /** Matches left out because adult content is off. */
  readonly hidden: number;
  /** Newest removal first; `removedAt` in milliseconds since the epoch. */
  readonly tombstones: readonly { readonly id: ImageId; readonly removedAt: number }[];
}

/** What the user likes. A row without `removed_at` is a favorite, with it a tombstone: dropped by the service, file kept. */
export interface FavoriteRepository {
  /** Makes favorites of them (of tombstones too). Answers those that were none. The images must be known. */
  like(likes: readonly { readonly id: ImageId; readonly at: number }[]): readonly ImageId[];
  /** Answers those that were favorites. */
  unlike(ids: readonly ImageId[]): readonly ImageId[];
  /** Makes tombstones of favorites. Answers those that were favorites. */
  bury(ids: readonly ImageId[], at: number): readonly ImageId[];
  /** Makes favorites of tombstones, liked when they were. Answers those that were tombstones. */
  restore(ids: readonly ImageId[]): readonly ImageId[];
  /** Forgets tombstones. Answers those that were tombstones. */
  letGo(ids: readonly ImageId[]): readonly ImageId[];
  /** What is neither has no entry. */
  status(ids: readonly ImageId[]): ReadonlyMap<ImageId, 'liked' | 'removed'>;
  /** `adult`: the opt-in is on. */
  find(query: FavoriteQuery, adult: boolean): FavoriteMatches;
  /** `favorites` and `available` (full picture on disk) count what may be shown, `hidden` the rest. */
  counts(adult: boolean): { readonly favorites: number; readonly hidden: number; readonly available: number };
  /** Favorites, newest like first, after a place in that order: for walking over all of them in parts. */
  walk(
    after: FavoritePlace | null,
    limit: number,
  ): readonly (FavoritePlace & { readonly rating: Rating; readonly cached: boolean })[];
}

export interface FavoritePlace {
  readonly likedAt: number;
  readonly id: ImageId;
}

/** The favorites are always read first (CROSS): there are few of them in a large library, of which SQLite knows nothing. */
export function createFavoriteRepository(db: Database): FavoriteRepository {
  const given = 'SELECT value FROM json_each(:ids)';
  const status = db.prepare<{ image_id: string; removed: number }>(
    `SELECT image_id, removed_at IS NOT NULL AS removed FROM favorite WHERE image_id IN (${given})`,
  );
  const like = db.prepare(
    `INSERT INTO favorite (image_id, liked_at) VALUES (:id, :at)
     ON CONFLICT (image_id) DO UPDATE SET liked_at = excluded.liked_at, removed_at = NULL WHERE removed_at IS NOT NULL`,
  );
  const unlike = db.prepare(`DELETE FROM favorite WHERE removed_at IS NULL AND image_id IN (${given})`);
  const bury = db.prepare(`UPDATE favorite SET removed_at = :at WHERE removed_at IS NULL AND image_id IN (${given})`);
  const restore = db.prepare(
    `UPDATE favorite SET removed_at = NULL WHERE removed_at IS NOT NULL AND image_id IN (${given})`,
  );
  const letGo = db.prepare(`DELETE FROM favorite WHERE removed_at IS NOT NULL AND image_id IN (${given})`);
  const counts = db.prepare<{ favorites: number; hidden: number; available: number }>(
    `SELECT count(*) FILTER (WHERE :adult OR image.rating = 'safe') AS favorites,
            count(*) FILTER (WHERE NOT :adult AND image.rating <> 'safe') AS hidden,
            count(*) FILTER (WHERE (:adult OR image.rating = 'safe') AND image.file_hash IS NOT NULL) AS available
     FROM favorite CROSS JOIN image ON image.id = favorite.image_id WHERE favorite.removed_at IS NULL AND image.blocked = 0`,
  );
  const walk = db.prepare<{ image_id: string; liked_at: number; rating: Rating; cached: number }>(
    `SELECT favorite.image_id, favorite.liked_at, image.rating, image.file_hash IS NOT NULL AS cached
     FROM favorite CROSS JOIN image ON image.id = favorite.image_id
     WHERE favorite.removed_at IS NULL AND image.blocked = 0 AND (:likedAt IS NULL OR (favorite.liked_at, favorite.image_id) < (:likedAt, :id))
     ORDER BY favorite.liked_at DESC, favorite.image_id DESC LIMIT :limit`,
  );

  const statusOf = (ids: readonly ImageId[]): Map<ImageId, 'liked' | 'removed'> =>
    new Map(
      status.all({ ids: JSON.stringify(ids) }).map((row) => [row.image_id, row.removed === 1 ? 'removed' : 'liked']),
    );
  const those = (ids: readonly ImageId[], wanted: 'liked' | 'removed'): ImageId[] => {
    const found = statusOf(ids);
    return [...new Set(ids)].filter((id) => found.get(id) === wanted);
  };

  return {
    like(likes) {
      const before = statusOf(likes.map(({ id }) => id));
      const changed: ImageId[] = [];
      for (const { id, at } of likes) {
        if (before.get(id) === 'liked') continue;
        before.set(id, 'liked');
        like.run({ id, at });
        changed.push(id);
      }
      return changed;
    },
    unlike(ids) {
      const changed = those(ids, 'liked');
      unlike.run({ ids: JSON.stringify(changed) });
      return changed;
    },
    bury(ids, at) {
      const changed = those(ids, 'liked');
      bury.run({ ids: JSON.stringify(changed), at });
      return changed;
    },
    restore(ids) {
      const changed = those(ids, 'removed');
      restore.run({ ids: JSON.stringify(changed) });
      return changed;
    },
    letGo(ids) {
      const changed = those(ids, 'removed');
      letGo.run({ ids: JSON.stringify(changed) });
      return changed;
    },
    status: statusOf,
    find(query, adult) {
      const { where, parameters } = favoriteConditions(query);
      const from = `FROM favorite CROSS JOIN image ON image.id = favorite.image_id WHERE ${where}`;
      const rows = db
        .prepare<{ id: string; rating: Rating; removed_at: number | null }>(
          `SELECT image.id, image.rating, favorite.removed_at ${from} ORDER BY ${favoriteOrder[query.sort]}`,
        )
        .all(parameters);
      const wanted = rows.filter(({ rating }) => query.rating === 'any' || rating === query.rating);
      const shown = wanted.filter(({ rating }) => adult || rating === 'safe');
      const live = shown.filter((row) => row.removed_at === null);
      return {
        ids: live.map(({ id }) => id),
        hidden: wanted.filter((row) => row.removed_at === null).length - live.length,
        tombstones: shown
          .flatMap(({ id, removed_at }) => (removed_at === null ? [] : [{ id, removedAt: removed_at }]))
          .sort((a, b) => b.removedAt - a.removedAt),
      };
    },
    counts(adult) {
      const row = counts.get({ adult: adult ? 1 : 0 });
      return { favorites: row?.favorites ?? 0, hidden: row?.hidden ?? 0, available: row?.available ?? 0 };
    },
    walk: (after, limit) =>
      walk.all({ likedAt: after?.likedAt ?? null, id: after?.id ?? null, limit }).map((row) => ({
        id: row.image_id,
        likedAt: row.liked_at,
        rating: row.rating,
        cached: row.cached === 1,
      })),
  };
}
