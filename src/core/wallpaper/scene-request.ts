import { appError } from '../../shared/errors.ts';
import type { Display, Fit } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ShownEntry } from '../store/store.ts';
import type { ApplyRequest, Backend, Verdict, Verdicts } from './backend.ts';
import { boundingBox } from './compose.ts';
import type { Piece } from './composed.ts';
import { roomOf } from './displays/geometry.ts';
import type { PlacedPicture, Scene } from './scene.ts';

/** The name of the one target of desktops that take a single picture. */
export const wholeId = '(desktop)';

/** What the verdicts say of a display, however many of them one answer is for. */
export function shownOn(verdicts: Verdicts, { takes }: Backend, id: string): Verdict['shows'] {
  return verdicts.get(takes === 'desktop' ? wholeId : id)?.shows ?? 'unknown';
}

/** What the history is to say of a scene, before the desktop was asked. */
export function entriesOf(
  { placements }: Scene,
  displays: readonly Display[],
  backend: Backend,
): readonly ShownEntry[] {
  return placements.flatMap(({ display: id, picture, fit }): ShownEntry[] => {
    const display = displays.find((each) => each.id === id);
    if (display === undefined) return [];
    return [
      {
        display: display.key,
        name: id,
        image: picture.kind === 'image' ? picture.image.id : null,
        outside: picture.kind === 'outside' ? picture.file : null,
        fit,
        backend: backend.id,
        verified: false,
      },
    ];
  });
}

/** What the backend is asked to show, of one file a display or one over all. */
export function requestFor(
  pieces: Readonly<Record<string, Piece>>,
  whole: string | null,
  displays: readonly Display[],
): ApplyRequest {
  const first = displays.find(({ primary }) => primary) ?? displays[0];
  if (whole !== null && first) {
    // As large as the picture is composed: by the room that each display takes, which is not its pixels where scale factors differ.
    const { area: _its, ...own } = first;
    const display = { ...own, id: wholeId, ...boundingBox(displays.map(roomOf)) };
    return { displays, targets: [{ display, file: whole, fit: 'span' }] };
  }
  const targets = displays.flatMap((display) => {
    const piece = pieces[display.id];
    return piece ? [{ display, file: piece.file, fit: piece.fit }] : [];
  });
  return { displays, targets };
}

/** An error that names the displays there are, where the scene has others. */
export function checkDisplays(displays: readonly Display[], { placements }: Scene): Result<void> {
  const missing = placements.map(({ display }) => display).filter((id) => !displays.some((each) => each.id === id));
  if (missing.length === 0) return ok(undefined);
  const names = (list: readonly string[]): string => list.map((id) => `"${id}"`).join(', ');
  return fail(
    appError(
      'no_display',
      `There is no display called ${names(missing)}. There ${displays.length === 1 ? 'is' : 'are'}: ${names(displays.map(({ id }) => id))}.`,
    ),
  );
}

/** Placements of one picture and fit are composed together: `span` shares one picture among them. */
export function groupsOf(
  { placements }: Scene,
  displays: readonly Display[],
): readonly { readonly picture: PlacedPicture; readonly fit: Fit; readonly displays: readonly Display[] }[] {
  const groups = new Map<string, { picture: PlacedPicture; fit: Fit; displays: Display[] }>();
  for (const { display: id, picture, fit } of placements) {
    const display = displays.find((each) => each.id === id);
    if (display === undefined) continue;
    const name = `${fit} ${picture.kind === 'image' ? picture.image.id : picture.file}`;
    const group = groups.get(name) ?? { picture, fit, displays: [] };
    group.displays.push(display);
    groups.set(name, group);
  }
  return [...groups.values()];
}
