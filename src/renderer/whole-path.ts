/** The whole path, on any system: `/home/me`, `C:\Pictures`, `\\nas\pictures`. */
export function isWholePath(text: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\[^\\])/.test(text.trim());
}

/** What was written is no whole path, and does not become one however it goes on. `C` and `\` may. */
export function isNoWholePath(text: string): boolean {
  return !isWholePath(text) && !/^([A-Za-z]:?|\\{1,2})?$/.test(text.trim());
}
