import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { createFakeClient, type FakeClient } from '../testing/fake-client.ts';
import { settled, startTestApp } from '../testing/test-app.ts';

const rest = (): Promise<void> => settled(4);

async function start(client: FakeClient = createFakeClient()) {
  const { app, said } = await startTestApp(client);
  await rest();
  const ids = [...client.images.keys()];
  const open = async (count: number): Promise<void> => {
    const id = client.collections.add('Sky', ids.slice(0, count));
    app.collections.enter();
    await rest();
    app.collections.show(id);
    await rest();
  };
  return { app, client, ids, open, said };
}

describe('collections', () => {
  it('are made, filled and emptied with a way back each', async () => {
    const { app, client, ids, said } = await start();
    expect(await app.collections.create({ name: 'Sky', images: [ids[0] ?? ''] })).toBeNull();
    await app.collections.load();
    const [sky] = app.collections.all;
    expect(sky).toMatchObject({ name: 'Sky', images: 1 });
    await app.collections.add({ id: sky?.id ?? 0, name: 'Sky' }, [ids[1] ?? '']);
    await rest();
    expect(app.collections.all[0]?.images).toBe(2);
    expect(app.notices.undoLast()).toBe(true);
    await rest();
    expect(app.collections.all[0]?.images).toBe(1);
    expect(said().at(-1)).toBe('Undone: Added 1 to it.');
    await app.edits.redo();
    await rest();
    expect(app.collections.all[0]?.images).toBe(2);
    await app.collections.add({ id: sky?.id ?? 0, name: 'Sky' }, [ids[1] ?? '']);
    expect(said().at(-1)).toBe('It is in "Sky" already.');
    client.fail('collections.create', appError('invalid_input', 'There is one of this name.'));
    expect((await app.collections.create({ name: 'Sky' }))?.message).toBe('There is one of this name.');
  });

  it('go on being read, each picture once, and are exchanged when they change', async () => {
    const { app, ids, open } = await start();
    await open(180);
    expect([app.collections.list.length, app.collections.ended]).toEqual([100, false]);
    await app.collections.more();
    expect([app.collections.list.length, app.collections.ended]).toEqual([180, true]);
    await app.collections.take(ids.slice(0, 5));
    await rest();
    expect([app.collections.list.length, app.collections.list.at(0)]).toEqual([175, ids[5]]);
  });

  it('are read when another one is opened before the first has come', async () => {
    const { app, client, ids, open } = await start();
    await open(3);
    const other = client.collections.add('Sea', ids.slice(5, 9));
    app.collections.show(null);
    client.hold();
    app.collections.show(1);
    app.collections.show(other);
    client.release();
    await rest();
    expect(app.collections.list.ids()).toEqual(ids.slice(5, 9));
  });

  it('are ordered by keys, a picture or the selection with it, however fast', async () => {
    const { app, client, ids, open } = await start();
    await open(6);
    const order = (): readonly number[] => app.collections.list.ids().map((id) => ids.indexOf(id));
    await Promise.all([app.collections.shift(ids[0] ?? '', 1), app.collections.shift(ids[0] ?? '', 1)]);
    await rest();
    expect(order()).toEqual([1, 2, 0, 3, 4, 5]);
    await app.collections.shift(ids[1] ?? '', -1);
    expect(order()).toEqual([1, 2, 0, 3, 4, 5]);
    app.collections.select(ids[3] ?? '');
    app.collections.select(ids[5] ?? '');
    await app.collections.shift(ids[5] ?? '', -2);
    await rest();
    expect(order()).toEqual([1, 3, 5, 2, 0, 4]);
    await app.collections.shift(ids[3] ?? '', 99);
    await rest();
    expect(order()).toEqual([1, 2, 0, 4, 3, 5]);
    expect(client.collections.shelves[0]?.members.map((id) => ids.indexOf(id))).toEqual(order());
    await app.edits.undo(client.edits.list.at(-1)?.key ?? null);
    await rest();
    expect(order()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('that are smart are not ordered by hand', async () => {
    const { app, client } = await start();
    const id = client.collections.add('Found', [], { query: 'sky' });
    app.collections.enter();
    await rest();
    app.collections.show(id);
    await rest();
    await app.collections.move([app.collections.list.at(0) ?? ''], null);
    expect(client.calls.some(({ name }) => name === 'collections.move')).toBe(false);
  });

  it('are taken back one by one only where nothing was changed since', async () => {
    const { app, client, ids, said } = await start();
    await app.collections.create({ name: 'One', images: [ids[0] ?? ''] });
    const first = client.edits.list[0]?.key ?? 0;
    await app.collections.create({ name: 'Two' });
    await app.edits.takeBack(first);
    expect(client.collections.shelves).toHaveLength(2);
    expect([said().at(-1), app.edits.open]).toEqual([
      'Something else was changed since. The list shows everything that can be undone.',
      true,
    ]);
    await app.edits.undo(first);
    expect(client.collections.shelves).toHaveLength(0);
    expect(said().at(-1)).toBe('2 changes undone.');
    await app.edits.undo();
    expect(said().at(-1)).toBe('There is nothing to undo.');
  });

  it('hide adult pictures at once', async () => {
    const client = createFakeClient();
    client.settings = { ...client.settings, adultContent: true };
    const { app, ids, open } = await start(client);
    client.images.set(ids[0] ?? '', { ...client.images.get(ids[0] ?? '')!, rating: 'adult' });
    await open(3);
    expect(app.collections.list.length).toBe(3);
    client.hold();
    client.emit('settings.changed', { ...client.settings, adultContent: false });
    expect(app.collections.list.ids()).toEqual(ids.slice(1, 3));
    expect(app.collections.all[0]?.covers.map(({ id }) => id)).toEqual(ids.slice(1, 3));
    client.release();
  });
});
