import { trainSelected } from '../store/actions';
import { quietly } from '../store/history';
import { changeSettings, useSettings, type Values } from '../store/settings';

/** Runs that a lesson asks for, made of the same settings and by the same button as a person's. */
export interface Experiment {
  /** Method with the setting that the lesson speaks of; none takes what the budget chose. */
  arms: { method: string; set?: Values }[];
  /** Training settings besides the person's own. */
  train?: Values[];
  seeds: number[];
}

export const runsOf = ({ arms, train = [{}], seeds }: Experiment): number => arms.length * train.length * seeds.length;

/** Puts all runs of the experiment into the queue and leaves the settings as they were. */
export function trainExperiment({ arms, train = [{}], seeds }: Experiment): void {
  const before = useSettings.getState();
  quietly(() => {
    for (const seed of seeds) {
      for (const change of train) {
        for (const { method, set } of arms) {
          changeSettings({ methods: [method], overrides: { ...before.overrides, [method]: { ...before.overrides[method], ...set } }, train: { ...before.train, ...change, seed } });
          trainSelected();
        }
      }
    }
    changeSettings({ methods: before.methods, overrides: before.overrides, train: before.train });
  });
}
