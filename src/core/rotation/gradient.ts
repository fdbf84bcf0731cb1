import { writeFile } from 'node:fs/promises';
import { encodePng } from '../wallpaper/png.ts';
import type { OutsideFolder } from '../wallpaper/outside.ts';

const width = 1920;
const height = 1080;

/** A calm picture that needs neither library nor network. Answers its name in the folder of copies; null when the disk takes none. */
export function makeGradient(outside: Pick<OutsideFolder, 'adopt'>): Promise<string | null> {
  return outside.adopt(async (file) => {
    const rgb = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y += 1) {
      const share = y / (height - 1);
      const color = [mix(0x2b, 0x5b, share), mix(0x3a, 0x6f, share), mix(0x55, 0x86, share)];
      for (let x = 0; x < width; x += 1) rgb.set(color, (y * width + x) * 3);
    }
    await writeFile(file, await encodePng({ width, height, rgb }));
    return true;
  });
}

function mix(from: number, to: number, share: number): number {
  return Math.round(from + (to - from) * share);
}
