import type { CurrentWallpaper } from '../shared/model.ts';
import type { ChangeReason, RotationStatus } from '../shared/rotation.ts';
import type { Client } from '../shared/rpc.ts';
import type { Clock } from '../core/ports.ts';
import { t } from './messages.ts';
import { oneLine, pictureText } from './picture-text.ts';

/** What nobody asked for at that moment. */
const byItself: ReadonlySet<ChangeReason> = new Set(['schedule', 'start', 'wake', 'displays', 'playlist']);

/** The change and the pictures are told apart from each other. */
const burstMs = 300;

/** Says what came when the wallpaper changed by itself. Answers how to stop. */
export function announceChanges(parts: {
  readonly client: Pick<Client, 'call' | 'on'>;
  readonly wanted: () => boolean;
  readonly show: (title: string, body: string) => void;
  readonly clock: Clock;
}): () => void {
  const { client, clock } = parts;
  let told: string | null = null;
  let shown = new Set<string>();
  let stopped = false;
  let cancel: (() => void) | null = null;

  const look = async (): Promise<void> => {
    const [current, rotation] = await Promise.all([
      client.call('wallpaper.current', {}),
      client.call('rotation.status', {}),
    ]);
    if (stopped || !current.ok || !rotation.ok) return;
    const fresh = current.value.wallpapers.filter((each) => !shown.has(keyOf(each)));
    shown = new Set(current.value.wallpapers.map(keyOf));
    const change = newChange(rotation.value, told);
    told = rotation.value.lastChange?.at ?? told;
    if (change === null || !byItself.has(change) || fresh.length === 0 || !parts.wanted()) return;
    parts.show(t.notification.changed(fresh.length), [...new Set(fresh.map(describe))].join('\n'));
  };
  const soon = (): void => {
    if (stopped) return;
    cancel ??= clock.after(burstMs, () => {
      cancel = null;
      void look();
    });
  };

  const begin = async (): Promise<void> => {
    const [current, rotation] = await Promise.all([
      client.call('wallpaper.current', {}),
      client.call('rotation.status', {}),
    ]);
    if (current.ok) shown = new Set(current.value.wallpapers.map(keyOf));
    if (rotation.ok) told = rotation.value.lastChange?.at ?? null;
  };
  const stops: (() => void)[] = [];
  const begun = begin().then(() => {
    if (stopped) return;
    stops.push(client.on('wallpaper.changed', soon), client.on('rotation.changed', soon));
  });
  void begun;
  return () => {
    stopped = true;
    cancel?.();
    for (const stop of stops) stop();
  };
}

function newChange({ lastChange }: RotationStatus, told: string | null): ChangeReason | null {
  return lastChange === null || lastChange.at === told ? null : lastChange.reason;
}

function keyOf({ display, image, setAt }: CurrentWallpaper): string {
  return `${display}\n${image.id}\n${setAt}`;
}

function describe({ image }: CurrentWallpaper): string {
  return `${oneLine(pictureText(image))} · ${t.picture.source(image.provider)}`;
}
