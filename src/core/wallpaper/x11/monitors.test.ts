import { expect, it } from 'vitest';
import { parseMonitors } from './client.ts';
import { createReadMonitors } from './monitors.ts';
import { useX } from './use.ts';

/** RandR's answer, as a server writes it. */
function reply(
  monitors: readonly {
    readonly name: number;
    readonly primary: boolean;
    readonly place: readonly [number, number, number, number];
    readonly outputs: readonly number[];
  }[],
): Buffer {
  const head = Buffer.alloc(32);
  head[0] = 1;
  head.writeUInt32LE(monitors.length, 12);
  const parts = monitors.map(({ name, primary, place: [x, y, width, height], outputs }) => {
    const part = Buffer.alloc(24 + outputs.length * 4);
    part.writeUInt32LE(name, 0);
    part[4] = primary ? 1 : 0;
    part.writeUInt16LE(outputs.length, 6);
    part.writeInt16LE(x, 8);
    part.writeInt16LE(y, 10);
    part.writeUInt16LE(width, 12);
    part.writeUInt16LE(height, 14);
    outputs.forEach((output, index) => part.writeUInt32LE(output, 24 + index * 4));
    return part;
  });
  return Buffer.concat([head, ...parts]);
}

it('reads monitors of any number of outputs, left of the first one too', () => {
  expect(
    parseMonitors(
      reply([
        { name: 300, primary: true, place: [0, 0, 2560, 1440], outputs: [66, 67] },
        { name: 301, primary: false, place: [-1080, -200, 1080, 1920], outputs: [] },
      ]),
    ),
  ).toEqual([
    { name: 300, primary: true, rect: { x: 0, y: 0, width: 2560, height: 1440 }, outputs: [66, 67] },
    { name: 301, primary: false, rect: { x: -1080, y: -200, width: 1080, height: 1920 }, outputs: [] },
  ]);
  expect(parseMonitors(reply([]))).toEqual([]);
});

it('says nothing where no server can be asked', async () => {
  expect(await createReadMonitors({ use: useX({ env: {} }) })()).toBeNull();
  expect(await createReadMonitors({ use: useX({ env: { DISPLAY: ':65123' } }) })()).toBeNull();
});
