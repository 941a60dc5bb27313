import { Adapted } from '../../adapters/adapted';
import { perClass } from '../../data/split';
import { stampOf } from '../../data/stamp';
import { defined } from '../../numbers/defined';
import { hashOf, isHashOf, type Experiment } from '../../records/study';
import { openTask } from '../../tasks';
import { rightOfEach } from '../../train/answers.meta';
import { totalSteps } from '../../train/config';
import type { Evaluation, Plan, RunRecord, RunSummary } from '../../train/protocol';
import { hasOwnHead } from '../../train/runModel';
import { runSplits } from '../../train/split';
import type { OpenSet } from '../openSet';

/** What every result of an experiment has in common, whoever trains it. */
export interface Expected {
  parameters: Pick<Plan, 'adapter_parameters' | 'head_parameters' | 'trainable_parameters'>;
  steps: number;
  /** Test pictures by class, their stamp, and pictures of the split that the run is followed on. */
  test: number[];
  stamp: string;
  follow: { split: Evaluation['split']; count: number };
}

/** Plans an experiment as whoever trains it does. Needs no device. Throws ConfigError, DataError. */
export async function expectedOf({ model, data }: Pick<OpenSet, 'model' | 'data'>, { spec: { method, train } }: Experiment): Promise<Expected> {
  const ownHead = hasOwnHead(model, data.classes);
  const task = await openTask({ model, classes: data.classes, method, train, ownHead, hasHead: ownHead });
  const counts = new Adapted(train.image_size ? task.model.with({ image_size: train.image_size }) : task.model, method).counts();
  const splits = runSplits(data, train);
  return {
    parameters: { ...counts, trainable_parameters: counts.adapter_parameters + counts.head_parameters },
    steps: totalSteps(train, splits.train.count).steps,
    test: perClass(splits.test, data.classes.length),
    stamp: stampOf(splits.test),
    follow: { split: splits.followIs, count: splits.follow.count },
  };
}

/** First of what a result says that cannot be so, as a sentence; empty where nothing speaks against it. */
export function contradiction(run: RunRecord, experiment: Experiment, expected: Expected): string {
  const { summary } = run;
  if (!isHashOf(hashOf(run.spec), experiment)) return 'It was trained with other settings than those of its experiment.';
  if (run.state !== 'done' || !summary?.final) return 'It is no result of a run that has come to its end.';
  const { final } = summary;
  const looks = [final, ...[summary.best, summary.start].flatMap((one) => one ?? []), ...run.evaluations];
  return ofPlan(summary, expected) || ofSteps(run, summary, expected) || (looks.map((one) => ofEvaluation(one, summary, expected)).find((found) => found !== '') ?? '') || ofFinal(final, run, expected);
}

function ofPlan({ plan }: RunSummary, { parameters, steps }: Expected): string {
  for (const [name, count] of Object.entries({ ...parameters, steps }) as [keyof typeof parameters | 'steps', number][]) {
    if (plan[name] !== count) return `Its plan has ${shown(plan[name])} ${name.replace('_', ' ')}, and that of its experiment has ${shown(count)}.`;
  }
  return '';
}

function ofSteps({ curve }: RunRecord, { steps: done, early_stopping, skipped_steps: skipped }: RunSummary, { steps }: Expected): string {
  const isDone = done === steps || (early_stopping?.stopped === true && done > 0 && done < steps);
  if (!isDone) return `It ends after step ${shown(done)}, and its experiment after step ${shown(steps)}.`;
  if (curve.at(-1)?.step !== done || curve.some(({ step }, i) => !Number.isInteger(step) || step <= (curve[i - 1]?.step ?? 0))) return `Its curve does not lead from the first step to step ${shown(done)}.`;
  if (curve.some(({ accuracy }) => !isShare(accuracy))) return 'An accuracy of its curve does not lie between 0 and 1.';
  // A step whose gradients were no numbers is skipped, and counted.
  if (!isCount(skipped, done) || curve.filter(({ loss }) => !isLoss(loss)).length > skipped) return 'A loss of its curve is no number.';
  return '';
}

function ofEvaluation({ split, step, loss, accuracy, count, per_class, confusion }: Evaluation, { steps }: RunSummary, { test, follow }: Expected): string {
  const pictures = split === 'test' ? sum(test) : split === follow.split ? follow.count : null;
  const name = `Its ${split === 'test' ? 'test' : 'validation'} after step ${shown(step)}`;
  if (!isCount(step, steps)) return `It was measured after step ${shown(step)}, and ended after step ${shown(steps)}.`;
  if (pictures === null || count !== pictures) return `${name} is of ${shown(count)} pictures, and that of its experiment of ${shown(pictures ?? 0)}.`;
  if (!isLoss(loss)) return `${name} has a loss of ${shown(loss)}.`;
  if (!isShare(accuracy)) return `${name} has an accuracy of ${shown(accuracy)}, which does not lie between 0 and 1.`;
  if (!isNear(accuracy * count, Math.round(accuracy * count))) return `${name} has an accuracy of ${shown(accuracy)}, which no number of ${shown(count)} pictures gives.`;
  return ofConfusion(name, { split, accuracy, count, per_class, confusion }, test);
}

/** A confusion matrix, where there is one, counts the pictures of each class, and the accuracies are its own. */
function ofConfusion(name: string, { split, accuracy, count, per_class, confusion }: Pick<Evaluation, 'split' | 'accuracy' | 'count' | 'per_class' | 'confusion'>, test: number[]): string {
  if (confusion.length === 0) return '';
  const rows = confusion.map(sum);
  const right = confusion.map((row, i) => row[i] ?? NaN);
  const isTable = confusion.length === test.length && confusion.every((row) => row.length === test.length && row.every((cell) => isCount(cell, count)));
  if (!isTable || sum(rows) !== count || (split === 'test' && rows.some((all, i) => all !== test[i]))) return `${name} has a confusion matrix that does not count the pictures of its experiment.`;
  if (!isNear(accuracy * count, sum(right))) return `${name} has an accuracy of ${shown(accuracy)}, and by its own confusion matrix it is ${shown(sum(right) / count)}.`;
  if (per_class.length !== rows.length || rows.some((all, i) => all > 0 && !isNear(defined(per_class[i]) * all, defined(right[i])))) return `${name} has accuracies of classes that are not those of its own confusion matrix.`;
  return '';
}

function ofFinal(final: Evaluation, { evaluations }: RunRecord, { stamp }: Expected): string {
  if (final.split !== 'test') return 'Its result was not measured on the test.';
  const found = evaluations.findLast(({ split, step }) => split === 'test' && step === final.step);
  if (found && (found.accuracy !== final.accuracy || found.loss !== final.loss)) return `Its result is ${shown(final.accuracy)}, and its own test after step ${shown(final.step)} says ${shown(found.accuracy)}.`;
  if (!final.answers) return '';
  if (final.answers.of !== stamp) return 'Its answers are to other pictures than those of the test.';
  return rightOfEach(final) ? '' : 'Its answers to the single pictures do not give its accuracy.';
}

const shown = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 4 });
const sum = (of: readonly number[]): number => of.reduce((all, one) => all + one, 0);
const isShare = (value: number): boolean => value >= 0 && value <= 1;
const isLoss = (value: number): boolean => Number.isFinite(value) && value >= 0;
const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
/** Of counts that were a single-precision accuracy in between. */
const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 0.01;
