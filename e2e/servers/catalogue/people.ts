/** Invented artists. All links lead to reserved example domains. */
export interface CatalogueArtist {
  readonly id: number;
  readonly name: string;
  readonly patreon: string | null;
  readonly pixiv: string | null;
  readonly twitter: string | null;
  readonly deviantArt: string | null;
}

function artist(id: number, name: string, handle: string, links: string): CatalogueArtist {
  const link = (letter: string, site: string): string | null =>
    links.includes(letter) ? `https://${site}.example.org/${handle}` : null;
  return {
    id,
    name,
    patreon: link('a', 'patrons'),
    pixiv: link('p', 'pictures'),
    twitter: link('t', 'birds'),
    deviantArt: link('d', 'art'),
  };
}

export const artists: readonly CatalogueArtist[] = [
  artist(11, 'Ao Kiyohara', 'ao-kiyohara', 'pt'),
  artist(12, 'Mika Lindqvist', 'mika-lindqvist', 'a'),
  artist(13, '大野みどり', 'ono-midori', 'ptd'),
  artist(14, 'Rune Halvorsen', 'rune-halvorsen', 'd'),
  artist(15, 'Studio Tsubame', 'studio-tsubame', 'apt'),
  artist(16, 'Iris Okonkwo', 'iris-okonkwo', 'td'),
  artist(17, 'Théo Marchand', 'theo-marchand', ''),
  artist(18, 'Zuzana Břízová', 'zuzana-brizova', 'ap'),
];
