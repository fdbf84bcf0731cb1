import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createOnce } from './once.ts';
import { createVoice } from './voice.ts';

function start() {
  const heard: string[] = [];
  let window = false;
  const voice = createVoice({
    events: { emit: (_name, payload) => heard.push(`page: ${(payload as { message: string }).message}`) },
    hasWindow: () => window,
    dialog: (_level, message) => {
      heard.push(`dialog: ${message}`);
      return Promise.resolve();
    },
  });
  return { heard, voice, show: (is: boolean) => (window = is) };
}

it('answers in the window, or in a dialog where there is none', () => {
  const { heard, voice, show } = start();
  voice.say('error', 'one');
  show(true);
  voice.say('error', 'two');
  voice.heard(true);
  voice.say('error', 'three');
  expect(heard).toEqual(['dialog: one', 'page: two', 'page: three']);
});

it('keeps what can wait until a page listens', () => {
  const { heard, voice, show } = start();
  voice.mention('error', 'one');
  voice.mention('error', 'one');
  show(true);
  expect(heard).toEqual([]);
  voice.heard(true);
  voice.heard(false);
  show(false);
  voice.mention('info', 'two');
  voice.heard(true);
  expect(heard).toEqual(['page: one', 'page: two']);
});

it('says some things once and for all', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-once-'));
  const file = path.join(folder, 'said.json');
  const first = createOnce(file);
  expect([first('a'), first('a'), first('b')]).toEqual([true, false, true]);
  const later = createOnce(file);
  expect([later('a'), later('b'), later('c')]).toEqual([false, false, true]);
  rmSync(folder, { recursive: true });
  expect(createOnce(file)('a')).toBe(true);
});
