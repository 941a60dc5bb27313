import { standardTrain } from '../store/fields';
import type { RecordingName } from '../store/recorded';
import type { Group } from '../store/seedGroups';
import type { Settings } from '../store/settings';
import type { Experiment } from './experiment';
import type { LessonName } from './names';

/** What the parts of lessons show and let people do. Their words, and the sentences that are made of runs, are in words/lessons.ts. */
export interface Part {
  chart: 'parameters' | 'shots' | 'memory' | 'loss' | 'plane' | 'paths' | 'between';
  drawing?: 'lora' | 'randlora';
  /** Groups that the part speaks of, and how many it takes to say anything. */
  pick: (group: Group) => boolean;
  least: number;
  /** Recorded runs that stand in where there are not enough of one's own; those of the first screen where left out. */
  recording?: RecordingName;
  experiment?: Experiment;
  /** Settings that a button prepares, for what needs no training. */
  prepare?: (settings: Settings, software: boolean) => Partial<Settings>;
}

const none = () => false;
const isOf = (...methods: string[]) => (group: Group) => methods.includes(group.method) && group.runs[0].spec.train.shots === 0;
const withShots = (group: Group) => group.runs[0].spec.train.shots > 0;
const lora = isOf('lora');
const both = isOf('lora', 'randlora');
const all = isOf('lora', 'randlora', 'vera', 'full', 'linear_probe');

const seeds = [0, 1, 2];
const ranks: Experiment = { arms: [1, 4, 16].map((r) => ({ method: 'lora', set: { r } })), seeds };
const equal: Experiment = { arms: [{ method: 'lora' }, { method: 'randlora' }], seeds };
const sweep: Experiment = { arms: [...[1, 5, 32].map((r) => ({ method: 'lora', set: { r } })), ...[32, 9, 2].map((r) => ({ method: 'randlora', set: { r } }))], seeds };
const shots: Experiment = { arms: [{ method: 'lora' }, { method: 'randlora' }, { method: 'linear_probe' }], train: [{ shots: 2 }, { shots: 16 }], seeds };

export const lessons: Record<LessonName, Part[]> = {
  rank: [
    { chart: 'parameters', drawing: 'lora', pick: lora, least: 2, recording: 'ranks', experiment: ranks },
    { chart: 'parameters', drawing: 'randlora', pick: both, least: 2, recording: 'ranks', experiment: equal },
    { chart: 'parameters', pick: all, least: 3 },
  ],
  'more-rank': [
    { chart: 'parameters', drawing: 'lora', pick: lora, least: 2, recording: 'ranks', experiment: sweep },
    { chart: 'parameters', drawing: 'randlora', pick: both, least: 3, recording: 'ranks', experiment: sweep },
    { chart: 'parameters', pick: all, least: 3 },
  ],
  'few-shots': [
    { chart: 'shots', pick: withShots, least: 2, recording: 'shots', experiment: shots },
    { chart: 'shots', pick: withShots, least: 2, recording: 'shots', experiment: shots },
  ],
  // Its experiment is the walk: three runs and the plane through them, by one button.
  landscape: [
    { chart: 'loss', pick: none, least: 1 },
    { chart: 'plane', pick: none, least: 1 },
    { chart: 'paths', pick: none, least: 1 },
    { chart: 'paths', pick: none, least: 1 },
    { chart: 'between', pick: none, least: 1 },
    { chart: 'plane', pick: none, least: 1 },
  ],
  memory: [
    { chart: 'memory', pick: none, least: 1 },
    { chart: 'memory', pick: none, least: 1, prepare: ({ train }, software) => ({ train: { ...train, batch: Math.max(1, Math.round(Number(train.batch ?? standardTrain(software).batch) / 2)) } }) },
    { chart: 'memory', pick: none, least: 1, prepare: ({ train }) => ({ train: { ...train, checkpoint_activations: !train.checkpoint_activations } }) },
  ],
};
