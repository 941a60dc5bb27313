import { useMemo } from 'react';
import { create } from 'zustand';
import type { Run } from './runs';

/** The sheet of the paper's experiments: whether it is open, and which of them is. What they are comes with the sheet. */
export const useExperimentSheet = create<{ open: boolean; name: string }>()(() => ({ open: false, name: '' }));

/** Opens the sheet at an experiment, or where it was left. */
export const showExperiments = (name = useExperimentSheet.getState().name): void => useExperimentSheet.setState({ open: true, name });
export const hideExperiments = (): void => useExperimentSheet.setState({ open: false });
/** Opens one in the sheet; without a name their list alone. */
export const chooseExperiment = (name: string): void => useExperimentSheet.setState({ name });

/** Names of the experiments that these runs were trained for, that of the newest run first. */
export function useExperimentsOf(runs: readonly Run[]): string[] {
  return useMemo(() => [...new Set(runs.flatMap(({ spec }) => spec.experiment ?? []).reverse())], [runs]);
}
