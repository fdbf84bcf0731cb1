/** What Plasma's `plasma-org.kde.plasma.desktop-appletsrc` says of each screen's picture, by screen number. */
export function parseAppletsrc(text: string): readonly { readonly screen: number; readonly image: string }[] {
  const screens = new Map<string, number>();
  const images = new Map<string, string>();
  let containment: string | null = null;
  let inImage = false;
  for (const line of text.split('\n')) {
    const group = /^\[Containments\]\[(\d+)\](.*)$/.exec(line.trim());
    if (line.startsWith('[')) {
      containment = group?.[1] ?? null;
      inImage = group?.[2] === '[Wallpaper][org.kde.image][General]';
      if (group?.[2] !== '' && !inImage) containment = null;
      continue;
    }
    if (containment === null) continue;
    const at = line.indexOf('=');
    const [key, value] = [line.slice(0, at), line.slice(at + 1).trim()];
    if (inImage && key === 'Image') images.set(containment, value);
    if (!inImage && key === 'lastScreen' && Number(value) >= 0) screens.set(containment, Number(value));
  }
  return [...screens]
    .flatMap(([id, screen]) => {
      const image = images.get(id);
      return image === undefined ? [] : [{ screen, image }];
    })
    .sort((one, other) => one.screen - other.screen);
}
