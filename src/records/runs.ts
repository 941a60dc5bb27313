import { defined } from '../numbers/defined';
import { usualStep } from '../numbers/stats';
import type { Evaluation, Plan, RunRecord } from '../train/protocol';
import { rightOf, scoresOf } from '../train/scores.meta';

/** Parts that every format of runs needs: names that do not collide, and every measured number with its own place. */

/** A number that was measured in a run. */
export interface Scalar {
  metric: string;
  step: number;
  value: number;
  /** Seconds of training until then. */
  seconds: number;
}

/** Above so many classes the accuracy of each is left out. */
const maxClasses = 100;

export const imagesPerStep = ({ spec: { train } }: RunRecord): number => train.batch * train.accumulate;

/** The name of each run; those that share one get a number. */
export function runNames(runs: readonly RunRecord[]): string[] {
  return distinct(runs.map(({ spec }) => spec.name), (name, n) => `${name} (${n})`);
}

/** A name of a file or folder for each run: on every system, and different where only case differs. */
export function fileNames(runs: readonly RunRecord[]): string[] {
  return distinct(runs.map(({ spec }) => fileName(spec.name)), (name, n) => `${name}-${n}`);
}

/** Text from outside as one harmless name of a file, never empty, hidden, or a name that Windows keeps for itself. */
export function fileName(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/\.{2,}/g, '.').replace(/^[-.]+|[-.]+$/g, '').slice(0, 80).replace(/[-.]+$/, '');
  return plain === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `run-${plain}`.replace(/-$/, '') : plain;
}

function distinct(names: string[], numbered: (name: string, n: number) => string): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; taken.has(own.toLowerCase()); n++) own = numbered(name, n);
    taken.add(own.toLowerCase());
    return own;
  });
}

/** All evaluations of a run, each once, by step. */
export function evaluationsOf({ evaluations, summary }: RunRecord): Evaluation[] {
  const all = [...(summary?.start ? [summary.start] : []), ...evaluations, ...(summary?.final ? [summary.final] : [])];
  const seen = new Set<string>();
  const once = all.filter(({ split, step, loss, accuracy }) => {
    const key = `${split} ${step} ${loss} ${accuracy}`;
    return seen.has(key) ? false : seen.add(key);
  });
  return once.sort((a, b) => a.step - b.step);
}

/** The result on the test images, of the weights that were kept; null without one. */
export function testOf({ evaluations, summary }: RunRecord): Evaluation | null {
  return summary?.final?.split === 'test' ? summary.final : (evaluations.findLast(({ split }) => split === 'test') ?? null);
}

/** Plan of a run, from its summary if it has one. */
export const planOf = (run: RunRecord): Plan | undefined => run.summary?.plan ?? run.plan;

/** Bytes of a run on the device; NaN where not known. */
export function bytesOf(run: RunRecord): number {
  const bytes = run.summary?.allocated ?? run.allocated ?? planOf(run)?.bytes;
  return bytes ? Object.values(bytes).reduce((sum, n) => sum + n, 0) : NaN;
}

/** Steps that a run has taken: of one whose curve was not kept, as its summary says. */
export const stepsOf = (run: RunRecord): number | undefined => run.curve.at(-1)?.step ?? run.summary?.steps;

/** Seconds of a run's training steps, over all sessions. */
export const secondsOf = (run: RunRecord): number => run.seconds ?? run.summary?.seconds ?? run.curve.reduce((sum, { ms }) => sum + ms / 1000, 0);

/**
 * Seconds of a run by which it is compared with others of its device: as many of its usual step as it has steps, without what compiling
 * added to the first. NaN of a single step; of runs that have kept no steps the whole of its training.
 */
export const typicalSeconds = (run: RunRecord): number => (run.curve.length > 0 ? (usualStep(run.curve.map(({ ms }) => ms)) * run.curve.length) / 1000 : secondsOf(run));

/** Device that a run was measured on, in words; times and memory of different ones are not compared. */
export function deviceOf({ summary }: RunRecord): string {
  const device = summary?.device;
  return device ? [...new Set([device.vendor, device.architecture, device.description])].filter(Boolean).join(' ') || 'unknown' : 'unknown';
}

/** The numbers of an evaluation but those of each class, as `scalarsOf` names them. */
export function measuresOf(evaluation: Evaluation): Record<string, number> {
  const { split, loss, scores } = evaluation;
  const accuracy = rightOf(evaluation);
  const values = { loss, ...(Number.isFinite(accuracy) && { accuracy }), ...scoresOf(evaluation), ...scores };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${split}/${name}`, value]));
}

/** Seconds of training at the end of each step of the curve, and at any step: 0 before the first. */
export function clock({ curve }: RunRecord): (step: number) => number {
  const ends: number[] = [];
  let seconds = 0;
  for (const { ms } of curve) ends.push((seconds += Number.isFinite(ms) ? ms / 1000 : 0));
  let at = 0;
  return (step) => {
    // Mostly asked in order.
    if (at > 0 && defined(curve[at - 1]).step > step) at = 0;
    while (at < curve.length && defined(curve[at]).step <= step) at++;
    return at === 0 ? 0 : defined(ends[at - 1]);
  };
}

/**
 * Every number of a run at the step where it was measured, by step: `train/loss`, `train/accuracy` of the batch,
 * `train/lr`, `train/grad_norm`, `train/step_ms`, `train/images` seen so far, and of each split that was evaluated
 * `test/loss`, `test/accuracy`, `test/balanced_accuracy`, `test/macro_f1` and `test/accuracy/CLASS`, and what the task adds (`test/perplexity`, `test/choice_accuracy`, `test/pearson`). Accuracies are 0 to 1, correlations -1 to 1.
 */
export function scalarsOf(run: RunRecord): Scalar[] {
  const out: Scalar[] = [];
  const perStep = imagesPerStep(run);
  const timeOf = clock(run);
  for (const { step, loss, accuracy, lr, grad_norm, ms } of run.curve) {
    const seconds = timeOf(step);
    const values = { 'train/loss': loss, 'train/accuracy': accuracy, 'train/lr': lr, 'train/grad_norm': grad_norm, 'train/step_ms': ms, 'train/images': step * perStep };
    for (const [metric, value] of Object.entries(values)) out.push({ metric, step, value, seconds });
  }
  const classes = (run.classes?.length ?? Infinity) <= maxClasses ? run.classes! : [];
  for (const evaluation of evaluationsOf(run)) {
    const { split, step, per_class } = evaluation;
    const seconds = timeOf(step);
    for (const [metric, value] of Object.entries(measuresOf(evaluation))) out.push({ metric, step, value, seconds });
    classes.forEach((name, c) => c < per_class.length && out.push({ metric: `${split}/accuracy/${name}`, step, value: defined(per_class[c]), seconds }));
  }
  return out.sort((a, b) => a.step - b.step);
}
