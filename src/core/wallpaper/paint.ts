import { basename } from 'node:path';
import type { Display, Fit } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import { boundingBox, layersFor, type SourcePicture } from './compose.ts';
import type { ComposedFolder, Piece } from './composed.ts';
import { roomOf } from './displays/geometry.ts';

/** Behind pictures that do not cover the display. */
const background = '#000000';

/** A picture file, named by its content. */
export interface PaintPicture extends SourcePicture {
  readonly hash: string;
  readonly contentType: string;
}

/** Composes one picture for displays. */
export interface Paint {
  /** One file a display, at its own pixels. By display id. */
  pieces(
    picture: PaintPicture,
    displays: readonly Display[],
    fit: Fit,
    options: { readonly lossless: boolean },
    signal?: AbortSignal,
  ): Promise<Result<Record<string, Piece>>>;
  /** All pieces at their places in one file. With one display that is its piece. */
  whole(
    pieces: Readonly<Record<string, Piece>>,
    displays: readonly Display[],
    contentType: string,
    signal?: AbortSignal,
  ): Promise<Result<string>>;
}

export function createPaint(composed: ComposedFolder): Paint {
  return {
    async pieces(picture, displays, fit, { lossless }, signal) {
      const box = boundingBox(displays.map(roomOf));
      const pieces: Record<string, Piece> = {};
      for (const display of displays) {
        const { id, width, height } = display;
        const layers = layersFor(picture, { width, height }, fit, { box, part: roomOf(display) });
        const extension = lossless ? 'png' : extensionFor(picture.contentType);
        const file = await composed.make({ width, height, background, layers }, () => picture.hash, extension, signal);
        if (!file.ok) return file;
        pieces[id] = { file: file.value, width, height, fit };
      }
      return ok(pieces);
    },
    async whole(pieces, displays, contentType, signal) {
      const [only] = displays;
      const onlyPiece = only && displays.length === 1 ? pieces[only.id] : undefined;
      if (onlyPiece) return ok(onlyPiece.file);
      const box = boundingBox(displays.map(roomOf));
      const layers = displays.flatMap((display) => {
        const { x, y, width, height } = roomOf(display);
        const piece = pieces[display.id];
        if (!piece) return [];
        const from = { x: 0, y: 0, width: piece.width, height: piece.height };
        return [
          { source: piece.file, from, to: { x: x - box.x, y: y - box.y, width, height }, blur: 0, brightness: 1 },
        ];
      });
      // A composed file's name is its content.
      const job = { width: box.width, height: box.height, background, layers };
      return composed.make(job, (source) => basename(source), extensionFor(contentType), signal);
    },
  };
}

/** A picture without losses stays so; one with losses is not worth the time and the disk a large PNG takes. */
function extensionFor(contentType: string): 'png' | 'jpg' {
  return contentType === 'image/jpeg' || contentType === 'image/webp' ? 'jpg' : 'png';
}
