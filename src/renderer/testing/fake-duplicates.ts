import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { DuplicateGroup, DuplicateMember, DuplicateScan } from '../../shared/duplicates.ts';
import type { Edit } from '../../shared/edits.ts';
import { appError } from '../../shared/errors.ts';
import type { Image, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { FakeEdits } from './fake-edits.ts';

type Names = Extract<CallName, `duplicates.${string}`>;

export interface FakeDuplicates {
  groups: readonly DuplicateGroup[];
  scan: DuplicateScan;
  readonly handlers: { [N in Names]: (input: CallInput<N>) => Result<CallOutput<N>> };
}

/** Groups of duplicates over data in memory; nothing is said to be the same unless a test (or the furnished page) puts it there. */
export function createFakeDuplicates(parts: {
  readonly edits: FakeEdits;
  readonly images: ReadonlyMap<ImageId, Image>;
  readonly changed: () => void;
}): FakeDuplicates {
  const { edits, images, changed } = parts;
  const change = (label: string, groups: readonly DuplicateGroup[]): readonly Edit[] => {
    const before = fake.groups;
    fake.groups = groups;
    const edit = edits.add(label, (undone) => {
      fake.groups = undone ? before : groups;
      changed();
    });
    changed();
    return [edit];
  };
  const without = (ids: readonly ImageId[]): readonly DuplicateGroup[] =>
    fake.groups
      .map((group) => ({ ...group, members: group.members.filter(({ image }) => !ids.includes(image.id)) }))
      .filter(({ members }) => members.length > 1);
  const fake: FakeDuplicates = {
    groups: [],
    scan: { running: false, files: 84, compared: 84 },
    handlers: {
      'duplicates.list': (input) => {
        const sure = input?.sure === true;
        const found = fake.groups.filter((group) => !sure || group.sure);
        const after = found.filter(({ id }) => input?.cursor == null || id < input.cursor);
        const groups = after.slice(0, input?.limit ?? 20);
        const next = after.length > groups.length ? (groups.at(-1)?.id ?? null) : null;
        return ok({ groups, total: fake.groups.length, next, hidden: 0, scan: fake.scan });
      },
      'duplicates.merge': ({ keep, others }) => {
        const kept = images.get(keep);
        if (kept === undefined) return fail(appError('not_found', 'There is no such picture.'));
        const made = change(`Merged ${others.length} into ${keep}`, without(others));
        return ok({ kept, merged: others, edits: made });
      },
      'duplicates.mergeSure': () => {
        const sure = fake.groups.filter((group) => group.sure);
        const merged = sure.reduce((sum, { members }) => sum + members.length - 1, 0);
        const left = fake.groups.filter((group) => !group.sure);
        return ok({ groups: sure.length, merged, edits: sure.length > 0 ? change(`Merged ${merged}`, left) : [] });
      },
      'duplicates.separate': ({ ids }) => {
        return ok({ separated: ids.length, edits: change('Separated', without(ids.slice(0, 1))) });
      },
      'duplicates.scan': () => {
        const compared = fake.scan.files - fake.scan.compared;
        fake.scan = { ...fake.scan, compared: fake.scan.files };
        changed();
        return ok({ compared, changed: false });
      },
    },
  };
  return fake;
}

/** Groups of two, three and five pictures; the second is sure. They are not really alike. */
export function fakeGroups(images: readonly Image[]): readonly DuplicateGroup[] {
  const safe = images.filter(({ rating, animated }) => rating === 'safe' && !animated);
  return [2, 2, 3, 5, 2].map((size, n): DuplicateGroup => {
    const members = safe.slice(n * 5, n * 5 + size).map((image, place): DuplicateMember => ({
      image: place === 1 ? { ...image, favorite: true } : image,
      file: {
        width: Math.round(image.width / (place + 1)),
        height: Math.round(image.height / (place + 1)),
        bytes: Math.round(4_200_000 / (place + 1)),
        extension: place === 0 ? 'png' : 'jpg',
      },
      distance: place === 0 ? 0 : 40 * place + 3,
      collections: place === 1 ? [{ id: 1, name: 'For the small display in the corner of the room' }] : [],
    }));
    const best = members[0]?.image.id ?? '';
    return { id: 500 - n, members, best, why: n === 1 ? ['lossless', 'older'] : ['larger', 'lossless'], sure: n === 1 };
  });
}
