import type { Adapted } from '../adapters/adapted';
import type { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import { timeProgram, type EntryTime } from '../engine/timing';
import { FullrankError } from '../errors/errors';
import { plainText } from '../errors/text';
import { several } from '../numbers/defined';
import { Recent } from '../numbers/recent';
import { METRIC_FLOATS, METRIC_SLOTS } from '../ops/metrics';
import { biasCorrections, scheduleFactor } from '../optim/schedule';
import { forMean } from '../tasks/classWeights.meta';
import type { HostBatch, OpenedTask } from '../tasks/task';
import { hostBatch, writeBatch } from './batch';
import { learningRates } from './config';
import type { BatchSource } from './feeds';
import { BETA1, BETA2, type Programs } from './programs';
import type { KernelTimes, RunEvent, TrainConfig } from './protocol';
import { behindTrunk, type TrunkRows } from './trunk';

/** Steps in a row with a non-finite loss or gradient after which a run is given up. */
const GIVE_UP_AFTER = 10;

type Reported = Extract<RunEvent, { type: 'step' | 'times' }>;
export type LoopEvent = Reported extends infer E ? (E extends Reported ? Omit<E, 'run'> : never) : never;

/** A step that takes as long as this, and so many times the mean of those before it, did not compute all that time: the machine slept. */
const ASLEEP = { ms: 60_000, times: 20 };

/** Steps after which their time is told: the first, in which kernels are compiled, and three more. */
const TOLD_BY = 4;

/** Wall clock of the training steps, without pauses and evaluations; one during which the clock was set or the machine slept counts as the mean. */
export class Clock {
  seconds = 0;
  private readonly recent = new Recent();
  private mark = performance.now();
  constructor(private readonly imagesPerStep: number) {}
  /** Ends a step; returns its milliseconds. */
  tick(): number {
    const now = performance.now();
    const took = now - this.mark;
    this.mark = now;
    const { count } = this.recent;
    const mean = count > 0 ? (1000 * this.seconds) / count : Math.max(0, took);
    const ms = took < 0 || took > Math.max(ASLEEP.ms, ASLEEP.times * mean) ? mean : took;
    this.seconds += ms / 1000;
    this.recent.add(ms / 1000);
    return ms;
  }
  /** Leaves out the time since the last tick. */
  skip(): void {
    this.mark = performance.now();
  }
  get imagesPerSecond(): number {
    return this.seconds > 0 ? (this.recent.count * this.imagesPerStep) / this.seconds : 0;
  }
  /** Seconds of a step as they are now; NaN before the first. */
  get step(): number {
    return this.recent.each;
  }
  /** Seconds of so many steps more; NaN until enough were timed that a slow one among them does not count. */
  secondsLeft(steps: number): number {
    return steps === 0 ? 0 : this.recent.count >= TOLD_BY ? this.step * steps : NaN;
  }
}

/** The steps of a run: writes batches and scalars, submits, and reads the numbers late. */
export class Loop {
  private skippedInARow = 0;
  // Stryker disable next-line ArrayDeclaration: nothing is waited for in what is no promise
  private readonly pending: Promise<void>[] = [];
  private failure: Error | null = null;
  private readonly batch: HostBatch;

  constructor(
    private readonly post: (event: LoopEvent) => void,
    private readonly machine: Machine,
    private readonly programs: Programs,
    private readonly input: { train: TrainConfig; adapted: Pick<Adapted, 'config' | 'afterStep' | 'model'>; batches: BatchSource; task: Pick<OpenedTask, 'complete'>; parts: number; averageRest: (index: number) => number; classWeights?: Float32Array | null; rows?: TrunkRows | null },
    private readonly schedule: { total: number; warmup: number },
    private readonly clock: Clock,
    /** Steps that were skipped so far, as the device counts them: those of the checkpoint that the run goes on from, at first. */
    public skipped = 0,
  ) {
    this.batch = hostBatch(programs.inputs);
  }

  /**
   * One optimizer step: `accumulate` batches, each in its `parts`, then the update. Nothing changes when it is aborted before the update.
   * A timed one runs each dispatch in a pass of its own, in the same order, and says how long each kernel took.
   */
  async step(index: number, signal: AbortSignal, timed = false): Promise<void> {
    if (this.failure) throw this.failure;
    const times: EntryTime[] = [];
    let isTimed = timed;
    const run = async (program: Program, until?: AbortSignal) => {
      const found = isTimed ? await timeProgram(this.machine, program) : null;
      if (found) times.push(...found);
      else {
        // Shares of a part of a step would be wrong ones.
        isTimed = false;
        times.length = 0;
        await this.machine.run(program, until);
      }
    };
    if (timed) await this.flush();
    const { machine, programs } = this;
    const { train, adapted, batches, task, parts } = this.input;
    const micros = train.accumulate * parts;
    const { lr, headLr } = learningRates(adapted.config, train);
    // The schedule counts the steps that were skipped, as torch's does behind a GradScaler: a run has a fixed number of steps, at the last of which it ends.
    const factor = scheduleFactor(train.schedule, index, this.schedule.total, this.schedule.warmup);
    const slot = index % METRIC_SLOTS;
    const scalars = {
      seed: train.seed,
      slot,
      lr: lr * factor,
      headLr: headLr * factor,
      ...biasCorrections(index + 1, BETA1, BETA2),
      update: index + 1,
      invCount: 1 / this.counted(index, micros),
      maxNorm: train.max_grad_norm,
      averageRest: this.input.averageRest(index),
      after: adapted.afterStep?.numbers(index, this.schedule.total) ?? ([0, 0] as const),
    };
    this.weigh(index);
    if (programs.once) await run(programs.once, signal);
    for (let micro = 0; micro < micros; micro++) {
      const at = index * micros + micro;
      const rows = batches.rowsAt?.(at);
      const known = rows !== undefined && (this.input.rows?.place(machine, batches, rows) ?? false);
      // A task may make its inputs of the pictures.
      const batch = known && !task.complete ? behindTrunk(this.batch) : this.batch;
      await batches.fill(at, batch);
      task.complete?.(batch, at);
      writeBatch(machine, known ? behindTrunk(programs.inputs) : programs.inputs, batch);
      machine.setStep({ ...scalars, index: Math.floor(at / parts), part: at % parts, micro });
      if (programs.trunk && !known) {
        await run(programs.trunk.program, signal);
        if (rows && this.comeAgain && this.input.rows?.keeps(batches, batches.count)) await this.takeOver(this.input.rows, rows);
      }
      await run(programs.train, signal);
    }
    // From here on the step is finished whatever happens: a half-done update would be no state at all.
    await run(programs.update!);
    if (timed) this.post({ type: 'times', times: byKernel(index + 1, times) });
    this.pending.push(this.report(index, slot, lr * factor));
    if (this.pending.length > METRIC_SLOTS / 2) await this.pending.shift();
  }

  /** Keeps what the trunk has made of these rows. */
  private async takeOver(kept: TrunkRows, rows: ArrayLike<number>): Promise<void> {
    const readings = kept.readings(rows.length);
    await this.machine.read(readings);
    kept.take(this.input.batches, rows, readings);
  }

  /** True if rows are seen more than once. */
  private get comeAgain(): boolean {
    const { train: { batch, accumulate }, batches } = this.input;
    return this.schedule.total * batch * accumulate > batches.count;
  }

  /** Rows of a step that count in the mean of its loss, over all its micro-batches. */
  private counted(index: number, micros: number): number {
    const { train, batches, adapted: { model } } = this.input;
    const { counted } = this.programs.objective;
    if (!counted) return train.batch * train.accumulate;
    const of = (micro: number) => counted({ labels: Uint32Array.from(batches.labelsAt(index * micros + micro)) }, model);
    return Math.max(1, Array.from({ length: micros }, (_, micro) => of(micro)).reduce((a, b) => a + b, 0));
  }

  /** Writes how much each class counts in this step: the mean is over all its micro-batches. */
  private weigh(index: number): void {
    const { train: { accumulate }, batches, classWeights, parts } = this.input;
    if (!classWeights) return;
    const micros = accumulate * parts;
    const labels = Array.from({ length: micros }, (_, micro) => batches.labelsAt(index * micros + micro));
    this.machine.write(this.programs.classWeights!, forMean(classWeights, labels));
  }

  /** Waits until all numbers of finished steps have been reported. */
  async flush(): Promise<void> {
    await Promise.all(this.pending.splice(0));
    await this.machine.idle();
    if (this.failure) throw this.failure;
  }

  private async report(index: number, slot: number, lr: number): Promise<void> {
    try {
      const ring = await this.machine.readLate(this.programs.metrics);
      const [loss, correct, counted, norm, skipped] = several(ring.subarray(slot * METRIC_FLOATS), 5);
      this.skippedInARow = skipped > this.skipped ? this.skippedInARow + 1 : 0;
      this.skipped = skipped;
      const ms = this.clock.tick();
      this.post({
        type: 'step',
        point: { step: index + 1, loss, accuracy: counted ? correct / counted : 0, lr, grad_norm: norm, ms },
        images_per_second: this.clock.imagesPerSecond,
        seconds_left: this.clock.secondsLeft(this.schedule.total - index - 1),
      });
      if (this.skippedInARow >= GIVE_UP_AFTER) this.failure = new DivergedError(index + 1);
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(plainText(error));
    }
  }
}

function byKernel(step: number, times: readonly EntryTime[]): KernelTimes {
  const kernels = new Map<string, KernelTimes['kernels'][number]>();
  for (const { kernel, ns } of times) {
    const sum = kernels.get(kernel) ?? { kernel, count: 0, ns: 0 };
    sum.count++;
    sum.ns += ns;
    kernels.set(kernel, sum);
  }
  return { step, kernels: [...kernels.values()].sort((a, b) => b.ns - a.ns) };
}

/** Loss or gradients were not finite for many steps in a row. */
export class DivergedError extends FullrankError {
  override name = 'DivergedError';
  constructor(step: number) {
    super(`Training diverged: loss or gradients of ${GIVE_UP_AFTER} steps in a row up to step ${step} were not finite. Choose a smaller learning rate.`);
  }
}
