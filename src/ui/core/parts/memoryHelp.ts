import { frozenDtypes } from '../../../train/config';
import type { BytesByRole, Plan, TrainConfig } from '../../../train/protocol';
import { memoryWords } from '../words/memory';
import { failuresWords } from '../words/failures';

/** That a batch is divided into micro-batches by itself. */
export const dividedText = ({ count, size }: NonNullable<Plan['micro_batches']>): string => memoryWords.divided(count * size, count, size);

export interface MemoryHelp {
  text: string;
  change: Partial<TrainConfig>;
}

/** Settings that make a run smaller, the one that acts on the largest role first. */
export function memoryHelp(train: TrainConfig, bytes: BytesByRole): MemoryHelp[] {
  const activations: MemoryHelp[] = [];
  if (train.batch > 1) {
    const batch = Math.max(1, train.batch >> 1);
    activations.push({ text: failuresWords.smaller(batch, train.accumulate * 2), change: { batch, accumulate: train.accumulate * 2 } });
  }
  if (!train.checkpoint_activations) activations.push({ text: failuresWords.recompute, change: { checkpoint_activations: true } });
  const next = frozenDtypes[frozenDtypes.indexOf(train.frozen_dtype) + 1];
  const weights: MemoryHelp[] = next ? [{ text: failuresWords.stored(next), change: { frozen_dtype: next } }] : [];
  return (bytes.frozen ?? 0) > (bytes.temp ?? 0) ? [...weights, ...activations] : [...activations, ...weights];
}
