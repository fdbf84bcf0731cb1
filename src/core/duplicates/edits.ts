import { z } from 'zod';
import { imageId, type ImageId } from '../../shared/model.ts';
import type { Edits } from '../edits/edits.ts';
import { couldNot, operationKind, unchanged, type TypedOperationKind } from '../edits/operation.ts';
import { mergeRecord, type MergeRecord } from '../store/merges.ts';
import type { Store } from '../store/store.ts';

const merge = z.object({ keep: imageId, others: z.array(imageId).min(1) });
const part = z.object({ pairs: z.array(z.tuple([imageId, imageId])).min(1) });

/** What can be undone here: merging, and saying that pictures are not the same. Each takes the other of its kind back, to the last row. */
export function createDuplicateEdits(parts: {
  readonly store: Pick<Store, 'merges' | 'duplicates'>;
  readonly edits: Pick<Edits, 'register'>;
  /** Of these images something is different now; none: only of the groups. */
  readonly changed: (ids: readonly ImageId[]) => void;
}): {
  readonly merging: TypedOperationKind<z.output<typeof merge>>;
  readonly parting: TypedOperationKind<z.output<typeof part>>;
} {
  const { store, edits, changed } = parts;

  const merging = operationKind({
    kind: 'duplicates.merge',
    schema: merge,
    apply({ keep, others }) {
      const record = store.merges.merge(keep, others);
      if (record === null)
        return couldNot(`${keep} and its duplicates cannot be merged: one of them is gone or hidden.`);
      return { inverse: [unmerging.of(record)], missed: [] };
    },
    changed: ({ keep, others }) => changed([keep, ...others]),
  });
  const unmerging: TypedOperationKind<MergeRecord> = operationKind({
    kind: 'duplicates.unmerge',
    schema: mergeRecord,
    apply(record) {
      const { keep, others } = record;
      if (!store.merges.unmerge(record)) return couldNot(`What was merged into ${keep} is gone.`);
      return { inverse: [merging.of({ keep, others })], missed: [] };
    },
    changed: ({ keep, others }) => changed([keep, ...others]),
  });
  const parting = operationKind({
    kind: 'duplicates.separate',
    schema: part,
    apply({ pairs }) {
      const parted = store.duplicates.separate(pairs);
      if (parted.length === 0) return unchanged;
      return { inverse: [joining.of({ pairs: parted.map(([one, other]) => [one, other]) })], missed: [] };
    },
    changed: () => changed([]),
  });
  const joining: TypedOperationKind<z.output<typeof part>> = operationKind({
    kind: 'duplicates.join',
    schema: part,
    apply({ pairs }) {
      store.duplicates.join(pairs);
      return { inverse: [parting.of({ pairs })], missed: [] };
    },
    changed: () => changed([]),
  });
  edits.register(merging, unmerging, parting, joining);
  return { merging, parting };
}
