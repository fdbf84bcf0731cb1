import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../shared/bridge.ts';

const seen = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  sent: [] as unknown[][],
  events: null as unknown,
}));

vi.mock('electron', () => {
  const events = new EventEmitter();
  seen.events = events;
  return {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => seen.exposed.set(name, value) },
    webUtils: { getPathForFile: (file: { readonly name: string }) => `/home/me/${file.name}` },
    ipcRenderer: Object.assign(events, { send: (...message: unknown[]) => seen.sent.push(message) }),
  };
});

await import('./index.ts');

describe('the preload script', () => {
  it('gives the page one small bridge and nothing of Electron', () => {
    expect([...seen.exposed.keys()]).toEqual(['kabegami']);
    const bridge = seen.exposed.get('kabegami') as Bridge;
    expect(Object.keys(bridge).sort()).toEqual(['host', 'pathOf', 'post', 'subscribe']);
    const message = { type: 'call', id: 'a', name: 'status', input: {} } as const;
    bridge.post(message);
    expect(seen.sent).toEqual([['kabegami:message', message]]);
    expect(bridge.pathOf({ name: 'a.png' })).toBe('/home/me/a.png');
  });

  it('hands on messages without the event they came with, until told to stop', () => {
    const bridge = seen.exposed.get('kabegami') as Bridge;
    const events = seen.events as EventEmitter;
    const heard: unknown[][] = [];
    const stop = bridge.subscribe((...all: unknown[]) => heard.push(all));
    events.emit('kabegami:reply', { sender: 'secret' }, { type: 'result' });
    stop();
    events.emit('kabegami:reply', { sender: 'secret' }, { type: 'late' });
    expect(heard).toEqual([[{ type: 'result' }]]);
    expect(events.listenerCount('kabegami:reply')).toBe(0);
  });
});
