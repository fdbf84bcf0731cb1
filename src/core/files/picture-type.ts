/** Pictures the program takes. The type is known by the content alone, never by a name, a url or a header. */
export const pictureTypes = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
} as const;
export type PictureExtension = keyof typeof pictureTypes;

/** Bytes `pictureType` wants to see. */
export const magicLength = 32;

/** The type of a picture by its first bytes; null for anything else (HTML, SVG, text, other formats). */
export function pictureType(head: Uint8Array): PictureExtension | null {
  const ascii = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpg';
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n' && ascii(12, 16) === 'IHDR') return 'png';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP' && ascii(12, 15) === 'VP8') return 'webp';
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'gif';
  if (ascii(4, 8) === 'ftyp' && ['avif', 'avis'].includes(ascii(8, 12))) return 'avif';
  return null;
}

/** The content type of a file name made by this program. */
export function contentTypeOf(extension: string): string {
  return Object.hasOwn(pictureTypes, extension)
    ? pictureTypes[extension as PictureExtension]
    : 'application/octet-stream';
}
