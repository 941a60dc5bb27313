import type { Phase } from '../../train/protocol';

/** Phases of a run in the order in which a run goes through them. */
export const phases: Phase[] = ['fetch', 'verify', 'decode', 'compile', 'upload', 'warm-up', 'train', 'evaluate', 'save'];

/** True once the worker has a run that can be paused. */
export const canPause = (phase: Phase | ''): boolean => phase !== '' && phases.indexOf(phase) >= phases.indexOf('compile') && phase !== 'save';
