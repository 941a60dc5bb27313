import { Adapted } from '../adapters/adapted';
import { ConfigError } from '../adapters/fields';
import { saveAdapter } from '../adapters/files';
import type { Arrays, FileBase } from '../adapters/method';
import type { Split } from '../data/source';
import { nameOf } from '../data/split';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { firstOf } from '../engine/forms';
import { Machine } from '../engine/machine';
import { LOGIT_SCALE, TEXT_HEAD, twoTowers } from '../models/byText';
import { checkWeights, loadWeights } from '../models/load';
import { said } from '../said/said';
import { Captions } from './captions';
import { restoreCheckpoint, saveCheckpoint, type Best } from './checkpoint';
import { fingerprint, totalSteps } from './config';
import { evaluate } from './evaluate';
import type { BatchSource } from './feeds';
import { ImageFeed } from './images';
import { Clock, Loop } from './loop';
import type { LoadedModel } from './openModel';
import { Plans, programOptions } from './plan';
import type { Programs } from './programs';
import type { Evaluation, Phase, RunEvent, RunSpec, RunSummary } from './protocol';
import { runError } from './runError';
import { snapshotSteps, takeSnapshot } from './snapshots';
import { hasOwnHead, textModel } from './runModel';
import type { RunSplits } from './split';
import { makeTextHead, refreshTextHead } from './textHead';
import { restore, sharedBases, trainables } from './weights';

export interface SessionInput {
  spec: RunSpec;
  model: LoadedModel;
  /** Batches to train on, and the images that the run is measured on (none when fixed batches are replayed). */
  batches: BatchSource;
  splits: RunSplits | null;
  classes: string[];
  /** Evaluations name the first images of each cell of the confusion matrix. */
  nameImages?: boolean;
  device: Device;
  /** Start values from a saved adapter, by label; the method's own start where left out. */
  start?: Arrays;
  /** The fixed bases among them. */
  bases?: Record<string, FileBase>;
  /** A checkpoint of this run to go on from. */
  resume?: Uint8Array | null;
  /** Where the run may have been planned already. */
  plans?: Plans;
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
  private said = '';
  private at = 0;
  private machine: Machine | null = null;
  private checkpointAt = -1;

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

  /** Trains to the end. Never throws: a failure is an event that says what was kept. */
  async run(): Promise<void> {
    try {
      await this.train();
    } catch (error) {
      const kept = this.checkpointAt >= 0 ? said`The checkpoint of step ${this.checkpointAt} is kept; the run can be resumed from it.` : said`Curves up to here are kept.`;
      this.say({ type: 'failed', error: runError(error, kept) });
    } finally {
      this.machine?.destroy();
      this.machine = null;
    }
  }

  private async train(): Promise<void> {
    const { spec, model, batches, splits, classes, device, plans = new Plans() } = this.input;
    const { signal } = this.abort;
    const config = spec.train;
    const ownHead = hasOwnHead(model, classes);
    const trained = Object.keys(this.input.start ?? {}).some((name) => name.startsWith(`${model.vision.head ?? ''}.`));
    const text = splits && (await textModel(model, classes, spec.method, config, trained || ownHead));
    const pairs = config.loss === 'contrastive' ? batches.texts : undefined;
    if (!text && !pairs && config.loss === 'contrastive') throw new ConfigError(said`the contrastive loss needs texts: a data set whose classes have names, or fixed batches with input_ids.`);
    const vision = (text?.vision ?? (pairs ? twoTowers(model.vision, { tokens: pairs.tokens }) : model.vision)).with({ ...(ownHead || text || !model.vision.head ? {} : { labels: classes }), ...(config.image_size ? { image_size: config.image_size } : {}) });
    const adapted = new Adapted(vision, spec.method, this.input.bases);
    if (text || pairs) checkWeights(adapted.trace, model.source);
    const { steps: total, warmup } = batches.steps ? { steps: batches.steps, warmup: totalSteps({ ...config, steps: batches.steps }, 1).warmup } : totalSteps(config, batches.count);
    const { plan, programs } = plans.of(model, adapted, config, total, device.report);
    this.say({ type: 'planned', plan });
    const prompts = text?.prompts ?? null;
    const head: Arrays = prompts && !programs.text ? { [TEXT_HEAD]: await makeTextHead(device, model, prompts, programOptions(config, device.report), signal) } : {};

    this.sayMemory('compile');
    const machine = (this.machine = await Machine.build(device, programs.rec, (done, of) => this.phase('compile', done, of, 'kernels')));
    if (signal.aborted) throw new EngineError('aborted', said`Cancelled before the first step.`);
    this.say({ type: 'allocated', bytes: { ...device.ledger }, total_bytes: Object.values(device.ledger).reduce((a, b) => a + b, 0) });
    await this.upload(machine, programs, adapted, ownHead, head);
    let step = 0;
    let best: Best | null = null;
    if (this.input.resume) {
      ({ step, best } = await restoreCheckpoint(machine, programs.rec, this.input.resume, fingerprint(spec)));
      this.checkpointAt = step;
      this.at = step;
    }
    this.say({ type: 'state', state: this.paused ? 'paused' : 'running' });
    // The first dispatch of each kernel makes the driver compile it, which can take longer than the step itself.
    this.phase('warm-up', 0, 1, 'step');

    const follow = splits && programs.evaluate ? new ImageFeed(splits.follow, model.preprocess, vision.image_size, null) : null;
    const measure = async (feed: ImageFeed, split: Split, at: Pick<Evaluation, 'step' | 'split'>) => {
      if (programs.once) await machine.run(programs.once, signal);
      // Both towers learn: the classes' features are those of the text tower as it stands.
      if (programs.text) await refreshTextHead(machine, programs.rec, programs.text, prompts!, programs.rec.find(LOGIT_SCALE)!, signal);
      const name = this.input.nameImages ? (i: number) => nameOf(split, i) : undefined;
      return evaluate(machine, programs, feed, split.count, classes.length, at, { signal, progress: (d, t) => this.phase('evaluate', d, t, 'images'), name });
    };
    const look = (at: number) => measure(follow!, splits!.follow, { step: at, split: splits!.followIs });
    const consider = async (evaluation: Evaluation) => {
      const better = !best || evaluation.accuracy > best.evaluation.accuracy;
      this.say({ type: 'evaluation', evaluation, best: better });
      if (better) best = { evaluation, values: splits!.followIs === 'val' ? await trainables(machine, programs) : {} };
    };

    const clock = new Clock(spec.train.batch * config.accumulate);
    const loop = new Loop((event) => this.say(event), machine, programs, { train: config, method: spec.method, batches, captions: pairs ?? (programs.text ? new Captions(prompts!, config.seed) : null) }, { total, warmup }, clock);
    const snapshots = snapshotSteps(total, config.snapshots, plan.trainable_parameters * 4);
    const keepWay = async () => {
      if (snapshots.has(step)) this.say({ type: 'snapshot', step, bytes: await takeSnapshot(machine, programs, step) });
    };
    let stopped = false;
    let final: Evaluation | null = null;
    let first: Evaluation | null = null;
    try {
      if (prompts && follow && step === 0) {
        first = await look(0);
        await consider(first);
        clock.skip();
      }
      if (step === 0) await keepWay();
      while (step < total) {
        await this.waitWhilePaused(loop, clock);
        if (signal.aborted) throw new EngineError('aborted', said`Stopped.`);
        const timed = this.timed;
        this.timed = false;
        await loop.step(step, signal, timed);
        if (timed) clock.skip();
        this.at = ++step;
        this.phase('train', step, total, 'steps');
        const snapshotNow = snapshots.has(step);
        const evaluateNow = follow && config.eval_every > 0 && step % config.eval_every === 0 && step < total;
        const checkpointNow = config.checkpoint_every > 0 && step % config.checkpoint_every === 0 && step < total;
        if (evaluateNow || checkpointNow || snapshotNow) {
          await loop.flush();
          await keepWay();
          if (evaluateNow) await consider(await look(step));
          // After the evaluation, so that a resumed run knows its best.
          if (checkpointNow) await this.checkpoint(machine, programs, step, best);
          clock.skip();
        }
      }
      await loop.flush();
      if (follow) {
        const last = await look(step);
        await consider(last);
        final = last;
        if (splits!.followIs === 'val') {
          restore(machine, programs, best!.values);
          const feed = new ImageFeed(splits!.test, model.preprocess, vision.image_size, null);
          final = await measure(feed, splits!.test, { step: best!.evaluation.step, split: 'test' });
          this.say({ type: 'evaluation', evaluation: final, best: false });
        }
      }
    } catch (error) {
      if (!(error instanceof EngineError && error.kind === 'aborted')) throw error;
      stopped = true;
      await loop.flush();
      if (step > 0 && step < total) await this.checkpoint(machine, programs, step, best);
      // Stopped before the end: the best weights seen, else the latest.
      const seen = best as Best | null;
      if (seen) restore(machine, programs, seen.values);
    }
    this.phase('save', 0, 1, 'files');
    const values = { ...(await trainables(machine, programs)), ...sharedBases(adapted, this.input.start) };
    const files = await saveAdapter(adapted, values, { base: model });
    this.say({ type: 'adapter', files });
    const summary: RunSummary = {
      best: (best as Best | null)?.evaluation ?? null,
      final,
      start: first,
      steps: step,
      seconds: clock.seconds,
      images_per_second: clock.imagesPerSecond,
      skipped_steps: loop.skipped,
      plan,
      allocated: { ...device.ledger },
      device: device.report,
      variants: {
        quads: device.quads,
        weights: config.frozen_dtype === 'f16' && device.report.features.includes('shader-f16') ? 'f16 native' : config.frozen_dtype,
        ...(Object.keys(device.choices).length > 0 && { tiles: firstOf(device.choices) }),
      },
    };
    this.say({ type: 'finished', reason: stopped ? 'stopped' : 'done', summary });
  }

  private async upload(machine: Machine, programs: Programs, adapted: Adapted, ownHead: boolean, head: Arrays): Promise<void> {
    const { model, spec, start = {} } = this.input;
    const { rec } = programs;
    const values: Arrays = { ...(await adapted.initialise(spec.train.seed, (name) => model.source.readF32Checked(name))), ...(ownHead ? {} : adapted.newHead(spec.train.seed)), ...start, ...head };
    await loadWeights(machine, rec, adapted.trace, model.source, values, (done, total) => {
      if (this.abort.signal.aborted) throw new EngineError('aborted', said`Cancelled before the first step.`);
      this.phase('upload', done, total, 'tensors');
    });
  }

  private async checkpoint(machine: Machine, programs: Programs, step: number, best: Best | null): Promise<void> {
    const bytes = await saveCheckpoint(machine, programs.rec, { step, fingerprint: fingerprint(this.input.spec) }, best);
    this.checkpointAt = step;
    this.say({ type: 'checkpoint', step, bytes });
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

  private phase(phase: Phase, done: number, total: number, unit: string): void {
    this.say({ type: 'phase', phase, done, total, unit });
    this.sayMemory(phase);
  }

  /** Says what lies on the device where that has changed since it was last said. */
  private sayMemory(phase: Phase): void {
    const bytes = { ...this.input.device.ledger };
    const now = JSON.stringify(bytes);
    if (now === this.said) return;
    this.said = now;
    this.say({ type: 'memory', point: { phase, step: this.at, seconds: (performance.now() - this.opened) / 1000, bytes } });
  }

  /** Posts an event of this run. */
  say(event: DistributiveOmit<RunEvent, 'run'>): void {
    this.post({ ...event, run: this.input.spec.id } as RunEvent);
  }
}

type DistributiveOmit<T, K extends keyof never> = T extends unknown ? Omit<T, K> : never;
