import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { SavedSearch } from '../../shared/library.ts';
import { createFakeClient, type FakeClient } from '../testing/fake-client.ts';
import { settled, startTestApp } from '../testing/test-app.ts';

/** A page whose timers the test runs, at the Library view. */
async function start(client: FakeClient = createFakeClient({ count: 300 }), stored: Record<string, unknown> = {}) {
  const memory = {
    read: (key: string) => stored[key] ?? null,
    write: (key: string, value: unknown) => void (stored[key] = structuredClone(value)),
  };
  const started = await startTestApp(client, memory);
  const { app } = started;
  const rest = (): Promise<void> => settled(12);
  const runTimers = (): Promise<void> => started.runTimers(12);
  await rest();
  app.library.enter();
  await rest();
  return { app, client, library: app.library, stored, settled: rest, runTimers };
}
const asked = (client: FakeClient): unknown[] =>
  client.calls.flatMap(({ name, input }) => (name === 'library.arrange' ? [(input as { query: string }).query] : []));

describe('the library', () => {
  it('shows everything at first, with its number and its ruler', async () => {
    const { library } = await start();
    expect([library.list.length, library.list.settled, library.total]).toEqual([300, true, 300]);
    expect(library.marks[0]).toEqual({ index: 0, label: 'May 2024' });
  });

  it('looks for what is written once nothing has been written for a moment, and Enter makes it part of the search', async () => {
    const { library, client, settled, runTimers } = await start();
    library.write('s');
    library.write('sky');
    await settled();
    expect(asked(client)).toEqual(['']);
    await runTimers();
    expect(asked(client)).toEqual(['', 'sky']);
    expect(library.list.length).toBeLessThan(300);
    library.commit();
    await settled();
    expect([library.text, library.draft, asked(client).length]).toEqual(['sky', '', 2]);
  });

  it('does not empty the page on the way to a whole filter', async () => {
    const { library, client, settled, runTimers } = await start();
    library.write('tag:sk');
    await runTimers();
    await settled();
    expect([asked(client), library.list.length]).toEqual([[''], 300]);
    library.write('tag:sky ');
    await runTimers();
    await settled();
    expect(asked(client)).toEqual(['', 'tag:sky']);
  });

  it('holds what can be understood beside what cannot, and takes each part away again', async () => {
    const { library, client, settled } = await start();
    library.commit('tag:sky wdith:>=2 -tag:rain');
    await settled();
    expect(library.chips.map(({ text, mistake }) => [text, mistake !== null])).toEqual([
      ['tag:sky', false],
      ['wdith:>=2', true],
      ['-tag:rain', false],
    ]);
    expect(asked(client).at(-1)).toBe('tag:sky -tag:rain');
    const [first, wrong] = library.chips;
    if (!first || !wrong) throw new Error('There are no chips.');
    library.remove(first);
    await settled();
    expect(asked(client).at(-1)).toBe('-tag:rain');
    expect(library.edit(wrong)).toBe('wdith:>=2');
    expect([library.draft, library.text]).toEqual(['wdith:>=2', '-tag:rain']);
  });

  it('shows what was asked last, though it is what was shown before the last answer came', async () => {
    const { library, client, settled } = await start();
    client.hold();
    library.commit('tag:sky');
    library.clear();
    client.release();
    await settled();
    expect([library.query, library.shown, library.list.length]).toEqual(['', '', 300]);
  });

  it('goes back to where it was in another search, and after a restart', async () => {
    const stored: Record<string, unknown> = {};
    const { library, settled } = await start(createFakeClient({ count: 300 }), stored);
    library.list.place = { index: 120, delta: 30 };
    const key = library.list.keyAt(120);
    library.commit('tag:sky');
    await settled();
    expect(library.list.place).toEqual({ index: 0, delta: 0 });
    library.clear();
    await settled();
    expect(library.list.place).toEqual({ index: 120, delta: 30 });
    library.list.place = { index: 200, delta: 4 };
    library.leave();
    const again = await start(createFakeClient({ count: 300 }), stored);
    expect(again.library.list.place).toEqual({ index: 200, delta: 4 });
    expect(again.library.list.keyAt(120)).toBe(key);
  });

  it('takes over what has changed without losing its place or what is selected', async () => {
    const { library, client, settled, runTimers } = await start();
    library.list.place = { index: 100, delta: 12 };
    library.selection.add(50, 60);
    const key = library.list.keyAt(100);
    const chosen = [...library.list.keys().subarray(50, 60)];
    for (const id of [...client.images.keys()].slice(10, 30)) client.images.delete(id);
    client.emit('library.changed', { revision: 2 });
    client.emit('library.changed', { revision: 3 });
    await settled();
    expect(library.list.length).toBe(300);
    await runTimers();
    expect(library.list.length).toBe(280);
    expect(library.list.place).toEqual({ index: 80, delta: 12 });
    expect(library.list.keyAt(80)).toBe(key);
    expect(library.selection.ranges).toEqual([{ from: 30, to: 40 }]);
    expect([...library.list.keys().subarray(30, 40)]).toEqual(chosen);
    expect(asked(client)).toHaveLength(2);
  });

  it('does not shuffle under somebody’s eyes', async () => {
    const { library, client, settled, runTimers } = await start();
    library.order('random');
    await settled();
    const before = asked(client).length;
    client.emit('library.changed', { revision: 2 });
    await runTimers();
    expect(asked(client)).toHaveLength(before);
  });

  it('says which part of the search keeps everything out', async () => {
    const { library, settled } = await start();
    library.commit('tag:sky width:>=90000');
    await settled();
    expect(library.list.length).toBe(0);
    expect(library.relaxed.map(({ piece, text }) => [piece.text, text])).toEqual([['width:>=90000', 'tag:sky']]);
    expect(library.relaxed[0]?.total).toBeGreaterThan(10);
  });

  it('keeps what it has when it cannot be asked, says why, and tries again', async () => {
    const { library, client, settled } = await start();
    client.fail('library.arrange', appError('offline', 'There is no connection.'));
    library.commit('sky');
    await settled();
    expect([library.error?.message, library.list.length, library.loading]).toEqual([
      'There is no connection.',
      300,
      false,
    ]);
    client.fail('library.arrange', null);
    await library.search();
    expect([library.error, library.shown]).toEqual([null, 'sky']);
  });

  it('shows nothing from before once the content setting is turned off', async () => {
    const { library, client, settled, app } = await start();
    library.list.near(0, 20);
    await settled();
    client.settings = { ...client.settings, adultContent: true };
    app.contentSetting(true);
    await settled();
    client.hold();
    app.contentSetting(false);
    expect([library.list.length, library.list.ids().length, library.loaded]).toEqual([0, 0, false]);
    client.release();
    await settled();
    expect(library.list.length).toBe(300);
  });

  it('asks for the ids of what is selected a part at a time, until it is stopped', async () => {
    const { library } = await start(createFakeClient({ count: 2600 }));
    library.selection.add(0, 2600);
    const parts: number[] = [];
    const controller = new AbortController();
    const error = await library.eachSelected((ids, done) => {
      parts.push(ids.length);
      if (done >= 1500) controller.abort();
      return Promise.resolve(null);
    }, controller.signal);
    expect([error, parts]).toEqual([null, [500, 500, 500]]);
  });

  it('saves a search, knows it again however it is written, and forgets it', async () => {
    const { app, client, library, settled } = await start();
    library.commit('sky tag:dawn');
    await settled();
    expect(await app.searches.save({ id: null, name: 'Mornings', query: library.query })).toBeNull();
    expect(library.current?.name).toBe('Mornings');
    library.clear();
    await settled();
    expect(library.current).toBeNull();
    const [saved] = app.searches.all as readonly [SavedSearch];
    library.open(saved);
    await settled();
    expect(library.current?.id).toBe(saved.id);
    expect(await app.searches.save({ ...saved, name: 'Dawn' })).toBeNull();
    expect(app.searches.all.map(({ name }) => name)).toEqual(['Dawn']);
    client.emit('searches.changed', { searches: [{ ...saved, name: 'Dusk' }] });
    expect(app.searches.nameOf(saved.query)).toBe('Dusk');
    expect(await app.searches.forget(saved)).toBeNull();
    expect(app.searches.all).toEqual([]);
  });
});

describe('what is seen in the library', () => {
  it('is known as long as it is near, and for good where another view shows it', async () => {
    const { app, library, settled } = await start(createFakeClient({ count: 300 }));
    library.list.near(0, 30);
    await settled();
    const browsed = app.browse.list.at(0) ?? '';
    const own = library.list.ids().find((id) => app.browse.list.indexOf(id) < 0) ?? '';
    expect(app.images.get(own)).toBeDefined();
    library.list.empty();
    expect(app.images.get(own)).toBeUndefined();
    expect(app.images.get(browsed)).toBeDefined();
  });

  it('leaves at once when it is never to be seen again, and comes back to its place', async () => {
    const { app, library, settled } = await start();
    library.list.near(0, 30);
    await settled();
    const before = [...library.list.keys()];
    const id = library.list.at(4) ?? '';
    await app.blocks.add({ kind: 'image', value: id });
    expect(library.list.indexOf(id)).toBe(-1);
    expect(library.list.length).toBe(299);
    app.notices.undoLast();
    await settled();
    expect([...library.list.keys()]).toEqual(before);
  });
});
