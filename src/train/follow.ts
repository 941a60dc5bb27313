import type { Split } from '../data/source';
import { nameOf } from '../data/split';
import type { Machine } from '../engine/machine';
import type { OpenedTask } from '../tasks/task';
import type { Best } from './checkpoint';
import { evaluate } from './evaluate';
import { ImageFeed } from './images';
import type { LoadedModel } from './openModel';
import type { Programs } from './programs';
import type { Evaluation } from './protocol';
import type { RunSplits } from './split';
import { restore, trainables } from './weights';

export interface Followed {
  machine: Machine;
  programs: Programs;
  splits: RunSplits;
  preprocess: LoadedModel['preprocess'];
  image_size: number;
  classes: number;
  task: OpenedTask;
  /** Evaluations name the first images of each cell of the confusion matrix. */
  nameImages: boolean;
  signal: AbortSignal;
}

export interface FollowEvents {
  progress: (done: number, total: number) => void;
  found: (evaluation: Evaluation, best: boolean) => void;
}

/** Measures a run as it stands, and keeps the best that it has seen, with its weights where they are what the run will leave. */
export class Follower {
  private readonly feed: ImageFeed;

  constructor(
    private readonly of: Followed,
    private readonly events: FollowEvents,
    public best: Best | null,
  ) {
    this.feed = new ImageFeed(of.splits.follow, of.preprocess, of.image_size, null);
  }

  /** Measures on the images that the run is followed on. */
  async look(step: number): Promise<Evaluation> {
    const { splits, machine, programs } = this.of;
    const evaluation = await this.measure(this.feed, splits.follow, { step, split: splits.followIs });
    const better = !this.best || programs.measured.objective.better(this.best.evaluation, evaluation);
    this.events.found(evaluation, better);
    if (better) this.best = { evaluation, values: splits.follow !== splits.test ? await trainables(machine, programs) : {} };
    return evaluation;
  }

  /** Measures once more at the end: what the run leaves, on its test images. */
  async end(step: number): Promise<Evaluation> {
    const { splits, preprocess, image_size } = this.of;
    const last = await this.look(step);
    if (splits.follow === splits.test) return last;
    this.putBest();
    const final = await this.measure(new ImageFeed(splits.test, preprocess, image_size, null), splits.test, { step: this.best!.evaluation.step, split: 'test' });
    this.events.found(final, false);
    return final;
  }

  /** Puts the best weights seen in place; where none were kept, the latest stay. */
  putBest(): void {
    if (this.best) restore(this.of.machine, this.of.programs, this.best.values);
  }

  private async measure(feed: ImageFeed, split: Split, at: Pick<Evaluation, 'step' | 'split'>): Promise<Evaluation> {
    const { machine, programs, task, classes, nameImages, signal } = this.of;
    if (programs.once) await machine.run(programs.once, signal);
    await task.refresh?.(machine, programs, signal);
    const name = nameImages ? (i: number) => nameOf(split, i) : undefined;
    return evaluate(machine, programs, feed, split.count, classes, at, { signal, progress: this.events.progress, name });
  }
}
