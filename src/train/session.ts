import { Adapted } from '../adapters/adapted';
import { ConfigError } from '../adapters/fields';
import { saveAdapter } from '../adapters/files';
import { leftOf } from '../adapters/finished';
import type { Arrays, FileBase } from '../adapters/method';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { firstOf } from '../engine/forms';
import { Machine } from '../engine/machine';
import { beyond, planMemory } from '../engine/plan';
import { checkWeights, loadWeights } from '../models/load';
import { openTask } from '../tasks';
import { classWeightsOf } from '../tasks/classWeights.meta';
import type { OpenedTask } from '../tasks/task';
import { averageRests, beginAverage, leave } from './average';
import { hostBatch } from './batch';
import { restoreCheckpoint, saveCheckpoint, type Best } from './checkpoint';
import { evaluationsEvery, totalSteps } from './config';
import { measuredFeed, mostMeasured, rowsMeasured, type BatchSource } from './feeds';
import { Follower, type FollowEvents } from './follow';
import { Clock, Loop, type LoopEvent } from './loop';
import type { LoadedModel } from './openModel';
import { batchesInParts, partsOf } from './microBatches';
import { mixedBatches } from './mixing';
import type { Split } from '../data/source';
import type { Feed } from './images';
import { looksAfter, Pace } from './pace.meta';
import { Patience, type PatienceState } from './patience';
import { Plans, programOptions } from './plan';
import type { Programs } from './programs';
import type { EarlyStopping, Evaluation, Phase, Plan, RunEvent, RunSpec, RunSummary, SharedItems } from './protocol';
import { runError } from './runError';
import { snapshotSteps, takeSnapshot } from './snapshots';
import { hasOwnHead } from './runModel';
import { runPrint } from './runPrint';
import type { RunSplits } from './split';
import { TrunkRows } from './trunk';
import { sharedBases, trainables } from './weights';

export interface SessionInput {
  spec: RunSpec;
  model: LoadedModel;
  /** Batches to train on, and the images that the run is measured on (none when fixed batches are replayed). */
  batches: BatchSource;
  splits: RunSplits | null;
  classes: string[];
  /** Items that the run's test and its training share, where known: asked for at the end, when nobody waits for a first step. */
  shared?: () => Promise<SharedItems | undefined>;
  /** Feed by which a split is measured, where it is not of images. */
  feedOf?: (split: Split) => Feed;
  /** Evaluations name the first images of each cell of the confusion matrix. */
  nameImages?: boolean;
  device: Device;
  /** Start values from a saved adapter, by label; the method's own start where left out. */
  start?: Arrays;
  /** The fixed bases among them. */
  bases?: Record<string, FileBase>;
  /** A checkpoint of this run to go on from. */
  resume?: Uint8Array | null;
  /** Plans made before, which may include this run's. */
  plans?: Plans;
  /**
   * The run is there to be measured: after each of these steps, and no further than the last of them, of which it leaves a checkpoint
   * where more steps would follow. The last weights count, and none are saved.
   */
  trial?: { looks: readonly number[] };
}

/** Training of a run, planned and recorded. */
interface Decided {
  adapted: Adapted;
  plan: Plan;
  programs: Programs;
  total: number;
  warmup: number;
  task: OpenedTask;
  /** The checkpoint has no head for what the task tells apart. */
  newHead: boolean;
}

/** The same with what the task computes for it. */
interface Ready extends Decided {
  /** Values that neither the checkpoint nor the method has. */
  given: Arrays;
}

/** The same where it lies on the device. */
interface Run extends Ready {
  machine: Machine;
  /** Values of the adapter's fixed tensors, which its files hold too. */
  fixed: Arrays;
  clock: Clock;
  /** Pace of its evaluations. */
  pace: Pace;
  loop: Loop;
  /** Null where there are no images to be measured on. */
  follower: Follower | null;
}

/**
 * One training run: plans, allocates, compiles, trains, evaluates, and says everything it does through `post`. It knows
 * no page, no worker and no files; `pause`, `resume`, `step` and `stop` may be called at any time.
 */
export class Session {
  private readonly abort = new AbortController();
  private paused = false;
  private gate: { open: () => void } | null = null;
  private single = false;
  private timed = false;
  private readonly opened = performance.now();
  /** Bytes as they were last said. */
  private lastBytes = '';
  /** Steps done, and that none follows. */
  private at = 0;
  private over = false;
  /** The evaluation of this step has begun and not ended. */
  private owed = false;
  private machine: Machine | null = null;
  private checkpointAt = -1;
  private decided: Promise<Decided> | null = null;

  constructor(
    private readonly input: SessionInput,
    private readonly post: (event: RunEvent) => void,
  ) {}

  pause(): void {
    if (this.paused || this.abort.signal.aborted) return;
    this.paused = true;
    this.say({ type: 'state', state: 'paused' });
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.gate?.open();
    this.say({ type: 'state', state: 'running' });
  }

  /** While paused: exactly one optimizer step. */
  step(): void {
    if (!this.paused) return;
    this.single = true;
    this.gate?.open();
  }

  /** The next step is timed by kernel. */
  time(): void {
    this.timed = true;
  }

  stop(): void {
    if (this.abort.signal.aborted) return;
    this.say({ type: 'state', state: 'stopping' });
    this.abort.abort();
    this.gate?.open();
  }

  /** Plans the run: parameters, bytes by role, dispatches. Allocates nothing. Throws what the run would fail with. */
  async plan(): Promise<Plan> {
    return (await this.decide()).plan;
  }

  /** Trains to the end. Never throws: a failure is an event that says what was kept. */
  async run(): Promise<void> {
    try {
      await this.train();
    } catch (error) {
      const kept = this.checkpointAt >= 0 ? `The checkpoint of step ${this.checkpointAt} is kept; the run can be resumed from it.` : 'Curves up to here are kept.';
      this.say({ type: 'failed', error: runError(error, kept) });
    } finally {
      this.machine?.destroy();
      this.machine = null;
    }
  }

  private async train(): Promise<void> {
    const ready = await this.prepare();
    const run = await this.place(ready);
    const { stopped, first, final } = await this.steps(run);
    if (!this.input.trial) await this.save(run);
    this.say({ type: 'finished', reason: stopped ? 'stopped' : 'done', summary: this.summary(run, first, final, await this.input.shared?.()) });
  }

  private async save(run: Run): Promise<void> {
    this.phase('save', 0, 1, 'files');
    const values = { ...(await trainables(run.machine, run.programs)), ...sharedBases(run.adapted, this.input.start), ...run.fixed };
    const left = leftOf(run.adapted, values, run.total, this.input.bases);
    this.say({ type: 'adapter', files: await saveAdapter(left.adapted, left.values, { base: this.input.model }) });
  }

  /** Says what is trained, and has the task compute what it needs for that. */
  private async prepare(): Promise<Ready> {
    const { spec, model, device } = this.input;
    const decided = await this.decide();
    this.say({ type: 'planned', plan: decided.plan });
    const given = await decided.task.values(device, { source: model.source, options: programOptions(spec.train, device.report), signal: this.abort.signal });
    return { ...decided, given };
  }

  /** Decides what is trained, and plans it, once. */
  private decide(): Promise<Decided> {
    return (this.decided ??= this.decideNow());
  }

  private async decideNow(): Promise<Decided> {
    const { spec, model, batches, splits, classes, device, plans = new Plans() } = this.input;
    const config = spec.train;
    if (config.early_stopping_patience > 0 && !splits) throw new ConfigError('early stopping needs examples that the run is followed on; fixed batches bring none.');
    const ownHead = hasOwnHead(model, classes);
    const started = Object.keys(this.input.start ?? {}).some((name) => name.startsWith(`${model.net.head ?? ''}.`));
    const task = await openTask({ model, classes, method: spec.method, train: config, ownHead, hasHead: started || ownHead, fixed: splits ? undefined : batches });
    const net = config.image_size ? task.model.with({ image_size: config.image_size }) : task.model;
    const adapted = new Adapted(net, spec.method, this.input.bases);
    checkWeights(adapted.trace, model.source);
    const { steps: total, warmup } = batches.steps ? { steps: batches.steps, warmup: totalSteps({ ...config, steps: batches.steps }, 1).warmup } : totalSteps(config, batches.count);
    // Settings that do not fit so many steps are refused before anything is allocated.
    adapted.afterStep?.numbers(0, total);
    const { plan, programs } = plans.of(model, adapted, config, total, device.report, { measured: this.measured });
    return { adapted, plan, programs, total, warmup, task, newHead: !hasOwnHead(model, task.model.labels) };
  }

  /** Rows that one evaluation looks at, at most. */
  private get measured(): number {
    const { splits, feedOf } = this.input;
    return splits ? mostMeasured([splits.follow, splits.test], feedOf) : 0;
  }

  /** Compiles, allocates, uploads, and goes to where a checkpoint stood. */
  private async place(decided: Ready): Promise<Run> {
    const { spec, device, model, splits, classes, resume, trial, nameImages = false } = this.input;
    const feedOf = (split: Split) => measuredFeed(split, model, decided.adapted.model.image_size, this.input.feedOf);
    const { signal } = this.abort;
    const start = await this.startValues(decided.adapted);
    this.sayMemory('compile');
    const { ready, machine } = await this.build(decided);
    const { adapted, programs, task } = ready;
    this.throwIfCancelled();
    this.say({ type: 'allocated', bytes: { ...device.ledger }, total_bytes: Object.values(device.ledger).reduce((a, b) => a + b, 0) });
    const fixed = adapted.fixedAmong(await this.upload(machine, ready, start));
    await beginAverage(machine, programs);
    let best: Best | null = null;
    let waited: PatienceState | undefined;
    let skipped = 0;
    let left: boolean | undefined;
    if (resume) {
      ({ step: this.at, best, waited, skipped, left, owed: this.owed = false } = await restoreCheckpoint(machine, programs.rec, resume, runPrint(spec)));
      this.checkpointAt = this.at;
    }
    this.say({ type: 'state', state: this.paused ? 'paused' : 'running' });
    // The first dispatch of each kernel makes the driver compile it, which can take longer than the step itself.
    this.phase('warm-up', 0, 1, 'step');
    const clock = new Clock(spec.train.batch * spec.train.accumulate);
    const pace = this.pace(ready.total, clock);
    const rows = programs.trunk && new TrunkRows(programs.trunk);
    const loop = this.loop({ ...ready, rows }, machine, clock, pace, skipped);
    const followed = splits && { machine, programs, splits, feedOf, classes: classes.length, task, nameImages, trial: trial !== undefined, rows: trial || looksAfter(spec.train, ready.total) > 0 ? rows : null, signal };
    const events: FollowEvents = {
      begin: () => pace.begin(),
      progress: (done, of) => this.phase('evaluate', done, of, 'images', { seconds_left: clock.secondsLeft(this.over ? 0 : ready.total - this.at) + pace.within(this.at, of - done) }),
      found: (evaluation, better) => this.say({ type: 'evaluation', evaluation, best: better, seconds: pace.end(evaluation.count) }),
    };
    const { early_stopping_patience, early_stopping_threshold } = spec.train;
    const patience = early_stopping_patience > 0 ? new Patience(early_stopping_patience, early_stopping_threshold, waited) : null;
    return { ...ready, machine, fixed, clock, pace, loop, follower: followed && new Follower(followed, events, best, patience, left) };
  }

  /** Compiles and allocates; where the device cannot give what its limits allow, for batches in more parts. What is beyond its limits was planned so for want of a better division. */
  private async build(ready: Ready): Promise<{ ready: Ready; machine: Machine }> {
    const { device, model, spec, plans = new Plans() } = this.input;
    try {
      this.machine = await Machine.build(device, ready.programs.rec, (done, of) => this.phase('compile', done, of, 'kernels'));
      return { ready, machine: this.machine };
    } catch (error) {
      const [more] = partsOf(spec.train.batch, (ready.plan.micro_batches?.count ?? 1) + 1);
      const memory = error instanceof EngineError && error.kind === 'out-of-memory' && !beyond(planMemory(ready.programs.rec), device.report.limits);
      if (!memory || more === undefined) throw error;
      const divided = plans.of(model, ready.adapted, spec.train, ready.total, device.report, { measured: this.measured, least: more });
      this.say({ type: 'planned', plan: divided.plan });
      return this.build({ ...ready, ...divided });
    }
  }

  /** Without images to be measured on there are no evaluations. */
  private pace(total: number, clock: Clock): Pace {
    const { splits, feedOf, spec: { train } } = this.input;
    const rows = (split: Split) => rowsMeasured(split, feedOf?.(split));
    const looks = splits ? { follow: rows(splits.follow), test: splits.follow === splits.test ? 0 : rows(splits.test) } : { follow: 0, test: 0 };
    return new Pace(train, total, looks, () => clock.step);
  }

  private loop(ready: Ready & { rows: TrunkRows | null }, machine: Machine, clock: Clock, pace: Pace, skipped: number): Loop {
    const { batches, classes, spec: { train } } = this.input;
    const { adapted, programs, task, total, warmup, rows } = ready;
    const perEpoch = Math.max(1, Math.ceil(batches.count / (train.batch * train.accumulate)));
    const classWeights = programs.classWeights && classWeightsOf(train.class_weights, batches.labels, classes.length);
    const averageRest = averageRests(train, adapted, total, perEpoch);
    const say = (event: LoopEvent) => this.say(event.type === 'step' ? { ...event, seconds_left: event.seconds_left + pace.after(event.point.step) } : event);
    return new Loop(say, machine, programs, { train, adapted, task, classWeights, ...this.batches(ready), averageRest, rows }, { total, warmup }, clock, skipped);
  }

  /** Training batches as the programs take them: mixed, and in parts. */
  private batches({ plan, programs: { inputs } }: Decided): { batches: BatchSource; parts: number } {
    const { batches, spec } = this.input;
    const parts = plan.micro_batches?.count ?? 1;
    // Only pictures can be mixed.
    const [rows, ...rest] = (inputs.pixel_values?.shape ?? []) as [number, ...number[]];
    const mixed = inputs.pixel_values ? mixedBatches(batches, spec.train, [rows * parts, ...rest]) : batches;
    return { batches: batchesInParts(mixed, parts, hostBatch(inputs)), parts };
  }

  /** Trains until all steps are done, or until it is stopped; then the weights to be kept are in place. */
  private async steps(run: Run): Promise<{ stopped: boolean; first: Evaluation | null; final: Evaluation | null }> {
    const { loop, clock, pace, follower } = run;
    const { trial } = this.input;
    const total = trial ? Math.min(run.total, Math.max(...trial.looks)) : run.total;
    const snapshots = snapshotSteps(run.total, this.input.spec.train.snapshots, run.plan.trainable_parameters * 4);
    let first: Evaluation | null = null;
    try {
      if (run.task.knows && follower && this.at === 0 && !trial) {
        first = await follower.look(0);
        clock.skip();
      }
      if (this.at === 0) await this.snapshot(run, snapshots);
      if (this.owed) await this.look(run);
      while (this.at < total && !follower?.patience?.over) {
        await this.waitWhilePaused(loop, clock);
        if (this.abort.signal.aborted) throw new EngineError('aborted', 'Stopped.');
        await this.advance(run);
        await this.lookAndKeep(run, snapshots);
      }
      await loop.flush();
      // A pause during the last step is one before what follows it.
      await this.waitWhilePaused(loop, clock);
      pace.finish(follower?.looked(this.at) ?? true);
      this.over = true;
      if (trial && this.at < run.total) await this.checkpoint(run);
      const final = follower && (await follower.end(this.at));
      if (!final) await leave(run.machine, run.programs, null);
      return { stopped: false, first, final };
    } catch (error) {
      if (!(error instanceof EngineError && error.kind === 'aborted')) throw error;
      await loop.flush();
      if (this.at > 0 && !(trial && this.at === total)) await this.checkpoint(run);
      if (!follower?.left) await leave(run.machine, run.programs, follower?.best ?? null);
      return { stopped: true, first, final: null };
    }
  }

  private async advance({ loop, clock, total }: Run): Promise<void> {
    const timed = this.timed;
    this.timed = false;
    await loop.step(this.at, this.abort.signal, timed);
    if (timed) clock.skip();
    this.at++;
    this.phase('train', this.at, total, 'steps');
  }

  /** After a step: what is due by the settings. */
  private async lookAndKeep(run: Run, snapshots: ReadonlySet<number>): Promise<void> {
    const { checkpoint_every } = this.input.spec.train;
    const due = (every: number) => every > 0 && this.at % every === 0 && this.at < run.total;
    const looks = this.input.trial?.looks;
    const evaluateNow = run.follower && (looks ? looks.includes(this.at) && this.at < Math.max(...looks) : due(evaluationsEvery(this.input.spec.train, run.total)));
    const checkpointNow = due(checkpoint_every);
    if (!evaluateNow && !checkpointNow && !snapshots.has(this.at)) return;
    await run.loop.flush();
    await this.snapshot(run, snapshots);
    if (evaluateNow) await this.look(run);
    // After the evaluation, so that a resumed run knows its best.
    if (checkpointNow) await this.checkpoint(run);
    run.clock.skip();
  }

  /** Evaluates on the way; a run that is stopped meanwhile does so when it goes on. */
  private async look({ follower, clock }: Run): Promise<void> {
    this.owed = true;
    await follower!.look(this.at);
    this.owed = false;
    clock.skip();
  }

  private summary({ plan, clock, loop, follower }: Run, first: Evaluation | null, final: Evaluation | null, shared: SharedItems | undefined): RunSummary {
    const { device, spec } = this.input;
    const { frozen_dtype } = spec.train;
    return {
      best: follower?.best?.evaluation ?? null,
      final,
      start: first,
      steps: this.at,
      ...(follower?.patience && { early_stopping: this.earlyStopping(follower.patience, plan.steps) }),
      seconds: clock.seconds,
      images_per_second: clock.imagesPerSecond,
      skipped_steps: loop.skipped,
      ...(shared && { shared }),
      plan,
      allocated: { ...device.ledger },
      device: device.report,
      variants: {
        quads: device.quads,
        weights: frozen_dtype === 'f16' && device.report.features.includes('shader-f16') ? 'f16 native' : frozen_dtype,
        ...(Object.keys(device.choices).length > 0 && { tiles: firstOf(device.choices) }),
      },
    };
  }

  private earlyStopping({ state: { evaluations }, over }: Patience, steps: number): EarlyStopping {
    const { spec, splits } = this.input;
    return { eval_every: evaluationsEvery(spec.train, steps), held: splits!.taken, evaluations, stopped: over && this.at < steps };
  }

  /** Start values of the method: large where it has bases, so nobody keeps them once they are on the device. */
  private startValues(adapted: Adapted): Promise<Arrays> {
    const { model, spec, start } = this.input;
    const progress = (done: number, layers: number): void => {
      this.throwIfCancelled();
      this.phase('decode', done, layers, 'layers');
    };
    return adapted.initialise(spec.train.seed, (name) => model.source.readF32Checked(name), { given: start, progress });
  }

  private async upload(machine: Machine, { programs, adapted, newHead, given }: Ready, start: Arrays): Promise<Arrays> {
    const { model, spec } = this.input;
    const values: Arrays = { ...start, ...(newHead ? adapted.newHead(spec.train.seed) : {}), ...this.input.start, ...given };
    await loadWeights(machine, programs.rec, adapted.trace, model.source, values, {
      progress: (done, total) => {
        this.throwIfCancelled();
        this.phase('upload', done, total, 'tensors');
      },
    });
    return values;
  }

  private throwIfCancelled(): void {
    if (this.abort.signal.aborted) throw new EngineError('aborted', 'Cancelled before the first step.');
  }

  private async snapshot({ machine, programs }: Run, steps: ReadonlySet<number>): Promise<void> {
    if (steps.has(this.at)) this.say({ type: 'snapshot', step: this.at, bytes: await takeSnapshot(machine, programs, this.at) });
  }

  private async checkpoint({ machine, programs, follower }: Run): Promise<void> {
    const bytes = await saveCheckpoint(machine, programs.rec, { step: this.at, ...runPrint(this.input.spec), waited: follower?.patience?.state, owed: this.owed, left: follower?.left }, this.input.trial ? null : follower?.best);
    this.checkpointAt = this.at;
    this.say({ type: 'checkpoint', step: this.at, bytes });
  }

  private async waitWhilePaused(loop: Loop, clock: Clock): Promise<void> {
    while (this.paused && !this.abort.signal.aborted) {
      if (this.single) {
        this.single = false;
        return;
      }
      await loop.flush();
      await new Promise<void>((open) => (this.gate = { open }));
      this.gate = null;
      clock.skip();
    }
  }

  private phase(phase: Phase, done: number, total: number, unit: string, more: { seconds_left?: number } = {}): void {
    this.say({ type: 'phase', phase, done, total, unit, ...more });
    this.sayMemory(phase);
  }

  /** Says what lies on the device where that has changed since it was last said. */
  private sayMemory(phase: Phase): void {
    const bytes = { ...this.input.device.ledger };
    const now = JSON.stringify(bytes);
    if (now === this.lastBytes) return;
    this.lastBytes = now;
    this.say({ type: 'memory', point: { phase, step: this.at, seconds: (performance.now() - this.opened) / 1000, bytes } });
  }

  /** Posts an event of this run. */
  say(event: DistributiveOmit<RunEvent, 'run'>): void {
    this.post({ ...event, run: this.input.spec.id });
  }
}

type DistributiveOmit<T, K extends keyof never> = T extends unknown ? Omit<T, K> : never;
