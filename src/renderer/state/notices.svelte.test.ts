import { expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { Notices } from './notices.svelte.ts';

function start() {
  const timers = new Set<() => void>();
  const notices = new Notices((_, action) => {
    timers.add(action);
    return () => void timers.delete(action);
  });
  return {
    notices,
    said: () => notices.list.map(({ message }) => message),
    keyOf: (message: string) => notices.list.find((notice) => notice.message === message)?.key ?? -1,
    runTimers: () => [...timers].forEach((action) => action()),
  };
}
const wait = (time: string) =>
  appError('rate_limited', `The service asks to be left alone for ${time}. Try again then.`);

it('shows three at most, the newest last', () => {
  const { notices, said } = start();
  for (const message of ['One.', 'Two.', 'Three.', 'Four.']) notices.info(message);
  expect(said()).toEqual(['Two.', 'Three.', 'Four.']);
});

it('leaves what somebody is reading where it is, and takes the next one away', () => {
  const { notices, said, keyOf, runTimers } = start();
  for (const message of ['One.', 'Two.', 'Three.']) notices.info(message);
  notices.hold(keyOf('One.'));
  notices.info('Four.');
  expect(said()).toEqual(['One.', 'Three.', 'Four.']);
  runTimers();
  expect(said()).toEqual(['One.']);
  notices.release(keyOf('One.'));
  runTimers();
  expect(said()).toEqual([]);
});

it('says the same trouble once, with its newest numbers', () => {
  const { notices, said } = start();
  notices.error(wait('2 minutes'));
  notices.info('Saved.');
  notices.error(wait('54 seconds'));
  notices.error(wait('50 seconds'));
  expect(said()).toEqual(['Saved.', wait('50 seconds').message]);
  notices.error(appError('offline', 'The service could not be reached.'));
  expect(said()).toHaveLength(3);
});

it('keeps what was done apart, whose way back each of them is', () => {
  const { notices, said } = start();
  const back: string[] = [];
  notices.undoable('2 pictures removed.', () => back.push('two'));
  notices.undoable('3 pictures removed.', () => back.push('three'));
  expect(said()).toHaveLength(2);
  expect(notices.undoLast()).toBe(true);
  expect(back).toEqual(['three']);
});
