import { createRealEngine } from './real-engine.ts';

/**
 * A program for the test that kills it: likes and unlikes, syncs both ways and fetches files in the folder and against the service given, without end.
 */
const [, , folder, waifuImUrl, token, likes] = process.argv;
if (folder === undefined || waifuImUrl === undefined || token === undefined)
  throw new Error('Which folder, service and token?');
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = await createRealEngine({ folder, waifuImUrl, log: quiet });
if (engine.accounts.secret('waifu-im.token') === null) await engine.accounts.set('waifu-im', token);
engine.favorites.start();
const ids = (likes ?? '').split(',').filter(Boolean);
for (let round = 0; ; round++) {
  const id = ids[round % ids.length];
  if (id !== undefined) await engine.favorites.toggle(id);
  await engine.favorites.sync({ acceptRemovals: true }, () => undefined);
}
