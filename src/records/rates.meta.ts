import * as z from 'zod/mini';

/** A loss that is none is null in JSON. */
const loss = z.pipe(z.nullable(z.number()), z.transform((value) => value ?? NaN));

/** The search that found a learning rate, in a file from outside. */
export const runRates = z.object({
  lr: z.number().check(z.gt(0)),
  trials: z.array(z.object({ lr: z.number(), steps: z.number(), rung: z.number(), loss, accuracy: z.number() })).check(z.maxLength(1000)),
  held: z.number(),
  seed: z.number(),
  edge: z.optional(z.boolean()),
  kept: z.optional(z.boolean()),
  stopped: z.optional(z.boolean()),
});
