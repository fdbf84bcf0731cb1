import type { Progress } from '../shared/model.ts';
import { ok } from '../shared/result.ts';
import type { Backups, Work } from './backup/backups.ts';
import type { CallContext, Handlers } from './dispatch.ts';

/** The calls of backups. What `backup.restore` and `backup.undo` promise is carried out by who runs the core, as soon as they have answered. */
export function backupHandlers({
  backups,
  dialogs,
}: {
  readonly backups: Backups;
  readonly dialogs: boolean;
}): Pick<
  Handlers,
  | 'backup.list'
  | 'backup.create'
  | 'backup.inspect'
  | 'backup.restore'
  | 'backup.undo'
  | 'backup.forget'
  | 'backup.snapshot'
> {
  return {
    'backup.list': () => ok({ ...backups.state(), dialogs }),
    'backup.create': (request, context) => backups.create(request, work('backup', context)),
    'backup.inspect': ({ source, check }, context) => backups.inspect(source, { check }, work('restore', context)),
    'backup.restore': ({ source }, context) => backups.restore(source, work('restore', context)),
    'backup.undo': (_input, { signal }) => backups.undo(signal),
    'backup.forget': () => backups.forget(),
    'backup.snapshot': async () => {
      const taken = await backups.snapshot();
      return taken.ok ? ok({ snapshot: taken.value }) : taken;
    },
  };
}

function work(kind: Progress['kind'], { signal, progress }: CallContext): Work {
  return { signal, onProgress: (done, total) => progress({ kind, image: null, done, total, unit: 'bytes' }) };
}
