import { contract, type CallName, type Events } from '../shared/contract.ts';
import type { AppError } from '../shared/errors.ts';
import { settings as settingsSchema } from '../shared/model.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { backupHandlers } from './backup-handlers.ts';
import { createBackups, type Backups } from './backup/backups.ts';
import { startSnapshots } from './backup/snapshot-schedule.ts';
import { carryOutRestore } from './backup/swap.ts';
import { createCore, type Core } from './core.ts';
import { createDispatch, type Handlers } from './dispatch.ts';
import { createEventBus } from './events.ts';
import type { Ports } from './ports.ts';
import { storeError } from './store/errors.ts';
import { isLost, storePlaces } from './store/open.ts';

/**
 * The core as hosts run it: it carries out what a restore has promised before it opens the library, and closes and opens itself anew when a restore is promised while
 * it runs. Clients stay connected; their other calls are cancelled, and they hear `library.restored` and what else is another then. A terminal command also gets a core where the
 * database is damaged: one that can do nothing but restore.
 */
export async function openReopeningCore(
  ports: Ports,
  build: (ports: Ports, backups: Backups) => Promise<Result<Core>> = createCore,
): Promise<Result<Core>> {
  const { clock, log, dataFolder, codec } = ports;
  const backups = createBackups({ folder: dataFolder, version: ports.version, clock, log });
  const events = createEventBus();
  // One codec serves every core that is opened here; it is closed at the end.
  const innerPorts: Ports = { ...ports, codec: { ...codec, close: () => Promise.resolve() } };
  const stays = ports.host !== 'terminal';
  let lastCall = clock.now();
  let reopening: Promise<Result<void>> | null = null;
  const running = new Set<{ readonly controller: AbortController; readonly done: Promise<unknown> }>();

  carryOut();
  const lost = isLost(dataFolder);
  const opened = await open();
  if (!opened.ok) return opened;
  let inner = opened.value;
  const snapshots = stays ? startSnapshots({ backups, clock, lastCall: () => lastCall, log }) : null;
  if (lost && stays) clock.after(2_000, () => events.emit('notice', { level: 'error', message: lostMessage }));

  /** False: it could not be carried out, and everything is as it was. */
  function carryOut(): boolean {
    try {
      carryOutRestore(dataFolder, log);
      return true;
    } catch (error) {
      log.error('A restore could not be carried out', { error: String(error) });
      return false;
    }
  }

  async function open(): Promise<Result<Core>> {
    const core = await build(innerPorts, backups);
    if (!core.ok)
      return !stays && core.error.code === 'database_corrupt' ? ok(limitedCore(core.error, backups, ports)) : core;
    core.value.events.subscribe((name, payload) => events.emit(name, payload));
    return core;
  }

  /** Closes the library, lets the promised one take its place, and opens that. What cannot be opened is taken back. */
  async function reopen(): Promise<Result<void>> {
    for (const { controller } of running) controller.abort();
    await Promise.allSettled([...running].map(({ done }) => done));
    await inner.close();
    const carriedOut = carryOut();
    let next = await open();
    let problem: AppError | null = next.ok ? null : next.error;
    if (!next.ok && carriedOut) {
      log.error('A restored library could not be opened', { code: next.error.code });
      backups.takeBack();
      carryOut();
      next = await open();
    }
    if (!next.ok) return next;
    inner = next.value;
    if (!carriedOut) problem = cannotSwap;
    return problem === null ? ok(undefined) : fail(problem);
  }

  /** Works with the library that is open, which does not close before that has ended. Between looking and beginning nothing else may have its turn. */
  async function withCore<T>(
    signal: AbortSignal | undefined,
    work: (core: Core, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    while (reopening !== null) await reopening;
    const controller = new AbortController();
    const done = work(inner, signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]));
    const entry = { controller, done };
    running.add(entry);
    try {
      return await done;
    } finally {
      running.delete(entry);
    }
  }

  /** What hosts follow by events is another now; the library that was open has told it last. */
  function tellAnew(): void {
    events.emit('settings.changed', inner.settings());
    // A terminal's call has ended by the time the desktop would answer.
    if (stays)
      void Promise.all([tell('wallpaper.current', 'wallpaper.changed'), tell('rotation.status', 'rotation.changed')]);
  }

  async function tell<N extends 'wallpaper.changed' | 'rotation.changed'>(name: CallName, event: N): Promise<void> {
    const state = await withCore(undefined, (core, signal) => core.dispatch({ id: name, name, input: {} }, signal));
    if (state.ok) events.emit(event, state.value as Events[N]);
  }

  return ok({
    events,
    async dispatch(request, signal) {
      lastCall = clock.now();
      const result = await withCore(signal, (core, both) => core.dispatch(request, both));
      if (!result.ok || !backups.pending() || !['backup.restore', 'backup.undo'].includes(request.name)) return result;
      reopening ??= reopen().finally(() => (reopening = null));
      const reopened = await reopening;
      if (!reopened.ok) return reopened;
      const notes = (result.value as { readonly notes?: readonly string[] }).notes ?? [];
      events.emit('library.restored', { notes });
      tellAnew();
      return result;
    },
    openMedia: (id, variant, options) =>
      withCore(options?.signal, (core, signal) => core.openMedia(id, variant, { ...options, signal })),
    settings: () => inner.settings(),
    async close() {
      await snapshots?.stop();
      while (reopening !== null) await reopening;
      await inner.close();
      await backups.settled();
      await codec.close();
      // Promised, and its answer was lost on the way.
      if (backups.pending()) carryOut();
    },
  });
}

const lostMessage =
  'The database of this library was lost, and a new one begun. Settings > Backup puts the newest snapshot back; so does ' +
  '"kabegami backup restore --snapshot latest".';

const cannotSwap: AppError = {
  code: 'data_folder_unwritable',
  message: 'The restored library could not be put in place; the one that was there is untouched. The log says more.',
  retryable: false,
};

/** Says what is wrong to everything but what can put it right. */
function limitedCore(error: AppError, backups: Backups, ports: Ports): Core {
  const events = createEventBus();
  const refusing = Object.fromEntries(
    Object.keys(contract).map((name) => [name, () => fail(error)]),
  ) as unknown as Handlers;
  return {
    events,
    dispatch: createDispatch(
      { ...refusing, ...backupHandlers({ backups, dialogs: false }) },
      {
        emitProgress: (progress) => events.emit('progress', progress),
        log: ports.log,
        explain: (thrown) => storeError(thrown, storePlaces(ports.dataFolder)),
      },
    ),
    openMedia: () => Promise.resolve(fail(error)),
    settings: () => settingsSchema.parse({}),
    close: () => Promise.resolve(),
  };
}
