import * as z from 'zod/mini';
import { roomBounds } from '../../records/class.meta';

const count = z.int().check(z.gte(0));

/** What a class has to know to go on when its server begins anew, besides the results, which are files of their own. */
export const memory = z.object({
  code: z.string(),
  /** Experiments that it began with; those behind them are of further seeds. */
  grid: count,
  joined: count,
  stopped: z.boolean(),
  people: z.array(z.object({ number: count, name: z.string(), token: z.string(), has: z.nullable(count), again: z.boolean(), guesses: z.optional(z.record(z.string(), count.check(z.lt(roomBounds.answers)))) })).check(z.maxLength(roomBounds.people)),
  experiments: z
    .array(
      z.object({
        name: z.string(),
        cell: z.string(),
        given: z.array(count),
        failed: z.array(count),
        refused: z.array(count),
        why: z.string(),
        /** Of its result: who sent it, and files of the adapter that were to come. */
        person: z.nullable(count),
        files: count,
        repeated: z.nullable(z.object({ given: z.array(count), same: z.nullable(z.boolean()) })),
      }),
    )
    .check(z.maxLength(roomBounds.experiments)),
});
export type Memory = z.output<typeof memory>;
