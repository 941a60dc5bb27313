import type { Phase } from '../../train/protocol';
import type { Run } from '../store/runs';

/** Phases of a run in the order in which a run goes through them. */
export const phases: Phase[] = ['fetch', 'verify', 'search', 'decode', 'compile', 'upload', 'warm-up', 'train', 'evaluate', 'save'];

/** Those of one run: few find their rates first. */
export const phasesOf = ({ spec, rates }: Pick<Run, 'spec' | 'rates'>): Phase[] => phases.filter((phase) => phase !== 'search' || spec.rate === 'find' || rates !== undefined);

/** True once the worker has a run that can be paused. */
export const canPause = (phase: Phase | ''): boolean => phase === 'search' || (phase !== '' && phases.indexOf(phase) >= phases.indexOf('compile') && phase !== 'save');
