import { mount } from 'svelte';
import type { Client } from '../shared/rpc.ts';
import AppView from './App.svelte';
import type { ReconnectingClient } from './connection/reconnecting-client.ts';
import { Parts } from './parts.svelte.ts';
import { App } from './state/app.svelte.ts';
import type { Memory } from './state/storage.ts';

/** Shows the page in `#app` over a client: its frame now, the view as soon as it is here, and then what may be wanted next. */
export function startPage(options: {
  readonly client: Client | ReconnectingClient;
  readonly memory: Memory;
  readonly desktop: boolean;
  readonly pathOf: ((file: File) => string) | null;
}): App {
  const { client, memory, desktop, pathOf } = options;
  const app = new App({
    client,
    memory,
    desktop,
    pathOf,
    later: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  const target = document.getElementById('app');
  if (!target) throw new Error('The page has no #app.');
  const parts = new Parts();
  mount(AppView, { target, props: { app, parts } });
  void parts.loadAll(app.view);
  if ('onStatus' in client) client.onStatus((status) => app.setConnection(status));
  else app.setConnection('connected');
  return app;
}
