import { z } from 'zod';

/** What yiff.rest v2 answers, as far as it is used. Unknown fields are ignored; optional ones are read leniently. */

const lenient = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);
const text = lenient(z.string().max(2000));

export const category = z.object({
  name: z.string().trim().min(1).max(200),
  db: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/),
  sfw: z.unknown().optional(),
  count: lenient(z.number().int().min(0)),
});

/** `/categories`: a list, or on older deployments two. */
export const categories = z.object({
  data: z.union([
    z.array(z.unknown()),
    z.object({ enabled: z.array(z.unknown()) }).transform(({ enabled }) => enabled),
  ]),
});
export const oneCategory = z.object({ data: z.unknown() });

export const remoteId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const image = z.object({
  id: remoteId,
  url: z.string(),
  width: z.number().int().positive().max(1_000_000),
  height: z.number().int().positive().max(1_000_000),
  ext: text,
  md5: text,
  size: lenient(z.number().int().positive()),
  artists: lenient(z.array(z.unknown())),
  sources: lenient(z.array(z.unknown())),
  shortURL: text,
  reportURL: text,
  category: text,
});

export const oneImage = z.object({ data: z.unknown() });
/** `/{category}` */
export const images = z.object({ images: z.array(z.unknown()), notes: lenient(z.array(z.unknown())) });
export const note = z.object({ content: z.string().trim().min(1).max(500) });
/** `/bulk` */
export const bulk = z.object({ data: z.record(z.string(), z.array(z.unknown())) });

export const online = z.object({ success: z.literal(true) });

/** Every error. `code` can be relied on, `error` cannot. */
export const failure = z.object({
  code: z.number().int(),
  error: text,
  extra: lenient(z.object({ reason: text })),
});
