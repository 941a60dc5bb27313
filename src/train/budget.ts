import { Adapted } from '../adapters/adapted';
import { solveBudget } from '../adapters/budget';
import { ConfigError } from '../adapters/fields';
import type { VisionModel } from '../models/model';
import { stepWork } from './plan';
import type { BudgetRow, MethodConfig, TrainConfig } from './protocol';

/** `solveBudget` for runs with these settings, each row with its work. `maxWork` is in shares of a step of full fine-tuning; 0 lifts it. */
export const budgetRows = (model: VisionModel, target_modules: string | string[] | null, parameters: number, train: TrainConfig, maxWork: number): BudgetRow[] =>
  solveBudget(model, target_modules, parameters, { of: (config) => workOrNone(model, config, train), most: maxWork || Infinity });

/** What cannot train this model takes no work; its plan says why. */
function workOrNone(model: VisionModel, config: MethodConfig, train: TrainConfig): number {
  try {
    return stepWork(new Adapted(model, config), train);
  } catch (error) {
    if (error instanceof ConfigError) return 0;
    throw error;
  }
}
