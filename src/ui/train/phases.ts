import type { Phase } from '../../train/protocol';
import type { Run } from '../core/runs/runs';

/** Phases of a run in the order in which a run goes through them. */
export const phases: Phase[] = ['fetch', 'verify', 'search', 'decode', 'compile', 'upload', 'warm-up', 'train', 'evaluate', 'save'];

/** Those of one run: few find their rates first. */
export const phasesOf = ({ spec, rates }: Pick<Run, 'spec' | 'rates'>): Phase[] => phases.filter((phase) => phase !== 'search' || spec.rate === 'find' || rates !== undefined);

/** True once the worker has a run that can be paused. */
export const canPause = (phase: Phase | ''): boolean => phase === 'search' || (phase !== '' && phases.indexOf(phase) >= phases.indexOf('compile') && phase !== 'save');

/** True if a paused run is still in a phase that a pause does not cut short: runs wait between steps, and for all else to end. */
export const isBusy = (phase: Phase | '', { done, total }: { done: number; total: number }): boolean => phase !== 'train' && phase !== 'search' && done < total;
