import { beforeEach, describe, expect, it } from 'vitest';
import type { DuplicateGroup } from '../../shared/duplicates.ts';
import { createFakeClient, type FakeClient } from '../testing/fake-client.ts';
import { DuplicatesState } from './duplicates.svelte.ts';
import { EditsState } from './edits.svelte.ts';
import { ImageStore } from './images.svelte.ts';
import { Notices } from './notices.svelte.ts';

let client: FakeClient;
let notices: Notices;
let edits: EditsState;
let state: DuplicatesState;
let groups: readonly DuplicateGroup[];

beforeEach(() => {
  client = createFakeClient({ count: 40, delay: 0 });
  const images = [...client.images.values()].filter(({ rating }) => rating === 'safe');
  groups = [0, 1, 2].map((n): DuplicateGroup => {
    const members = images.slice(n * 3, n * 3 + (n === 0 ? 3 : 2)).map((image) => ({
      image,
      file: null,
      distance: 7,
      collections: [],
    }));
    return { id: 100 - n, members, best: members[0]?.image.id ?? '', why: ['larger'], sure: n === 1 };
  });
  client.duplicates.groups = groups;
  notices = new Notices(() => () => undefined);
  edits = new EditsState(client, notices);
  state = new DuplicatesState({
    client,
    images: new ImageStore(client, notices),
    notices,
    edits,
    soon: (action) => action(),
  });
});
const idsOf = (n: number): readonly string[] => groups[n]?.members.map(({ image }) => image.id) ?? [];
const called = (name: string) => client.calls.filter((call) => call.name === name).map(({ input }) => input);

describe('the review of duplicates', () => {
  it('suggests the best, chooses around the end, and goes from group to group', async () => {
    await state.load();
    expect([state.place, state.total, state.chosen]).toEqual([1, 3, idsOf(0)[0]]);
    state.chooseBeside(1);
    expect(state.chosen).toBe(idsOf(0)[1]);
    state.chooseBeside(-1);
    state.chooseBeside(-1);
    expect(state.chosen).toBe(idsOf(0)[2]);
    state.move(-1);
    expect(state.place).toBe(1);
    state.move(1);
    expect([state.place, state.chosen]).toEqual([2, idsOf(1)[0]]);
  });

  it('keeps the chosen one, goes on to the next, and takes it back', async () => {
    await state.load();
    state.chooseBeside(1);
    await state.keep();
    expect(called('duplicates.merge')).toEqual([{ keep: idsOf(0)[1], others: [idsOf(0)[0], idsOf(0)[2]] }]);
    expect([state.place, state.total, state.chosen]).toEqual([1, 2, idsOf(1)[0]]);
    expect(notices.list.at(-1)?.message).toContain('Nothing was deleted');
    expect(notices.undoLast()).toBe(true);
    await expect.poll(() => state.total).toBe(3);
  });

  it('takes back with its undo what it tells of, and nothing that was done since', async () => {
    await state.load();
    await state.keep();
    client.edits.add('Added 1 picture to "Sky".');
    expect(notices.undoLast()).toBe(true);
    await expect.poll(() => notices.list.at(-1)?.message).toMatch(/changed since/);
    expect([client.edits.list.filter(({ undone }) => undone), state.total]).toEqual([[], 2]);
  });

  it('separates the chosen one from the others', async () => {
    await state.load();
    state.move(1);
    await state.separate();
    expect(called('duplicates.separate')).toEqual([{ ids: [idsOf(1)[0]], from: [idsOf(1)[1]] }]);
    expect(state.total).toBe(2);
    await state.undo();
    expect(state.total).toBe(3);
  });

  it('shows what merging the sure ones does before it is done', async () => {
    await state.load();
    await state.askSure();
    expect(state.preview?.groups.map(({ id }) => id)).toEqual([99]);
    expect(called('duplicates.mergeSure')).toEqual([]);
    await state.mergeSure();
    expect([state.preview, state.total]).toEqual([null, 2]);
  });

  it('stays at the group that is looked at when others come or go', async () => {
    await state.load();
    state.move(1);
    client.duplicates.groups = groups.slice(1);
    client.emit('duplicates.changed', {});
    await expect.poll(() => state.total).toBe(2);
    expect([state.place, state.group?.id]).toEqual([1, 99]);
  });

  it('compares what is left, and says what failed', async () => {
    client.duplicates.scan = { running: false, files: 84, compared: 80 };
    await state.load();
    expect(state.left).toBe(4);
    await state.startScan();
    expect([state.left, state.scanning]).toEqual([0, false]);
    client.fail('duplicates.merge', { code: 'not_found', message: 'It is gone.', retryable: false });
    await state.keep();
    expect(notices.list.at(-1)?.message).toBe('It is gone.');
    expect(state.total).toBe(3);
  });
});
