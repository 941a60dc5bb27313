/** The `format` that a file of runs names. */
export const runsFormat = 'fullrank-runs';
