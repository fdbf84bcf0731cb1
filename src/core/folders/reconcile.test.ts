import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import type { Codec } from '../files/codec.ts';
import { openFolderWorld, tinyPng } from './testing/world.ts';

const unused = () => Promise.resolve(fail(appError('internal', 'Nobody asks for this here.')));
/** What is decoded is not the question here. */
const codec: Codec = {
  thumbnails({ targets }) {
    for (const { path: target } of targets) writeFileSync(target, 'a thumbnail');
    return Promise.resolve(ok({ dominantColor: '#808080', hash: '0123456789abcdef', width: 2, height: 1 }));
  },
  compose: () => Promise.resolve(ok(undefined)),
  looks: unused,
  compare: unused,
  close: () => Promise.resolve(),
};

const places = ['a.png', 'b.png', 'x/a.png', 'x/b.png', 'x/y/c.png'];
const where = fc.constantFrom(...places);
const content = fc.integer({ min: 1, max: 6 });
const step = fc.oneof(
  fc.record({ do: fc.constant('write' as const), to: where, content }),
  fc.record({ do: fc.constant('new' as const), to: where }),
  fc.record({ do: fc.constantFrom('move' as const, 'copy' as const), from: where, to: where }),
  fc.record({ do: fc.constant('remove' as const), from: where }),
  fc.record({ do: fc.constant('scan' as const) }),
);

it('is in step with any sequence of writing, moving, copying and removing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = openFolderWorld(codec);
      try {
        // An empty folder counts as one that is away.
        world.write('always.png', tinyPng(1_000));
        const id = await world.add();
        /** What lies where: by hash. */
        const now = new Map<string, string>();
        let before = new Map<string, string>();
        /** Which image each content was at the last scan, and every content there ever was. */
        let images = new Map<string, string>();
        const ever = new Set<string>();
        let fresh = 100;

        const put = (to: string, bytes: Buffer): void => {
          world.write(to, bytes);
          now.set(to, createHash('sha256').update(bytes).digest('hex'));
        };
        const scan = async (): Promise<void> => {
          await world.scan(id);
          const next = new Map<string, string>();
          for (const [place, hash] of now) {
            const image = world.at(place)!;
            expect(image, place).toMatchObject({ cached: true });
            expect(world.store.folders.hashOf(image.id)).toBe(hash);
            // One content, one image.
            expect(next.get(hash) ?? image.id).toBe(image.id);
            next.set(hash, image.id);
          }
          expect(new Set(next.values()).size).toBe(next.size);
          const { pictures } = world.store.folders.counts(id);
          expect(pictures).toBe(now.size + 1);
          for (const [place, hash] of now) {
            // What lies where nothing lay, or as it lay, is the image it was.
            const was = images.get(hash);
            if (was !== undefined && (!before.has(place) || before.get(place) === hash))
              expect(next.get(hash)).toBe(was);
            // What was edited where it lies goes on being that image.
            const old = before.get(place);
            const alone = (map: Map<string, string>, what: string): boolean =>
              [...map.values()].filter((each) => each === what).length === 1;
            if (
              old !== undefined &&
              !ever.has(hash) &&
              alone(before, old) &&
              alone(now, hash) &&
              ![...now.values()].includes(old)
            )
              expect(next.get(hash)).toBe(images.get(old));
          }
          // Nothing is ever forgotten by itself, and what is not there is not said to be.
          for (const image of images.values()) {
            const known = world.store.images.get(image);
            expect(known).not.toBe(null);
            expect(known!.cached).toBe([...next.values()].includes(image));
          }
          for (const hash of now.values()) ever.add(hash);
          images = new Map([...images, ...next]);
          before = new Map(now);
        };

        for (const each of steps) {
          if (each.do === 'scan') await scan();
          else if (each.do === 'write') put(each.to, tinyPng(each.content));
          else if (each.do === 'new') put(each.to, tinyPng((fresh += 1)));
          else if (now.has(each.from)) {
            const source = path.join(world.root, each.from);
            if (each.do === 'remove') {
              rmSync(source);
              now.delete(each.from);
            } else if (each.from !== each.to) {
              const target = path.join(world.root, each.to);
              mkdirSync(path.dirname(target), { recursive: true });
              if (each.do === 'move') {
                renameSync(source, target);
                now.delete(each.from);
              } else copyFileSync(source, target);
              now.set(each.to, createHash('sha256').update(readFileSync(target)).digest('hex'));
            }
          }
        }
        await scan();
        await scan();
        expect(world.store.check()).toEqual([]);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
