import { describe, expect, it } from 'vitest';
import { createDialogs } from './dialogs.ts';

const asked: unknown[] = [];
function dialogs(answer: { canceled?: boolean; filePath?: string; filePaths?: string[] }) {
  const show = (...args: unknown[]) => {
    asked.push(args.at(-1));
    return Promise.resolve({ canceled: false, filePath: '', filePaths: [], ...answer });
  };
  return createDialogs({ dialog: { showSaveDialog: show, showOpenDialog: show } as never, window: () => null });
}
const save = { kind: 'save', title: 'Back up', name: 'a.kabegami', endings: ['kabegami'] } as const;

describe('dialogs', () => {
  it('add the ending where the desktop does not', async () => {
    expect(await dialogs({ filePath: '/x/a' }).choose(save)).toBe('/x/a.kabegami');
    expect(await dialogs({ filePath: '/x/a.kabegami' }).choose(save)).toBe('/x/a.kabegami');
    expect(asked.at(-1)).toMatchObject({
      title: 'Back up',
      defaultPath: 'a.kabegami',
      filters: [{ extensions: ['kabegami'] }],
    });
  });

  it('answer null where nothing was chosen', async () => {
    expect(await dialogs({ canceled: true, filePath: '/x' }).choose(save)).toBeNull();
    expect(await dialogs({ filePaths: [] }).choose({ ...save, kind: 'open' })).toBeNull();
  });

  it('ask for a folder as one', async () => {
    expect(
      await dialogs({ filePaths: ['/x'] }).choose({ kind: 'folder', title: 'Export', name: null, endings: [] }),
    ).toBe('/x');
    expect(asked.at(-1)).toMatchObject({ properties: ['openDirectory', 'createDirectory'] });
  });
});
