/** What a file of runs says of itself. */
export const runsFormat = 'fullrank-runs';
