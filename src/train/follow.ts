import type { Split } from '../data/source';
import { nameOf } from '../data/split';
import { stampOf } from '../data/stamp';
import type { Machine } from '../engine/machine';
import type { OpenedTask } from '../tasks/task';
import { leave, withAverage } from './average';
import type { Best } from './checkpoint';
import { choosesBest } from './config';
import { evaluate } from './evaluate';
import type { Feed } from './images';
import type { Patience } from './patience';
import type { Programs } from './programs';
import type { Evaluation } from './protocol';
import type { RunSplits } from './split';
import type { TrunkRows } from './trunk';
import { trainables } from './weights';

export interface Followed {
  machine: Machine;
  programs: Programs;
  splits: RunSplits;
  feedOf: (split: Split) => Feed;
  classes: number;
  task: OpenedTask;
  /** Evaluations name the first images of each cell of the confusion matrix. */
  nameImages: boolean;
  /** Evaluations keep the loss of each image, and the last weights are kept: the run is there to be measured. */
  trial: boolean;
  /** What the trunk made of images, where it has one. */
  rows?: TrunkRows | null;
  signal: AbortSignal;
}

export interface FollowEvents {
  /** An evaluation begins. */
  begin: () => void;
  progress: (done: number, total: number) => void;
  found: (evaluation: Evaluation, best: boolean) => void;
}

/** Measures a run as it stands, and keeps the best that it has seen, with its weights where they are what the run will leave. */
export class Follower {
  private readonly feed: Feed;
  /** Too few images to choose by: the last weights that were looked at are kept. */
  private readonly keepsLast: boolean;
  private last: Evaluation | null = null;

  /** `patience` is told the loss of each evaluation; `left` says that what the run leaves is in place already. */
  constructor(
    private readonly of: Followed,
    private readonly events: FollowEvents,
    public best: Best | null,
    readonly patience: Patience | null = null,
    public left = false,
  ) {
    this.feed = of.feedOf(of.splits.follow);
    this.keepsLast = of.trial || (of.splits.followIs === 'val' && !choosesBest(of.splits.follow.count, of.classes, patience !== null));
  }

  /** Measures on the images that the run is followed on: the average of the weights, where one is kept. */
  look(step: number): Promise<Evaluation> {
    return withAverage(this.of.machine, this.of.programs, () => this.lookAtThese(step));
  }

  private async lookAtThese(step: number): Promise<Evaluation> {
    const { splits, machine, programs } = this.of;
    const measured = await this.measure(this.feed, splits.follow, { step, split: splits.followIs });
    // Answers are kept with the result alone, once.
    const { answers: _, ...evaluation } = measured;
    const better = !this.best || this.keepsLast || programs.measured.objective.better(this.best.evaluation, evaluation);
    this.events.found(evaluation, better);
    this.patience?.see(evaluation.loss);
    this.last = measured;
    if (better) this.best = { evaluation, values: splits.follow !== splits.test ? await trainables(machine, programs) : {} };
    return evaluation;
  }

  /** True if the run was measured after this step, the last one: one that early stopping has ended was measured by then. */
  looked(step: number): boolean {
    return this.last?.step === step || this.patience?.over === true;
  }

  /** Measures once more at the end, on the test images, what the run leaves, which is then in place. */
  async end(step: number): Promise<Evaluation> {
    const { machine, programs, splits, feedOf } = this.of;
    if (!this.left) {
      if (!this.looked(step)) await this.look(step);
      await leave(machine, programs, this.best);
      if (splits.follow === splits.test) return this.last!;
      this.left = true;
    }
    const final = await this.measure(feedOf(splits.test), splits.test, { step: this.best!.evaluation.step, split: 'test' });
    const { answers: _, ...found } = final;
    this.events.found(found, false);
    return final;
  }

  private async measure(feed: Feed, split: Split, at: Pick<Evaluation, 'step' | 'split'>): Promise<Evaluation> {
    const { machine, programs, task, classes, nameImages, trial, rows, signal } = this.of;
    this.events.begin();
    if (programs.once) await machine.run(programs.once, signal);
    await task.refresh?.(machine, programs, signal);
    const name = nameImages ? (i: number) => nameOf(split, i) : undefined;
    return evaluate(machine, programs, feed, split.count, classes, at, { signal, progress: this.events.progress, name, each: trial, ...(at.split === 'test' && { answers: stampOf(split) }), kept: feed === this.feed ? rows : null });
  }
}
