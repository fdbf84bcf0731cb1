import type { Dialog } from 'electron';
import type { Updating } from '../core/ports.ts';
import { t } from './messages.ts';

/** Tells with a message that goes by itself why no window opens yet; nothing where the program starts hidden. */
export function createUpdateNotice(dialog: Pick<Dialog, 'showMessageBox'>, hidden: boolean): Updating {
  let shown: AbortController | null = null;
  return (progress) => {
    if (progress === null) {
      shown?.abort();
      shown = null;
      return;
    }
    if (hidden || shown !== null) return;
    shown = new AbortController();
    const { title, detail, hide } = t.updating;
    dialog
      .showMessageBox({ type: 'info', title, message: title, detail, buttons: [hide], signal: shown.signal })
      .catch(() => undefined);
  };
}
