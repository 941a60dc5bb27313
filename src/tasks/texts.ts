import type { Reads, Problem, TextModel } from '../models/text';
import { isTextModel, textFields } from '../models/text';
import { classify } from './classification';
import type { Objective } from './task';

/** What every task on texts shares: rows of tokens come in, and the model reads off them what its form says. `labels` is the task's field of a batch. */
export function textObjective(reads: Reads, problem: Problem | null, labels: (model: TextModel, rows: number) => ReturnType<Objective['batch']>[string]): Pick<Objective, 'fits' | 'batch' | 'forward' | 'better'> {
  return {
    fits: (model) => isTextModel(model) && model.language.reads === reads && (problem === null || model.language.problem === problem),
    batch: (model, rows) => ({ ...textFields(model as TextModel, rows), labels: labels(model as TextModel, rows) }),
    forward: (ctx, model, { input_ids }) => model.forward(ctx, input_ids!),
    better: classify.better,
  };
}
