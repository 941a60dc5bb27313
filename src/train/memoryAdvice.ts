import type { Advise } from '../engine/record';
import type { BytesByRole, Role } from '../engine/tensor';
import type { ProgramOptions } from './programs';
import type { FrozenDtype } from './protocol';

/** Ways to store frozen weights in fewer bytes; null where they take the fewest already. */
const smaller: Record<FrozenDtype, string | null> = {
  f32: 'frozen weights in f16, q8 or nf4',
  f16: 'frozen weights in q8 or nf4',
  q8: 'frozen weights in nf4',
  nf4: null,
};

/** Roles of bytes, and ways to need fewer of them. */
interface Share {
  roles: readonly Role[];
  ways: readonly (string | null | false)[];
}

/** Share of all bytes below which no advice is given. */
const LEAST = 0.05;

/** Advice by what takes the most. */
const advising = (shares: (one: boolean) => readonly Share[]): Advise => (bytes, one) => {
  const sum = (roles: readonly Role[]) => roles.reduce((n, role) => n + (bytes[role] ?? 0), 0);
  const all = sum(Object.keys(bytes) as (keyof BytesByRole)[]);
  const weighed = shares(one).map(({ roles, ways }) => ({ ways, bytes: sum(roles) })).filter((share) => share.bytes > LEAST * all);
  const ways = weighed.sort((a, b) => b.bytes - a.bytes).flatMap((share) => share.ways).filter((way): way is string => Boolean(way));
  if (ways.length === 0) return 'Choose a smaller model, or another device.';
  return ways.length < 3 ? `Choose ${ways.join(' or ')}.` : `Choose ${ways.slice(0, -1).join(', ')}, or ${ways.at(-1)!}.`;
};

/** Advice by which a run or an evaluation takes fewer bytes; `tokens` are those of a row of texts, 0 for images. */
export const lessOfBatches = ({ batch, frozen_dtype, checkpoint_activations }: Pick<ProgramOptions, 'batch' | 'frozen_dtype' | 'checkpoint_activations'>, tokens: number, training: boolean): Advise =>
  advising((one) => [
    { roles: ['frozen'], ways: [smaller[frozen_dtype]] },
    // What is recomputed is as large as before while it is there.
    { roles: ['temp', 'input', 'output'], ways: [batch > 1 && 'a smaller batch', tokens > 1 && 'shorter texts', training && !one && !checkpoint_activations && 'activation checkpointing'] },
    { roles: ['param', 'grad', 'state', 'bases', 'merged'], ways: [training && 'a method that takes less'] },
  ]);

/** The same for generating text, whose keys and values stay; where weights are `lent`, smaller ones are advice too. */
export const lessOfGoingOn = ({ rows, frozen_dtype, lent }: { rows: number; frozen_dtype: FrozenDtype; lent: boolean }): Advise => {
  const text = { roles: ['state', 'temp', 'input'], ways: ['a shorter text or fewer tokens to follow', rows > 1 && 'fewer beams'] } as const;
  return advising((one) => (lent && !one ? [{ ...text, ways: [...text.ways, smaller[frozen_dtype]] }] : [{ roles: ['frozen'], ways: [smaller[frozen_dtype]] }, text]));
};
