/**
 * What text is compared by: without regard to case, and with `_`, `-` and any white space the same single space. Tags of one service are written
 * `long-hair`, those of another `long_hair`, and people type "long hair".
 */
export function fold(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim();
}
