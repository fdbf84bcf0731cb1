import { closeSync, openSync, readSync } from 'node:fs';

const headLength = 100;
const magic = 'SQLite format 3\0';

/** Has a file of so many bytes the head of a database and all of its pages? A quick look: only SQLite's check proves it sound. */
export function looksWhole(file: string, bytes: number): boolean {
  try {
    const handle = openSync(file, 'r');
    try {
      const head = Buffer.alloc(headLength);
      if (readSync(handle, head, 0, headLength, 0) < headLength) return false;
      if (head.toString('latin1', 0, magic.length) !== magic) return false;
      // 1 stands for the size that two bytes cannot hold.
      const said = head.readUInt16BE(16);
      return bytes >= (said === 1 ? 65_536 : said) * head.readUInt32BE(28);
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}
