import { Adapted } from '../adapters/adapted';
import { solveBudget } from '../adapters/budget';
import type { Model } from '../models/model';
import { stepWork } from './plan';
import type { BudgetRow, TrainConfig } from './protocol';

/** `solveBudget` for runs with these settings, each row with its work. `maxWork` is in shares of a step of full fine-tuning; 0 lifts it. */
export const budgetRows = (model: Model, target_modules: string | string[] | null, parameters: number, train: TrainConfig, maxWork: number, only?: readonly string[]): BudgetRow[] =>
  solveBudget(model, target_modules, parameters, { of: (config) => stepWork(new Adapted(model, config), train), most: maxWork || Infinity }, only);
