import type { RemoteImage } from '../../shared/model.ts';

/** The usable images of an answer, each once; the rest counted, with their remote ids where those could be read. */
export interface ParsedImages {
  readonly images: readonly RemoteImage[];
  readonly dropped: number;
  readonly droppedIds: readonly string[];
}

/** Reads each item; those `parse` answers null for are dropped. `idOf` says what can still be said of such a one. */
export function parseAll(
  items: readonly unknown[],
  idOf: (item: unknown) => string | null,
  parse: (item: unknown) => RemoteImage | null,
): ParsedImages {
  const images = new Map<string, RemoteImage>();
  const droppedIds: string[] = [];
  let dropped = 0;
  for (const item of items) {
    const image = parse(item);
    if (image === null) {
      dropped += 1;
      const id = idOf(item);
      if (id !== null) droppedIds.push(id);
    } else if (!images.has(image.id)) images.set(image.id, image);
  }
  return { images: [...images.values()], dropped, droppedIds };
}
