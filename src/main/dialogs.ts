import path from 'node:path';
import type { BrowserWindow, Dialog } from 'electron';
import type { Dialogs } from '../core/ports.ts';

/** The desktop's own dialogs for choosing files, over the window in front where there is one. */
export function createDialogs({
  dialog,
  window,
}: {
  readonly dialog: Pick<Dialog, 'showSaveDialog' | 'showOpenDialog'>;
  readonly window: () => BrowserWindow | null;
}): Dialogs {
  return {
    async choose({ kind, title, name, endings }) {
      const over = window();
      const filters =
        endings.length === 0
          ? []
          : [{ name: endings.map((ending) => `*.${ending}`).join(', '), extensions: [...endings] }];
      if (kind === 'save') {
        const options = { title, filters, ...(name === null ? {} : { defaultPath: name }) };
        const { canceled, filePath } = await (over === null
          ? dialog.showSaveDialog(options)
          : dialog.showSaveDialog(over, options));
        const [ending] = endings;
        if (canceled || filePath === '') return null;
        // Not every desktop adds the ending itself.
        return path.resolve(
          ending === undefined || filePath.endsWith(`.${ending}`) ? filePath : `${filePath}.${ending}`,
        );
      }
      const properties: ('openDirectory' | 'createDirectory' | 'openFile')[] =
        kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'];
      const options = { title, filters, properties };
      const { canceled, filePaths } = await (over === null
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(over, options));
      const [chosen] = filePaths;
      return canceled || chosen === undefined ? null : path.resolve(chosen);
    },
  };
}
