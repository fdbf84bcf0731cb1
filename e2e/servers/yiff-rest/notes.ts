/** The notes of the seed that are active, worded for this server. */
export interface Note {
  readonly id: number;
  readonly content: string;
}

const noKey: Note = {
  id: 3,
  content: "Hey, we see you aren't using an api key. They're free! To get one, visit https://yiff.rest/apikeys.",
};
const sizeLimit: Note = {
  id: 5,
  content:
    "Since images are getting bigger, we're adding a size limit parameter. Add ?sizeLimit=<size> to limit the size of images we provide you.",
};
const always: readonly Note[] = [
  {
    id: 6,
    content: 'You can now hide these notes by setting the notes parameter to disabled. (ex: ?notes=disabled)',
  },
  { id: 7, content: 'We now have proper documentation: https://docs.yiff.rest' },
  {
    id: 8,
    content:
      'We have a new service available, a thumbnailer for e621. You can see its documentation at https://docs.yiff.rest/thumbnails.',
  },
];

/** Notes an answer carries. They are hidden by `notes=disabled` alone. */
export function notesFor(request: {
  readonly disabled: boolean;
  readonly hasKey: boolean;
  readonly hasSizeLimit: boolean;
}): readonly Note[] {
  if (request.disabled) return [];
  return [...(request.hasKey ? [] : [noKey]), ...(request.hasSizeLimit ? [] : [sizeLimit]), ...always];
}

const units: Readonly<Record<string, number>> = { b: 0, kb: 10, mb: 20, gb: 30, tb: 40 };

/** `500`, `500kb`, `1.5 MB` in powers of two; null where there is none or it cannot be read (which lifts the limit, as there). */
export function parseSizeLimit(text: string | null): number | null {
  const match = /^(\d+(?:\.\d+)?) *(b|kb|mb|gb|tb)?$/i.exec((text ?? '').trim());
  if (!match) return null;
  return Math.floor(Number(match[1]) * 2 ** (units[(match[2] ?? 'b').toLowerCase()] ?? 0));
}
