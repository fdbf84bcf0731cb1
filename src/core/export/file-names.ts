import type { Image } from '../../shared/model.ts';

/** Longest part of a name, in bytes of UTF-8: room for a number and two endings within the 255 of every file system. */
const longest = 120;
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
// What no system takes, what Windows does not, and what makes a name look like another one.
/* eslint-disable no-control-regex -- control characters are what is looked for */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff<>:"/\\|?*]/g;
/* eslint-enable no-control-regex */

/**
 * Any text as one part of a path, on every system: composed (NFC), without separators, control and direction characters or the signs Windows refuses, no name of a
 * device, neither dots nor spaces at its ends, not too long. Never empty; `otherwise` where nothing is left.
 */
export function safeName(text: string, otherwise: string): string {
  const plain = text
    .replace(/\p{Cs}/gu, '\ufffd')
    .normalize('NFC')
    .replace(unsafe, '_')
    .replace(/\s+/g, ' ');
  const name = trimEnds(cut(trimEnds(plain)));
  if (name === '' || /^_+$/.test(name)) return otherwise;
  return reserved.test(name) ? `_${name}` : name;
}

/** Where an image goes in an export: its first artist's folder, then its id. */
export function exportName(image: Pick<Image, 'artists' | 'provider' | 'remoteId' | 'extension'>): {
  readonly folder: string;
  readonly base: string;
  readonly extension: string;
} {
  return {
    folder: safeName(image.artists[0]?.name ?? '', 'Unknown artist'),
    base: safeName(`${image.provider}-${image.remoteId}`, 'picture'),
    extension: safeName(image.extension, 'bin'),
  };
}

function trimEnds(text: string): string {
  return text.replace(/^[\s.]+|[\s.]+$/g, '');
}

function cut(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const letter of text) {
    bytes += Buffer.byteLength(letter);
    if (bytes > longest) break;
    kept += letter;
  }
  return kept;
}
