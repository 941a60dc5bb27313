/** Rounding of one f32 operation. */
const EPSILON = 2 ** -23;

/** Singular values of a matrix of this shape that are under this share of the largest count as zero, as in numpy's matrix_rank. */
export const rankLimit = (shape: readonly number[]): number => Math.max(...shape) * EPSILON;
