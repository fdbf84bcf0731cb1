import type { ImageId } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import type { Transaction } from './transaction.ts';

/** Two images, by their keys. */
export interface StoredPair {
  readonly low: number;
  readonly high: number;
  /** Thousandths of what would be no duplicate any more; 0: the same content. */
  readonly distance: number;
  /** Nothing is lost by keeping either: the same content, or the same pixels in another format. */
  readonly sure: boolean;
}

export interface StoredGroup {
  readonly key: number;
  /** Those that may be seen, in the order of their keys. */
  readonly members: readonly { readonly key: number; readonly id: ImageId }[];
  /** Members left out because adult content is off. */
  readonly hidden: number;
  /** Pairs of members, without those that were said to be different. */
  readonly pairs: readonly StoredPair[];
}

/** What is the same to the eye. Groups are connected by pairs and named by the smallest key in them, whatever came first. */
export interface DuplicateRepository {
  /** Adds pairs, or what is now known of them. Answers whether groups have changed. */
  add(pairs: readonly StoredPair[]): boolean;
  /** These pairs are not the same, for good. Answers those that were not known to be. */
  separate(pairs: readonly (readonly [ImageId, ImageId])[]): readonly (readonly [ImageId, ImageId])[];
  /** Takes that back. */
  join(pairs: readonly (readonly [ImageId, ImageId])[]): void;
  /** Groups with at least two images that may be seen (`adult`: the opt-in is on), the newest first. */
  page(options: {
    readonly adult: boolean;
    readonly before: number | null;
    readonly limit: number;
    readonly sure: boolean;
  }): {
    readonly groups: readonly StoredGroup[];
    readonly next: number | null;
  };
  count(adult: boolean): number;
  group(key: number, adult: boolean): StoredGroup | null;
  /** Collections these images are in, by name. */
  places(ids: readonly ImageId[]): readonly { readonly image: ImageId; readonly id: number; readonly name: string }[];
}

/** Groups looked at for one page, at most: some have nothing that may be seen. */
const looksPerPage = 20;

export function createDuplicateRepository(
  db: Database,
  { transaction }: { readonly transaction: Transaction },
): DuplicateRepository {
  const known = db.prepare<{ distance: number; sure: number }>(
    'SELECT distance, sure FROM duplicate_pair WHERE low = ? AND high = ?',
  );
  const write = db.prepare(
    `INSERT INTO duplicate_pair (low, high, distance, sure) VALUES (:low, :high, :distance, :sure)
     ON CONFLICT (low, high) DO UPDATE SET distance = excluded.distance, sure = excluded.sure`,
  );
  const isApart = db.prepare<{ n: number }>('SELECT 1 AS n FROM duplicate_apart WHERE low = ? AND high = ?');
  const part = db.prepare('INSERT INTO duplicate_apart (low, high) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const unpart = db.prepare('DELETE FROM duplicate_apart WHERE low = ? AND high = ?');
  const keyOf = db.prepare<{ key: number }>('SELECT key FROM image WHERE id = ?');
  const groupOf = db.prepare<{ group_key: number }>('SELECT group_key FROM duplicate_member WHERE image_key = ?');
  const setGroup = db.prepare('REPLACE INTO duplicate_member (image_key, group_key) VALUES (?, ?)');
  const leave = db.prepare('DELETE FROM duplicate_member WHERE image_key = ?');
  const moveGroup = db.prepare('UPDATE duplicate_member SET group_key = :to WHERE group_key = :from');
  const membersOf = db.prepare<{ image_key: number }>(
    'SELECT image_key FROM duplicate_member WHERE group_key = ? ORDER BY image_key',
  );
  const beside = db.prepare<{ key: number }>(
    `SELECT high AS key FROM duplicate_pair AS p WHERE low = :key
       AND NOT EXISTS (SELECT 1 FROM duplicate_apart AS a WHERE a.low = p.low AND a.high = p.high)
     UNION ALL
     SELECT low AS key FROM duplicate_pair AS p WHERE high = :key
       AND NOT EXISTS (SELECT 1 FROM duplicate_apart AS a WHERE a.low = p.low AND a.high = p.high)`,
  );
  const groupKeys = db.prepare<{ group_key: number }>(
    'SELECT DISTINCT group_key FROM duplicate_member WHERE group_key < ? ORDER BY group_key DESC LIMIT ?',
  );
  const seen = db.prepare<{ key: number; id: string; rating: string }>(
    `SELECT i.key, i.id, i.rating FROM duplicate_member AS m JOIN image AS i ON i.key = m.image_key
     WHERE m.group_key = ? AND i.blocked = 0 ORDER BY i.key`,
  );
  const pairsAmong = db.prepare<{ low: number; high: number; distance: number; sure: number }>(
    `SELECT low, high, distance, sure FROM duplicate_pair AS p
     WHERE low IN (SELECT value FROM json_each(:keys)) AND high IN (SELECT value FROM json_each(:keys))
       AND NOT EXISTS (SELECT 1 FROM duplicate_apart AS a WHERE a.low = p.low AND a.high = p.high)`,
  );
  const places = db.prepare<{ image: ImageId; id: number; name: string }>(
    `SELECT p.image_id AS image, c.key AS id, c.name FROM collection_image AS p JOIN collection AS c ON c.key = p.collection_key
     WHERE p.image_id IN (SELECT value FROM json_each(?)) AND c.removed_at IS NULL ORDER BY c.name`,
  );
  const count = db.prepare<{ n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM duplicate_member AS m JOIN image AS i ON i.key = m.image_key
       WHERE i.blocked = 0 AND (:adult OR i.rating = 'safe') GROUP BY m.group_key HAVING count(*) > 1)`,
  );

  /** Two images are in one group from now on. Answers whether they were not. */
  function unite(low: number, high: number): boolean {
    const one = groupOf.get([low])?.group_key ?? null;
    const other = groupOf.get([high])?.group_key ?? null;
    if (one !== null && one === other) return false;
    const to = Math.min(one ?? low, other ?? high);
    for (const [key, group] of [
      [low, one],
      [high, other],
    ] as const) {
      if (group === null) setGroup.run([key, to]);
      else if (group !== to) moveGroup.run({ from: group, to });
    }
    return true;
  }

  /** Makes the groups of these images anew from their pairs. */
  function regroup(keys: readonly number[]): void {
    const open = new Set(keys);
    for (const key of keys) {
      const group = groupOf.get([key]);
      if (group !== undefined) for (const { image_key } of membersOf.all([group.group_key])) open.add(image_key);
    }
    while (open.size > 0) {
      const [start] = open;
      if (start === undefined) return;
      const found = new Set([start]);
      for (const key of found) for (const next of beside.all({ key })) found.add(next.key);
      const name = Math.min(...found);
      for (const key of found) {
        open.delete(key);
        if (found.size === 1) leave.run([key]);
        else if (groupOf.get([key])?.group_key !== name) setGroup.run([key, name]);
      }
    }
  }

  function keysOf([one, other]: readonly [ImageId, ImageId]): readonly [number, number] | null {
    const [a, b] = [keyOf.get([one])?.key, keyOf.get([other])?.key];
    return a === undefined || b === undefined || a === b ? null : [Math.min(a, b), Math.max(a, b)];
  }

  function read(key: number, adult: boolean): StoredGroup | null {
    const rows = seen.all([key]);
    const members = rows
      .filter(({ rating }) => adult || rating === 'safe')
      .map((row) => ({ key: row.key, id: row.id }));
    if (members.length < 2) return null;
    const pairs = pairsAmong
      .all({ keys: JSON.stringify(members.map((member) => member.key)) })
      .map((row) => ({ low: row.low, high: row.high, distance: row.distance, sure: row.sure === 1 }));
    return { key, members, hidden: rows.length - members.length, pairs };
  }

  return {
    add: (pairs) =>
      transaction(() => {
        let changed = false;
        for (const { low, high, distance, sure } of pairs) {
          const before = known.get([low, high]);
          if (before === undefined || before.distance !== distance || (before.sure === 1) !== sure) {
            write.run({ low, high, distance, sure: sure ? 1 : 0 });
            changed = true;
          }
          if (isApart.get([low, high]) === undefined && unite(low, high)) changed = true;
        }
        return changed;
      }),
    separate: (pairs) =>
      transaction(() => {
        const parted: (readonly [ImageId, ImageId])[] = [];
        const touched = new Set<number>();
        for (const pair of pairs) {
          const keys = keysOf(pair);
          if (keys === null || part.run(keys).changes === 0) continue;
          parted.push(pair);
          for (const key of keys) touched.add(key);
        }
        regroup([...touched]);
        return parted;
      }),
    join(pairs) {
      transaction(() => {
        const touched = new Set<number>();
        for (const pair of pairs) {
          const keys = keysOf(pair);
          if (keys === null) continue;
          unpart.run(keys);
          for (const key of keys) touched.add(key);
        }
        regroup([...touched]);
      });
    },
    page({ adult, before, limit, sure }) {
      const groups: StoredGroup[] = [];
      let next = before ?? Number.MAX_SAFE_INTEGER;
      for (let look = 0; look < looksPerPage; look += 1) {
        const keys = groupKeys.all([next, limit]);
        for (const { group_key } of keys) {
          next = group_key;
          const group = read(group_key, adult);
          if (group !== null && (!sure || group.pairs.some((pair) => pair.sure))) groups.push(group);
          if (groups.length === limit) return { groups, next };
        }
        if (keys.length < limit) return { groups, next: null };
      }
      return { groups, next };
    },
    count: (adult) => count.get({ adult: adult ? 1 : 0 })?.n ?? 0,
    group: read,
    places: (ids) => places.all([JSON.stringify(ids)]).map(({ image, id, name }) => ({ image, id, name })),
  };
}
