import type { TextLabels } from '../data/reading.meta';
import { isTextModel, readoutOf, textFields, type Problem, type Reads, type TextModel } from '../models/text';
import { classify } from './classes';
import type { Objective } from './task';

/** The part that every task on texts shares: rows of tokens come in, and the model reads off them what its form says. `labels` is the task's field of a batch. */
export function textObjective(reads: Reads, problem: Problem | null, labels: (model: TextModel, rows: number) => ReturnType<Objective['batch']>[string]): Pick<Objective, 'fits' | 'batch' | 'forward' | 'better'> {
  return {
    fits: (model) => isTextModel(model) && model.language.reads === reads && (problem === null || model.language.problem === problem),
    batch: (model, rows) => ({ ...textFields(model as TextModel, rows), labels: labels(model as TextModel, rows) }),
    forward: (ctx, model, { input_ids }) => model.forward(ctx, input_ids!),
    better: classify.better,
  };
}

/** Kind of problem that a model's logits are trained on with such labels. */
export function problemOf({ language }: TextModel, labels: TextLabels): Problem {
  if (labels === 'numbers') return 'regression';
  return language.problem === 'regression' && !readoutOf(language).byTokens ? 'single_label_classification' : language.problem;
}

/** The same where labels are floats, a yes or a no for each of several. */
export const problemOfFloats = ({ language, num_labels }: TextModel): Problem => (num_labels > 1 && language.problem === 'single_label_classification' ? 'multi_label_classification' : language.problem);
