import { mount } from 'svelte';
import type { Client } from '../shared/rpc.ts';
import AppView from './App.svelte';
import type { ReconnectingClient } from './connection/reconnecting-client.ts';
import { App } from './state/app.svelte.ts';
import { createMemory } from './state/storage.ts';
import './styles/base.css';

/** Shows the page in `#app` over a client. */
export function startPage(options: { readonly client: Client | ReconnectingClient; readonly desktop: boolean }): App {
  const { client, desktop } = options;
  const memory = createMemory(() => globalThis.localStorage);
  // Known before the settings arrive, so that a dark page never flashes white.
  const theme = memory.read('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme);
  const app = new App({
    client,
    memory,
    desktop,
    later: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  const target = document.getElementById('app');
  if (!target) throw new Error('The page has no #app.');
  mount(AppView, { target, props: { app } });
  if ('onStatus' in client) client.onStatus((status) => app.setConnection(status));
  else app.setConnection('connected');
  return app;
}
