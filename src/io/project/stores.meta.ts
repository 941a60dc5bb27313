/** Names of a project's records that its file and the page must agree on. */

/**
 * Store of runs as `run.json` holds them, with their curves, which is what the command line writes; the page makes records
 * of its own of them when it opens the file. Keys are the runs' ids, as in the stores of their adapters and analyses.
 */
export const recordStore = 'records';

/** Key of an analysis: what it is (`base` and `intruders` are along an update of one run), and of which runs in which order. */
export const analysisKey = (kind: 'landscape' | 'inside' | 'base' | 'intruders', runs: readonly string[]): string => [kind, ...runs].join(' ');
