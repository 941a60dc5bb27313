import type { RunSummary } from '../train/protocol';

/** True if early stopping ended a run before its last step. */
export const endedEarly = (summary: Pick<RunSummary, 'early_stopping'> | null | undefined): boolean => summary?.early_stopping?.stopped === true;
