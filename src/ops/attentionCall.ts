import type { Tensor } from '../engine/tensor';
import type { Lanes } from './lanes';

/** One attention: where q, k and v lie, and sizes. */
export interface AttentionCall extends Record<'q' | 'k' | 'v', Tensor> {
  label: string;
  B: number;
  T: number;
  heads: number;
  /** Channels of a head. */
  D: number;
  causal: boolean;
  /** (B, T) whole numbers: keys where it is 0 are hidden, or, of `documents`, where it is another than the query's. Null where nothing is. */
  mask: Tensor | null;
  documents: boolean;
  /** Channels that a kernel takes at a time; what follows is counted in them. */
  lanes: Lanes;
  /** Lanes of a head; of a row of q, k and v and their gradients; of a row of the result. */
  d: number;
  ld: number;
  ldOut: number;
  /** Columns where q, k and v begin. */
  at: Record<'q' | 'k' | 'v', number>;
}

/** Inputs of the backward of one attention. */
export interface AttentionBackward {
  out: Tensor;
  dout: Tensor;
  /** (B, heads, T): log of the sum of exp(scores), by query. */
  lse: Tensor;
  /** (B, heads, T, ceil(T / 4) * 4), where the forward kept them. */
  probs: Tensor | null;
}

/** Gradients to be written; one tensor three times where q, k and v are packed. What nobody wants is null. */
export interface AttentionGrads {
  dq: Tensor | null;
  dk: Tensor | null;
  dv: Tensor | null;
}

/** Factor of the scores. */
export const scaleOf = ({ D }: AttentionCall): number => 1 / Math.sqrt(D);
/** The overrides of the mask. */
export const maskOf = ({ causal, mask, documents }: AttentionCall): Record<string, number> => ({ ...(causal && { CAUSAL: 1 }), ...(mask && { MASKED: 1 }), ...(mask && documents && { DOCUMENTS: 1 }) });

/** Shape of a matrix of all queries by all keys, its rows padded to a multiple of four. */
export const matrixShape = ({ B, heads, T }: Pick<AttentionCall, 'B' | 'heads' | 'T'>) => [B, heads, T, 4 * Math.ceil(T / 4)];

/** Bytes of such a matrix. */
export const matrixBytes = (c: Pick<AttentionCall, 'B' | 'heads' | 'T'>): number => 4 * matrixShape(c).reduce((a, b) => a * b);
