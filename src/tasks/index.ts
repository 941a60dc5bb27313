import { ConfigError } from '../adapters/fields';
import type { Model } from '../models/model';
import { causal, masked } from './causal';
import { checkClassWeights } from './classWeights.meta';
import { classification } from './classification';
import { contrastive } from './contrastive';
import { ownTexts } from './ownTexts';
import { sequenceClassification, sequenceLabels, sequenceRegression } from './sequenceClassification';
import type { TaskRequest, Objective, OpenedTask, Task } from './task';
import { textHead } from './textHead';
import { tokenClassification } from './tokenClassification';

/** All tasks, one line each; those that take fewer runs stand first. */
export const tasks: Task[] = [sequenceClassification, sequenceRegression, sequenceLabels, tokenClassification, causal, masked, ownTexts, contrastive, textHead, classification];

/** Opens the task of a run. Throws ConfigError, or FormatError of a bad tokenizer. */
export async function openTask(asked: TaskRequest): Promise<OpenedTask> {
  const task = tasks.find(({ takes }) => takes(asked));
  if (!task) throw new ConfigError(`no task is called ${asked.train.loss}.`);
  const { loss, class_weights = null } = asked.train;
  if (class_weights !== null && !task.objective.weighs) throw new ConfigError(`the loss ${loss} does not weigh classes; set class_weights to none.`);
  checkClassWeights(class_weights, asked.classes.length);
  return task.open(asked);
}

/** Objective for a model of this form under this `loss`; without a loss, the one that the form is for. */
export const objectiveOf = (model: Model, loss?: string): Objective => tasks.find(({ objective }) => objective.fits(model, loss))!.objective;

/** A model in the form that is trained under this `loss`, before any data are known. */
export const formOf = (model: Model, loss: string | undefined): Model => tasks.reduce((form, task) => task.form?.(form, loss) ?? form, model);
