import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '../shared/errors.ts';
import AppView from './App.svelte';
import { Parts } from './parts.svelte.ts';
import { App } from './state/app.svelte.ts';
import { createMemory } from './state/storage.ts';
import { createFakeClient, type FakeClient } from './testing/fake-client.ts';

/** The whole page in a DOM without layout: what is there, what it is called, and what pressing it does. */
let stop: (() => Promise<void>) | null = null;
beforeEach(() => {
  // No motion: nothing to wait for.
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query.includes('reduced-motion') }));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await stop?.();
  document.body.replaceChildren();
  location.hash = '';
});

/** Waits until the page is so. What it asks is answered, and shown, in some turns: in how many is nobody's promise. */
const until = (check: () => void): Promise<void> =>
  vi.waitFor(
    () => {
      flushSync();
      check();
    },
    { timeout: 10_000, interval: 5 },
  );

async function open(
  client: FakeClient = createFakeClient(),
  view: 'browse' | 'library' | 'favorites' | 'rotation' | 'history' | 'settings' = 'browse',
) {
  const app = new App({
    client,
    desktop: false,
    memory: createMemory(() => ({ getItem: () => null, setItem: () => undefined })),
    later: () => () => undefined,
  });
  app.show(view);
  const parts = new Parts();
  await parts.loadAll(view);
  const component = mount(AppView, { target: document.body, props: { app, parts } });
  stop = () => unmount(component);
  app.setConnection('connected');
  await until(() => expect(app.settings.value).not.toBeNull());
  return { app, client };
}

/** The element of a role (or tag) and an accessible name. */
function named(selector: string, name: string | RegExp): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((element) => {
    const text = (element.getAttribute('aria-label') ?? element.textContent).trim();
    return typeof name === 'string' ? text === name : name.test(text);
  });
  if (!found) throw new Error(`There is no ${selector} named ${String(name)}.`);
  return found;
}

describe('the page', () => {
  it('leads to every view, and marks where one is', async () => {
    const { app } = await open();
    expect([...document.querySelectorAll('nav a')].map((link) => link.textContent.trim())).toEqual([
      'Browse',
      'Library',
      'Favorites',
      'Collections',
      'Wallpaper',
      'History',
      'Settings',
    ]);
    named('nav a', 'Favorites').click();
    flushSync();
    expect(app.view).toBe('favorites');
    expect(named('nav a', 'Favorites').getAttribute('aria-current')).toBe('page');
    named('input', 'Search favorites');
    // What is reached from a view belongs to it.
    location.hash = 'duplicates';
    await until(() => expect(named('nav a', 'Library').getAttribute('aria-current')).toBe('true'));
    await until(() => named('a', 'Back to the library'));
  });

  it('says what failed, and tries again', async () => {
    const client = createFakeClient();
    client.fail('browse', appError('rate_limited', 'waifu.im asks for a pause.'));
    const { app } = await open(client);
    await until(() =>
      expect(document.querySelector('[role=alert]')?.textContent).toContain('waifu.im asks for a pause.'),
    );
    client.fail('browse', null);
    named('button', 'Try again').click();
    await until(() => expect(app.browse.list.length).toBe(60));
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  it('leads out of a filter that matches nothing', async () => {
    const { app } = await open();
    app.browse.change({ minWidth: 100_000 });
    await until(() => expect(document.body.textContent).toContain('Nothing matches'));
    named('.message button', 'Reset filters').click();
    await until(() => expect(app.browse.list.length).toBe(60));
  });

  it('says which part of a search is not looked for, and what fits nothing', async () => {
    const { app } = await open(createFakeClient(), 'library');
    app.library.commit('wdith:3000');
    const says = (where: string, words: string): Promise<void> =>
      until(() => expect(document.querySelector(where)?.textContent).toContain(words));
    await says('.summary', 'wdith:3000 is not looked for');
    app.library.commit('nowhere');
    await says('.message', 'No picture fits this.');
    app.library.commit('elsewhere');
    await says('.message', 'No picture fits all of this at once.');
  });

  it('shows adult pictures only after a clear yes', async () => {
    const { client } = await open(createFakeClient(), 'settings');
    const toggle = named('[role=switch]', 'Show adult pictures');
    toggle.click();
    await until(() => named('[role=alertdialog] button', 'Show adult pictures'));
    const yes = named('[role=alertdialog] button', 'Show adult pictures') as HTMLButtonElement;
    expect(yes.disabled).toBe(true);
    expect(client.settings.adultContent).toBe(false);
    document.querySelector<HTMLInputElement>('[role=alertdialog] input')?.click();
    flushSync();
    yes.click();
    const shows = (): string | null => named('[role=switch]', 'Show adult pictures').getAttribute('aria-checked');
    await until(() => expect(shows()).toBe('true'));
    expect(client.settings.adultContent).toBe(true);
    named('[role=switch]', 'Show adult pictures').click();
    await until(() => expect(client.settings.adultContent).toBe(false));
  });

  it('keeps no token on the page', async () => {
    const { client } = await open(createFakeClient(), 'settings');
    await until(() => named('input', 'waifu.im token'));
    const field = named('input', 'waifu.im token') as HTMLInputElement;
    field.value = 'very-secret';
    field.closest('form')?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
    await until(() => expect(document.body.textContent).toContain('Tested: it works.'));
    expect(client.calls.find((call) => call.name === 'account.set')?.input).toEqual({
      provider: 'waifu-im',
      token: 'very-secret',
    });
    expect(field.value).toBe('');
    expect(document.body.innerHTML).not.toContain('very-secret');
  });

  it('opens the viewer with everything that is known, and follows a tag', async () => {
    const { app } = await open();
    await until(() => expect(app.images.get('waifu-im:7001')).toBeDefined());
    app.viewer.details = true;
    app.viewer.open('waifu-im:7001', app.browse.list);
    flushSync();
    expect(named('[role=dialog]', /^Viewer: /).textContent).toContain('2560 × 1440');
    for (const link of document.querySelectorAll('aside a')) {
      expect([link.getAttribute('target'), link.getAttribute('rel')]).toEqual(['_blank', 'noopener noreferrer']);
    }
    named('button', 'Show pictures tagged sky').click();
    expect(app.browse.filter.tags).toEqual(['sky']);
    await until(() => named('button', 'Remove filter: sky'));
    named('button', 'Remove filter: sky').click();
    expect(app.browse.filter.tags).toEqual([]);
  });

  it('saves a search in the place of another only when asked again, and takes it back', async () => {
    const client = createFakeClient();
    client.library.saved = [{ id: 4, name: 'Blue', query: 'tag:sea' }];
    const { app } = await open(client, 'library');
    app.library.commit('tag:sky');
    await until(() => named('button', 'Saved searches').click());
    await until(() => named('button', 'Save this search …').click());
    await until(() => expect(document.querySelector('[role=dialog] form input')).not.toBeNull());
    const name = document.querySelector<HTMLInputElement>('[role=dialog] form input');
    const submit = (): unknown =>
      name?.form?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
    const write = (text: string): void => {
      if (name) name.value = text;
      name?.dispatchEvent(new Event('input', { bubbles: true }));
      flushSync();
    };
    write(' Blue ');
    submit();
    await until(() =>
      expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).toContain('"Blue" already'),
    );
    named('[role=dialog] button', 'Replace it');
    // Another name is no replacement.
    write('Bluer');
    expect(document.querySelector('[role=dialog] [role=alert]')).toBeNull();
    named('[role=dialog] button', 'Save');
    write('Blue');
    expect(client.library.saved).toEqual([{ id: 4, name: 'Blue', query: 'tag:sea' }]);
    submit();
    await until(() => expect(client.library.saved).toEqual([{ id: 4, name: 'Blue', query: 'tag:sky' }]));
    await until(() => expect(app.notices.undoLast()).toBe(true));
    await until(() => expect(client.library.saved).toEqual([{ id: 4, name: 'Blue', query: 'tag:sea' }]));
  });

  it('lets whoever writes a note choose when it was changed elsewhere, and loses neither', async () => {
    const { app, client } = await open();
    const [id, next] = ['waifu-im:7001', 'waifu-im:7002'];
    const field = (): HTMLTextAreaElement => named('aside textarea', '') as HTMLTextAreaElement;
    const write = (text: string): void => {
      field().value = text;
      field().dispatchEvent(new Event('input', { bubbles: true }));
      flushSync();
    };
    const elsewhere = (note: string) => client.call('notes.set', { id, note });
    const other = (): string | null => document.querySelector('aside .other')?.textContent ?? null;
    await until(() => expect(app.images.get(next)).toBeDefined());
    app.viewer.details = true;
    app.viewer.open(id, app.browse.list);
    await until(() => expect(field().readOnly).toBe(false));
    await elsewhere('theirs');
    await until(() => expect(field().value).toBe('theirs'));

    write('mine');
    await elsewhere('theirs, again');
    await until(() => expect(other()).toContain('theirs, again'));
    field().dispatchEvent(new FocusEvent('blur'));
    expect(client.collections.notes.get(id)).toBe('theirs, again');
    named('aside button', 'Keep mine').click();
    await until(() => expect([client.collections.notes.get(id), other()]).toEqual(['mine', null]));

    write('mine, longer');
    await elsewhere('theirs');
    await until(() => named('aside button', 'Take that one').click());
    await until(() => expect([client.collections.notes.get(id), field().value]).toEqual(['theirs', 'theirs']));

    write('mine');
    await elsewhere('theirs, last');
    await until(() => expect(other()).toContain('theirs, last'));
    app.viewer.open(next, app.browse.list);
    await until(() => expect(client.collections.notes.get(id)).toBe('theirs, last\n\nmine'));
    expect(client.collections.notes.get(next)).toBeUndefined();
  });

  it('says that a pool was removed elsewhere while its form is open, and makes it a new one', async () => {
    const client = createFakeClient();
    const { app } = await open(client, 'rotation');
    await app.pools.save({ id: 'quiet', name: 'Quiet', sources: [{ kind: 'favorites', weight: 1 }] });
    flushSync();
    await until(() => named('button', 'Edit Quiet').click());
    await until(() => named('[role=dialog] button', 'Save pool'));
    await client.call('pools.remove', { id: 'quiet' });
    client.emit('pools.changed', { what: 'pools' });
    await until(() =>
      expect(document.querySelector('[role=dialog] [role=alert]')?.textContent).toContain('removed elsewhere'),
    );
    const name = document.querySelector<HTMLInputElement>('[role=dialog] input');
    if (name) name.value = 'Calm';
    name?.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    named('[role=dialog] button', 'Save as a new pool');
    name?.form?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
    await until(() =>
      expect(client.calls.findLast((call) => call.name === 'pools.save')?.input).toMatchObject({ id: 'calm' }),
    );
    await until(() => expect(document.querySelector('[role=dialog]')).toBeNull());
  });

  it('keeps the note of a picture that is left, and never one of another picture or of none', async () => {
    const { app, client } = await open();
    await until(() => expect(app.images.get('waifu-im:7001')).toBeDefined());
    await client.call('notes.set', { id: 'waifu-im:7001', note: 'mine' });
    app.viewer.details = true;
    app.viewer.open('waifu-im:7001', app.browse.list);
    flushSync();
    const field = (): HTMLTextAreaElement => named('aside textarea', '') as HTMLTextAreaElement;
    expect(field().readOnly).toBe(true);
    await until(() => expect([field().readOnly, field().value]).toEqual([false, 'mine']));
    field().value = 'mine, changed';
    field().dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    app.viewer.close();
    await until(() => expect(client.calls.filter(({ name }) => name === 'notes.set')).toHaveLength(2));
    expect(await client.call('notes.get', { id: 'waifu-im:7001' })).toEqual({
      ok: true,
      value: { note: 'mine, changed' },
    });
  });

  it('says once that the connection is lost', async () => {
    const { app } = await open();
    app.setConnection('lost');
    flushSync();
    expect(document.querySelector('.connection')?.getAttribute('role')).toBe('alert');
  });
});
