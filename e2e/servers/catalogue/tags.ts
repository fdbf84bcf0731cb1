/** Tags as waifu.im describes them. */
export interface CatalogueTag {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly description: string;
  /** Carried by adult entries alone. */
  readonly adultOnly: boolean;
}

/** The name of the one tag that only adult entries carry. The entries' pictures are ordinary gradients. */
export const adultOnlyTag = 'adult-only-tag';

const described: Readonly<Record<string, string>> = {
  landscape: 'Land and sky as far as one can see.',
  hills: 'Rolling hills, one behind the other.',
  mountains: 'High and far.',
  sea: 'The open sea.',
  water: 'Water in any form.',
  night: 'After dark.',
  sky: 'Mostly sky.',
  stars: 'A sky full of stars.',
  aurora: 'Lights in the polar sky.',
  forest: 'Trees, many of them.',
  mist: 'Soft with mist.',
  desert: 'Sand and sun.',
  minimal: 'Very little, well placed.',
  pattern: 'Something that repeats.',
  waves: 'The old wave pattern.',
  geometric: 'Straight lines and plain shapes.',
  abstract: 'No thing in particular.',
  gradient: 'One color becoming another.',
  lights: 'Points of light, out of focus.',
  animals: 'Somebody lives here.',
  birds: 'Birds on the wing.',
  dawn: 'Colors of the first light.',
  dusk: 'Colors of the last light.',
  noon: 'Clear day.',
  midnight: 'Deep blue.',
  ember: 'Red and gold.',
  mint: 'Pale green.',
  rose: 'Pale red.',
  slate: 'Gray and calm.',
  lagoon: 'Turquoise.',
  autumn: 'Leaves and late sun.',
  violet: 'Purple light.',
  monochrome: 'Black, white and between.',
  animated: 'It moves.',
  [adultOnlyTag]: 'Carried by entries flagged adult alone.',
};

export const tags: readonly CatalogueTag[] = Object.entries(described).map(([slug, description], index) => ({
  id: 1 + index,
  name: slug === adultOnlyTag ? slug : slug[0]?.toUpperCase() + slug.slice(1),
  slug,
  description,
  adultOnly: slug === adultOnlyTag,
}));

export function tagBySlug(slug: string): CatalogueTag {
  const tag = tags.find((candidate) => candidate.slug === slug);
  if (!tag) throw new Error(`There is no tag "${slug}".`);
  return tag;
}
