import { formatCount, partsOf, shortText } from '../../../language/format';
import type { RunSpec } from '../../../train/protocol';
import { dataById, modelById, useCatalog } from '../data/catalog';
import { stepsOf } from '../runs/runLength';
import { specFor } from '../data/open';
import { counts } from '../runs/runGroups';
import { waitingIn, type Run } from '../runs/runs';
import { useSettings, type Settings, type Values } from '../settings/settings';
import { runKey } from '../runs/specs';
import { tabId } from '../storage/tabs';

/** Runs that a lesson asks for, made of the person's settings, which stay as they are. */
export interface Experiment {
  /** Method with the setting that the lesson speaks of; none takes what the budget chose. */
  arms: { method: string; set?: Values }[];
  /** Training settings besides the person's own. */
  train?: Values[];
  /** Those of the seed 0. */
  seeds: number[];
}

/** Seeds are below this. */
const mostSeed = 2 ** 31;

/** The seeds of an experiment for whoever has chosen one: no two people whose choice differs train the same. */
export const seedsFrom = (seeds: readonly number[], own: number): number[] => seeds.map((seed) => (seeds.length * own + seed) % mostSeed);

/** All runs of an experiment, without those of methods that cannot be set up here. */
export function specsOf({ arms, train = [{}], seeds }: Experiment): RunSpec[] {
  const now = useSettings.getState();
  return seedsFrom(seeds, Number(now.train.seed ?? 0)).flatMap((seed) =>
    train.flatMap((change) =>
      arms.flatMap(({ method, set }) => {
        const settings: Settings = { ...now, methods: [method], overrides: { ...now.overrides, [method]: { ...now.overrides[method], ...set } }, train: { ...now.train, ...change, seed } };
        return specFor(method, '', '', settings) ?? [];
      }),
    ),
  );
}

/** Those of its runs that are neither among these with a result nor on their way. */
export function missingSpecs(experiment: Experiment, runs: readonly Run[]): RunSpec[] {
  const known = new Set(runs.filter((run) => counts(run) || run.state === 'running' || run.state === 'paused' || waitingIn([run], tabId).length > 0).map(({ spec }) => runKey(spec)));
  return specsOf(experiment).filter((spec) => !known.has(runKey(spec)));
}

/** Number of its runs that are waiting or in progress. */
export function comingOf(experiment: Experiment, runs: readonly Run[]): number {
  const own = new Set(specsOf(experiment).map(runKey));
  return runs.filter((run) => !run.deleted && ['waiting', 'running', 'paused'].includes(run.state) && own.has(runKey(run.spec))).length;
}

/** Model, data as they are edited, and length: what a chart says of its runs. */
const conditionOf = ({ model, data, edits }: RunSpec, steps: number): string => JSON.stringify([model, data, edits ?? null, steps]);

/** Data, model and training length that runs would have. */
export interface Condition {
  data: string;
  model: string;
  steps: string;
  /** There are runs to compare with, and none of them was trained so. */
  isOther: boolean;
}

/** Condition of these specs, all of one experiment, beside the runs of a chart; null if there are no specs. */
export function conditionOfAll(specs: readonly RunSpec[], shown: readonly Run[] = []): Condition | null {
  const [first] = specs;
  if (!first) return null;
  const catalog = useCatalog.getState();
  const data = dataById(catalog, first.data);
  const seen = new Set(shown.map((run) => conditionOf(run.spec, run.lastStep)));
  const steps = [...new Set(specs.map((spec) => stepsOf(spec, data)))];
  return {
    data: shortText(data?.title ?? first.data),
    model: modelById(catalog, first.model)?.title ?? first.model,
    steps: partsOf(steps.map(formatCount)),
    isOther: seen.size > 0 && !specs.every((spec) => seen.has(conditionOf(spec, stepsOf(spec, data)))),
  };
}
