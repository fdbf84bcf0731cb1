import { basename, extname } from 'node:path';
import { imageSizeFromFile } from 'image-size/fromFile';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pictures } from '../files/pictures.ts';
import type { FileRepository } from '../store/store.ts';
import type { OutsideFolder } from './outside.ts';
import type { PaintPicture } from './paint.ts';
import type { PlacedPicture } from './scene.ts';

/** The file behind a placed picture, fetched where it is missing. */
export function createPictureSource(parts: {
  readonly pictures: Pick<Pictures, 'open'>;
  readonly files: Pick<FileRepository, 'of'>;
  readonly outside: Pick<OutsideFolder, 'path'>;
}) {
  return async (
    picture: PlacedPicture,
    onProgress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<PaintPicture>> => {
    if (picture.kind === 'outside') return copyOf(picture.file);
    const file = await parts.pictures.open(picture.image, 'full', { onProgress, ...(signal ? { signal } : {}) });
    if (!file.ok) return file;
    // The provider's word on the size is not the file's.
    const { width, height } = parts.files.of(picture.image.id) ?? picture.image;
    const { path, hash, contentType } = file.value;
    return ok({ source: path, hash, contentType, width, height });
  };

  async function copyOf(name: string): Promise<Result<PaintPicture>> {
    const gone = fail(
      appError(
        'not_found',
        'The copy of the picture that another program had set is gone: there is no way back to it.',
      ),
    );
    const path = await parts.outside.path(name);
    if (path === null) return gone;
    try {
      const { width, height } = await imageSizeFromFile(path);
      if (!width || !height) return gone;
      const contentType = extname(path) === '.jpg' ? 'image/jpeg' : 'image/png';
      return ok({ source: path, hash: basename(path), contentType, width, height });
    } catch {
      return gone;
    }
  }
}
