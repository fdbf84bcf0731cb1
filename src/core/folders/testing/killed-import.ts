import { testCodec } from '../../files/testing/pictures.ts';
import { openFolderWorld } from './world.ts';

/** A program for the test that kills it: brings a folder in, and says how far it is. */
const [, , dataFolder, root, mode] = process.argv;
if (dataFolder === undefined || root === undefined) throw new Error('Which folders?');
process.on('disconnect', () => process.exit());
const world = openFolderWorld(testCodec(), { dataFolder, root });
const id = await world.add({ mode: mode === 'copy' ? 'copy' : 'reference' });
const scanned = await world.folders.scan(
  id,
  (done, total) => process.send?.({ done, total }),
  new AbortController().signal,
);
process.send?.({ ended: scanned.ok });
