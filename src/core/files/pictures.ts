import type { ImageId, RemoteImage, VerifyReport } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { ThumbnailResult } from './codec.ts';
import type { Accountant } from './quota/accountant.ts';
import type { Leftovers } from './quota/leftovers.ts';
import type { Quota } from './quota/quota.ts';
import type { ReferenceShelf } from './reference-shelf.ts';

/** The sizes media is served in. `small` and `large` are WebP thumbnails; `full` is the file itself. */
export const mediaVariants = ['small', 'large', 'full'] as const;
export type MediaVariant = (typeof mediaVariants)[number];

/** Longest edge of each thumbnail, in pixels. */
export const thumbnailEdges = { small: 480, large: 1600 } as const;

export interface MediaFile {
  /** Absolute path. */
  readonly path: string;
  /** `image/webp` … */
  readonly contentType: string;
  readonly bytes: number;
  /** Content hash (sha256 hex) of the full picture: a strong validator for caches. */
  readonly hash: string;
}

/** A thumbnail to be made of a picture that stays where it is. */
export interface ReferenceJob {
  /** sha256 of its content, hex. */
  readonly hash: string;
  readonly edge: number;
  /** Absolute path of the picture. */
  readonly source: string;
  /** Of the picture, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

export interface References extends Pick<ReferenceShelf, 'sizeOf' | 'path' | 'drop' | 'verify'> {
  /**
   * Decodes the picture and makes its thumbnail within the limit. `spareOnly`: nothing goes for it; where no room is free, the picture is decoded and
   * the thumbnail left for later. Errors: `quota_full`, `bad_picture`, `disk_full`, `timeout`, `cancelled`.
   */
  make(
    job: ReferenceJob,
    options?: { readonly spareOnly?: boolean; readonly signal?: AbortSignal },
  ): Promise<Result<ThumbnailResult>>;
}

/** Picture files on disk: fetched, checked, content-addressed, thumbnailed, verified, evicted. */
export interface Pictures {
  /**
   * The file of `image` in `variant`, fetched and made when missing. Concurrent requests for one image share one download.
   * The content gate is the caller's: this fetches whatever it is asked to.
   */
  open(
    image: RemoteImage,
    variant: MediaVariant,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number | null) => void },
  ): Promise<Result<MediaFile>>;
  /** As `open(…, 'full')`, and keeps the file for good (never evicted). */
  keep(image: RemoteImage, options?: Parameters<Pictures['open']>[2]): Promise<Result<MediaFile>>;
  /** The file if it is on disk already; never touches the network. `unnoticed`: that is no use of it. */
  peek(id: ImageId, variant: MediaVariant, options?: { readonly unnoticed?: boolean }): Promise<MediaFile | null>;
  verify(
    options: { readonly repair: boolean; readonly onProgress?: (done: number, total: number) => void },
    signal?: AbortSignal,
  ): Promise<Result<VerifyReport>>;
  /** Removes unpinned files, oldest use first, until pictures and thumbnails take at most so many bytes. Answers the bytes freed. */
  evict(limitBytes: number): Promise<number>;
  /** Evicts what may go up to a place in the order of use, and with it. `freed` hears of each batch. */
  evictThrough: Quota['evictThrough'];
  readonly leftovers: Leftovers;
  /** Thumbnails of pictures that stay in their folders. */
  readonly references: References;
  /** Sets room aside for files that others write below the folder. */
  readonly room: Pick<Accountant, 'reserve'>;
  /** Bytes of files under way, as far as they are set aside. */
  reserved(): number;
  /** Waits for running writes and stops. */
  close(): Promise<void>;
}
