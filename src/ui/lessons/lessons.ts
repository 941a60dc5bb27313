import { mainText } from '../../adapters/fields';
import { defined } from '../../numbers/defined';
import type { Group } from '../core/runs/seedGroups';
import type { RecordingName } from '../core/analyses/recorded';
import type { Values } from '../core/settings/settings';
import type { Experiment } from '../core/analyses/experiment';
import type { LessonName } from './names';

/** A part of a lesson: its figures, and what people can do with them. Its words, and the sentences that are made of runs, are in words/lessons.ts. */
export interface Part {
  chart: ChartName;
  /** The place of the sentence, among what was found, that answers the lesson's question. */
  answers?: number;
  /** Groups that the part speaks of, and whether these are enough of them to say anything; for parts that speak of runs. */
  pick?: (group: Group) => boolean;
  fills?: (groups: readonly Group[]) => boolean;
  /** The recording that its recorded runs are of, where it is another than the lesson's. */
  recording?: RecordingName;
  /** Training settings that a button tries on the plans alone: the next ones from those now. */
  tries?: (train: Values) => Values;
  /** The runs that its figure shows, with the person's own settings otherwise. */
  experiment?: Experiment;
}

export type ChartName = 'guess' | 'examples' | 'reach' | 'spectrum' | 'formulas' | 'rate' | 'rates' | 'order' | 'draw' | 'chance' | 'pairs' | 'parameters' | 'shots' | 'memory' | 'loss' | 'plane' | 'paths' | 'between' | 'stepModel' | 'stepLayer' | 'stepNumbers' | 'stepKernel';

/** Figures of a chart, which a presentation shows one after another where they do not fit together. */
export const figuresOf = (chart: ChartName): string[] => ({ plane: ['map', 'surface'], stepModel: ['forward', 'backward'], stepLayer: ['layer', 'forward', 'backward'] } as Partial<Record<ChartName, string[]>>)[chart] ?? [chart];

export interface Lesson {
  parts: Part[];
  /** Recorded runs that fill it until own ones do. */
  recording?: RecordingName;
  /** Training settings that its runs may differ in, besides the seed. */
  varies: string[];
}

const shotsOf = (group: Group): number => defined(group.runs[0]).spec.train.shots;
const isOf = (...methods: string[]) => (group: Group) => methods.includes(group.method) && shotsOf(group) === 0;
const has = (groups: readonly Group[], ...methods: string[]): boolean => methods.every((method) => groups.some((group) => group.method === method));
const settings = (groups: readonly Group[], method: string): number => new Set(groups.filter((group) => group.method === method).map(({ setting }) => setting)).size;
const withShots = (group: Group) => shotsOf(group) > 0;
const manyShots = (groups: readonly Group[]): boolean => has(groups, 'lora', 'randlora', 'linear_probe') && new Set(groups.map(shotsOf)).size > 1;

const lora = { pick: isOf('lora'), fills: (groups: readonly Group[]) => settings(groups, 'lora') > 2 };
const both = { pick: isOf('lora', 'randlora'), fills: (groups: readonly Group[]) => has(groups, 'lora', 'randlora') };
/** One setting of each, those of a size of their own at about that of LoRA's. */
const r16 = { r: 16 };
const oneEach: Record<string, Record<string, number>> = { lora: r16, randlora: { r: 4 }, shira: r16, dora: r16, pissa: r16, hira: r16, gralora: r16, vera: { r: 256 }, nola: { nola_num_bases: 1024 }, kradapter: {}, bitfit: {}, ia3: {}, full: {}, linear_probe: {} };
const each = {
  pick: (group: Group) => shotsOf(group) === 0 && oneEach[group.method] !== undefined && group.setting === mainText({ method: group.method, ...oneEach[group.method] }, String),
  fills: (groups: readonly Group[]) => has(groups, 'lora', 'randlora', 'full', 'linear_probe'),
};
const few = { pick: withShots, fills: manyShots };

const seeds = [0, 1, 2];
const r = (method: string, ...values: number[]) => values.map((value) => ({ method, set: { r: value } }));
const loraSizes: Experiment = { arms: r('lora', 1, 4, 8, 16, 64), seeds };
const bothSizes: Experiment = { arms: [...loraSizes.arms, ...r('randlora', 64, 16, 8, 4, 1)], seeds };
const eachOnce: Experiment = { arms: Object.entries(oneEach).map(([method, set]) => ({ method, set })), seeds };
/** Training pictures of each class in the lesson on few of them. */
export const shotsTried = [1, 2, 4, 16] as const;
const byShots: Experiment = { arms: ['lora', 'randlora', 'linear_probe'].map((method) => ({ method })), train: shotsTried.map((shots) => ({ shots })), seeds };

export const lessons: Record<LessonName, Lesson> = {
  rank: { recording: 'sizes', varies: [], parts: [{ chart: 'guess' }, { chart: 'reach' }, { chart: 'spectrum' }, { chart: 'parameters', experiment: bothSizes, ...both }, { chart: 'formulas' }] },
  budget: {
    recording: 'sizes',
    varies: [],
    parts: [
      { chart: 'guess' },
      { chart: 'parameters', answers: 1, experiment: loraSizes, ...lora },
      { chart: 'parameters', experiment: bothSizes, ...both },
      { chart: 'parameters', experiment: eachOnce, ...each },
    ],
  },
  // Their evidence is whole as it is recorded: nothing is trained for it.
  rates: { varies: [], parts: [{ chart: 'guess' }, { chart: 'rate' }, { chart: 'rates' }, { chart: 'order' }, { chart: 'formulas' }] },
  seeds: { varies: [], parts: [{ chart: 'guess' }, { chart: 'draw' }, { chart: 'chance' }, { chart: 'pairs' }, { chart: 'formulas' }] },
  'few-shots': {
    recording: 'shots',
    varies: ['shots'],
    parts: [
      { chart: 'guess' },
      { chart: 'examples' },
      { chart: 'shots', answers: 1, experiment: byShots, ...few },
      { chart: 'shots', experiment: byShots, ...few },
    ],
  },
  // Its experiment is the walk: three runs and the plane through them, by one button.
  landscape: { varies: [], parts: [{ chart: 'guess' }, { chart: 'loss' }, { chart: 'plane' }, { chart: 'paths' }, { chart: 'paths' }, { chart: 'between', answers: 2 }, { chart: 'plane' }] },
  memory: {
    varies: [],
    parts: [
      { chart: 'guess' },
      { chart: 'memory', answers: 1 },
      { chart: 'memory', tries: ({ batch }) => ({ batch: Math.max(1, Math.round(Number(batch) / 2)) }) },
      { chart: 'memory', tries: ({ checkpoint_activations: on }) => ({ checkpoint_activations: on !== true }) },
    ],
  },
  step: { varies: [], parts: [{ chart: 'guess' }, { chart: 'stepModel' }, { chart: 'stepLayer' }, { chart: 'stepNumbers' }, { chart: 'stepKernel' }] },
};
