import type { EventBus } from '../core/events.ts';

type Level = 'info' | 'error';

/** How the desktop program says something, with or without a window. */
export interface Voice {
  /** At once: in the window where there is one, otherwise in a dialog. For answers to what somebody has just done. */
  say(level: Level, message: string): void;
  /** In the window, when there is one. For what nobody has asked for. */
  mention(level: Level, message: string): void;
  /** The page in the window is there and listens, or is gone. */
  heard(listening: boolean): void;
}

export function createVoice(parts: {
  readonly events: Pick<EventBus, 'emit'>;
  readonly hasWindow: () => boolean;
  readonly dialog: (level: Level, message: string) => Promise<unknown>;
}): Voice {
  const { events } = parts;
  let waiting: (readonly [Level, string])[] = [];
  let listening = false;
  const mention = (level: Level, message: string): void => {
    if (listening) events.emit('notice', { level, message });
    else if (!waiting.some(([, other]) => other === message)) waiting.push([level, message]);
  };
  return {
    say(level, message) {
      // The page says it where there is one; otherwise nobody would hear.
      if (parts.hasWindow()) mention(level, message);
      else void parts.dialog(level, message);
    },
    mention,
    heard(now) {
      listening = now;
      if (!now) return;
      const all = waiting;
      waiting = [];
      for (const [level, message] of all) events.emit('notice', { level, message });
    },
  };
}
