import { z } from 'zod';
import type { CompareJob, ComposeJob, LooksJob, ThumbnailJob } from './codec.ts';
import { signatureLength } from './look.ts';

/** What travels between the program and its codec process. Plain JSON. */
export type CodecRequest =
  | { readonly id: number; readonly kind: 'thumbnails'; readonly job: ThumbnailJob }
  | { readonly id: number; readonly kind: 'compose'; readonly job: ComposeJob }
  | { readonly id: number; readonly kind: 'looks'; readonly job: LooksJob }
  | { readonly id: number; readonly kind: 'compare'; readonly job: CompareJob };

/** A codec process that a hostile picture took over could send anything: only this shape is believed. */
export const codecReply = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('done'), id: z.number().int(), value: z.unknown() }),
  z.object({
    type: z.literal('failed'),
    id: z.number().int(),
    code: z.enum(['bad_picture', 'too_large', 'disk_full', 'data_folder_unwritable', 'internal']),
    message: z.string().max(2000),
  }),
]);
export type CodecReply = z.infer<typeof codecReply>;

const pixels = z.number().int().min(1).max(1_000_000);
export const thumbnailValue = z.object({
  dominantColor: z.string().regex(/^#[0-9a-f]{6}$/),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
  width: pixels,
  height: pixels,
});
export const composeValue = z.null();
const signature = z.string().regex(new RegExp(`^[0-9a-f]{${signatureLength * 2}}$`));
export const looksValue = z.array(signature.nullable()).max(50);
const share = z.number().min(0).max(1e6);
export const compareValue = z.array(z.object({ overall: share, most: share, hue: share }).nullable()).max(50);

/** A target being written: renamed when it is whole. */
export function unfinishedName(path: string): string {
  return `${path}.part`;
}

export function targetsOf(request: Pick<CodecRequest, 'kind' | 'job'>): readonly string[] {
  // `kind` and `job` belong together; the compiler does not follow a Pick of the union.
  if ('targets' in request.job) return request.job.targets.map(({ path }) => path);
  return 'target' in request.job ? [request.job.target] : [];
}
