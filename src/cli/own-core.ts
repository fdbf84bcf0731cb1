import { systemClock } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import { forkCodec } from '../core/files/fork-codec.ts';
import { createHostPorts } from '../core/host-ports.ts';
import type { Ownership } from '../core/ownership/ownership.ts';
import type { Log, Updating } from '../core/ports.ts';
import { openReopeningCore } from '../core/reopening-core.ts';
import { openVault } from '../core/secrets/open-vault.ts';
import type { HostKind } from '../shared/model.ts';
import { ok, type Result } from '../shared/result.ts';
import type { Place } from './session.ts';

/** On the error output: a command's answer stays what it is. */
const tellUpdate: Updating = (progress) => {
  if (progress === null) return;
  const { step, of } = progress;
  const once = step === 1 ? ' A large one takes minutes, once after an update of the program.' : '';
  process.stderr.write(`Bringing the library up to date, step ${step} of ${of}.${once}\n`);
};

/**
 * The core in this process, answering others as well; the folder is let go when it cannot be. Loaded only by who becomes the owner: a
 * command that speaks to a running program starts faster without it.
 */
export async function openCore(
  place: Place,
  host: HostKind,
  ownership: Ownership,
): Promise<Result<{ readonly core: Core; readonly log: Log }>> {
  const ports = createHostPorts({
    host,
    version: place.version,
    dataFolder: place.folder,
    secrets: await openVault({ folder: place.folder }),
    codec: forkCodec(place.codec, { clock: systemClock }),
    displays: null,
    machine: null,
    updating: tellUpdate,
  });
  const core = await openReopeningCore(ports);
  if (!core.ok) {
    await ownership.release();
    return core;
  }
  const listening = await ownership.listen(core.value);
  if (!listening.ok) {
    await ownership.release(() => core.value.close());
    return listening;
  }
  return ok({ core: core.value, log: ports.log });
}
