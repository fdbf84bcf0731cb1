import type { Progress } from '../shared/model.ts';
import { bytesText } from './table.ts';
import type { Terminal } from './terminal.ts';

const names: Readonly<Record<Progress['kind'], string>> = {
  download: 'Downloading',
  thumbnail: 'Making thumbnails',
  wallpaper: 'Setting the wallpaper',
  verify: 'Verifying',
  'clean-up': 'Cleaning up',
  sync: 'Syncing',
  'favorites-offline': 'Fetching favorites',
  backup: 'Backing up',
  restore: 'Reading the backup',
  export: 'Exporting',
  duplicates: 'Comparing pictures',
  import: 'Reading pictures',
};

/** Draws progress on one line of stderr, where that is a terminal. `clear` takes it away again. */
export function createProgressLine(terminal: Pick<Terminal, 'error' | 'drawsProgress'>): {
  readonly show: (progress: Progress) => void;
  readonly clear: () => void;
} {
  let drawn = false;
  return {
    show({ kind, done, total, unit }) {
      if (!terminal.drawsProgress) return;
      const amount = (value: number): string => (unit === 'bytes' ? bytesText(value) : String(value));
      const of = total === null ? '' : ` of ${amount(total)}`;
      terminal.error(`\r\u001b[2K${names[kind]} … ${amount(done)}${of}`);
      drawn = true;
    },
    clear() {
      if (drawn) terminal.error('\r\u001b[2K');
      drawn = false;
    },
  };
}
