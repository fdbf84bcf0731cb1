/** Pictures the program takes. The type is known by the content alone, never by a name, a url or a header. */
export const pictureTypes = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  bmp: 'image/bmp',
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
  if (ascii(4, 8) === 'ftyp' && brands(head).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (ascii(0, 2) === 'BM' && bmpHeaders.has(head[14] ?? 0) && head[15] === 0) return 'bmp';
  return null;
}

/** Sizes of the header that follows a BMP's own. */
const bmpHeaders: ReadonlySet<number> = new Set([12, 40, 52, 56, 64, 108, 124]);

/** The major brand of a file of ISO boxes and those it says to be compatible with, as far as they are in sight. */
function brands(head: Uint8Array): readonly string[] {
  const at = [8, ...[16, 20, 24, 28].filter((from) => from + 4 <= Math.min(head.length, head[3] ?? 0))];
  return at.map((from) => String.fromCharCode(...head.subarray(from, from + 4)));
}

/** The name of a picture format that is known and cannot be decoded here; null where it is none. */
export function undecodable(head: Uint8Array): string | null {
  const ascii = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if ((head[0] === 0xff && head[1] === 0x0a) || ascii(4, 8) === 'JXL ') return 'JPEG XL';
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'TIFF';
  if (ascii(4, 8) === 'ftyp' && brands(head).some((brand) => /^(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(brand)))
    return 'HEIC';
  if (ascii(4, 8) === 'jP  ') return 'JPEG 2000';
  if (ascii(0, 4) === '8BPS') return 'Photoshop';
  return null;
}

/** The content type of a file name made by this program. */
export function contentTypeOf(extension: string): string {
  return Object.hasOwn(pictureTypes, extension)
    ? pictureTypes[extension as PictureExtension]
    : 'application/octet-stream';
}
