import { z } from 'zod';
import type { ClientMessage } from './rpc.ts';

/** What comes in over any transport, before anything is believed of it. */
export const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.string().min(1).max(64), name: z.string().max(64), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.string().min(1).max(64) }),
]) satisfies z.ZodType<ClientMessage>;
