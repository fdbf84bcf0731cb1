import { createContext, type Context } from '../context.ts';

/** For commands that are looked at and not run. */
export const testContext = (): Context =>
  createContext({
    version: '0.1.0',
    terminal: {
      out: () => undefined,
      error: () => undefined,
      columns: null,
      drawsProgress: false,
      input: () => Promise.resolve(''),
      signal: new AbortController().signal,
    },
    visit: () => Promise.resolve(null),
    open: () => Promise.reject(new Error('not used')),
    openLong: () => Promise.reject(new Error('not used')),
    browserHost: () => Promise.reject(new Error('not used')),
    rendererFolder: '',
    dataFolder: '',
    show: () => undefined,
    demo: null,
  });
