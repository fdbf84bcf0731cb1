import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileUri } from './backends/file-uri.ts';
import { createComposeForeign } from './foreign-picture.ts';
import { display } from './testing/displays.ts';
import { drawingCodec, pixelOf } from './testing/pictures.ts';

const screen = display('A', { width: 64, height: 40 });

describe('a picture of somebody else’s', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kabegami-foreign-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const compose = createComposeForeign({ codec: drawingCodec });
  const target = () => join(folder, 'copy.png');

  it('is copied as the display shows it', async () => {
    const source = join(folder, 'beach.png');
    const red = { width: 128, height: 80, channels: 3, background: '#f00' } as const;
    await sharp({ create: red }).png().toFile(source);
    expect(await compose(source, 'fill', screen, [screen], target())).toBe(true);
    expect(await pixelOf(target(), 63, 39)).toEqual([255, 0, 0]);
    // As the desktop names it: by a path or a file URI, and nothing else.
    expect(await compose(fileUri(source), 'fill', screen, [screen], target())).toBe(true);
    for (const name of [relative(process.cwd(), source), 'https://example.org/beach.png', ''])
      expect(await compose(name, 'fill', screen, [screen], target()), name).toBe(false);
    await expect(pixelOf(target(), 64, 0)).rejects.toThrow();
  });

  it('is left alone where it is no picture file, however hostile', async () => {
    const pipe = join(folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    const text = join(folder, 'text.png');
    writeFileSync(text, '<slides/>');
    const huge = join(folder, 'huge.png');
    writeFileSync(huge, '');
    truncateSync(huge, 300_000_000);
    for (const source of [pipe, text, huge, folder, '/dev/zero', join(folder, 'missing.png')])
      expect(await compose(source, 'fill', screen, [screen], target()), source).toBe(false);
  });
});
