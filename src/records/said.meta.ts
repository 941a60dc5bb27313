import * as z from 'zod/mini';
import type { Said } from '../said/said';

const text = z.string().check(z.maxLength(20_000));
/** Sentences stand in sentences, in a file from outside not without end. */
const sentence = (depth: number): z.ZodMiniType<Said> =>
  z.object({ key: text, values: z.array(depth > 0 ? z.union([text, z.number(), sentence(depth - 1)]) : z.union([text, z.number()])).check(z.maxLength(100)) });

/** A sentence for people in a record from outside; records of older versions have it in English alone. */
export const saidOrEnglish = z.union([text, sentence(8)]);

/** What a run's error says by key, in a record from outside. What is not of this form is left out: the error says it in English as well. */
export const runSaid = z.catch(z.optional(z.object({ message: sentence(8), kept: sentence(8) })), undefined);
